/** An image for workers of the TypeScript SDK: Node and the SDK. Code is mounted; nobody publishes such an image. */
import { join } from "node:path";
import { execa } from "execa";
import { repoRoot } from "../paths.ts";
import type { Report } from "../progress.ts";
import { installedPackages } from "../toolchain/installedPackages.ts";
import { nodeRuntime } from "../toolchain/nodeRuntime.ts";
import { versions } from "../toolchain/versions.ts";
import type { Entry, Image } from "./archive.ts";
import { path, skeleton } from "./base.ts";

/** The image. It can't be had anywhere else, so its name has no registry in it. */
export const workerImage = `localhost/temporal-typescript-worker:node-${versions.node}`;

/** What a worker's code may import by name. */
const libraries = [
    "@temporalio/worker",
    "@temporalio/activity",
    "@temporalio/workflow",
    "@temporalio/envconfig",
] as const;

/** Compiles workflows, and is larger than all the rest; workflow code comes as a bundle. */
const without = ["@swc/core"];

/** Where the SDK keeps what is compiled for this platform. */
const platform = `${process.arch === "arm64" ? "aarch64" : "x86_64"}-unknown-linux-gnu`;
const bridge = join(repoRoot, "node_modules/@temporalio/core-bridge/releases", platform, "index.node");

/** Paths of the packages that stay out: other platforms' builds, sources and what only editors read. */
export const except = [
    `/core-bridge/(sdk-core|src|ts|bridge-macros)(/|$)`,
    `/core-bridge/releases/(?!${platform}(/|$))`,
    `\\.(d\\.[cm]?ts|map)$`,
].join("|");

const user = 1000;

/** This machine's own copies of the shared libraries that these programs are linked with, and their loader. */
async function sharedLibraries(...programs: readonly string[]): Promise<Entry[]> {
    const { stdout } = await execa("ldd", programs);
    const sources = new Set([...stdout.matchAll(/(\/\S+) \(0x/g)].map((match) => match[1] ?? ""));
    return [...sources].map((source) => ({ path: source.slice(1), kind: "file", source, mode: 0o755 }));
}

/** Node as entry point, and the SDK where programs in any folder find it. */
export async function workerImageRecipe(report: Report): Promise<Image> {
    const node = await nodeRuntime(report);
    const modules = await installedPackages(libraries, without);
    return {
        entries: [
            ...(await sharedLibraries(node, bridge)),
            ...skeleton("node", user, "/home/node"),
            { path: "usr/local/bin/node", kind: "file", source: node, mode: 0o755 },
            // Names versions, by which the image changes with the libraries, and makes mounted programs modules.
            { path: "package.json", kind: "text", text: JSON.stringify({ type: "module", modules }) },
            ...modules.map(
                ({ folder }) => ({ path: folder, kind: "tree", source: join(repoRoot, folder), except }) as const,
            ),
        ],
        config: {
            User: `${user}`,
            Env: [path, "NODE_ENV=production"],
            Entrypoint: ["node", "--disable-warning=ExperimentalWarning"],
            Labels: { "org.opencontainers.image.title": "Worker of the TypeScript SDK" },
        },
    };
}
