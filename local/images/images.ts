/** The images of the local cluster, made on this machine under the names of the official ones. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheDir } from "../paths.ts";
import type { Report } from "../progress.ts";
import { isReachable } from "../toolchain/download.ts";
import { ensureModule } from "../toolchain/ensureModule.ts";
import { pause, temporalServers } from "../toolchain/goModules.ts";
import { withLock } from "../toolchain/lock.ts";
import { versions } from "../toolchain/versions.ts";
import { UserError } from "../userError.ts";
import { type Image, writeArchive } from "./archive.ts";
import { alertmanagerImage, kubeStateMetricsImage, postgresExporterImage, prometheusImage } from "./monitoring.ts";
import { postgresqlImage } from "./postgresql.ts";
import { adminToolsImage, serverImage, uiImage } from "./temporal.ts";
import { workerImage, workerImageRecipe } from "./worker.ts";

/** An image in the cache. */
export interface ImageArchive {
    /** As manifests name it, for example `docker.io/temporalio/server:1.31.2`. */
    readonly reference: string;
    /** A docker-archive; its name changes with its content. */
    readonly path: string;
}

async function pauseImage(report: Report): Promise<Image> {
    const programs = await ensureModule(pause, report);
    return {
        entries: [{ path: "pause", kind: "file", source: join(programs.directory, "pause"), mode: 0o755 }],
        config: {
            User: "65535:65535",
            Entrypoint: ["/pause"],
            Labels: { "org.opencontainers.image.version": pause.version },
        },
    };
}

/** Which references can be made here: a tag ending in `.` stands for all versions that start so. */
const recipes: Readonly<Record<string, (report: Report) => Promise<Image>>> = {
    ...Object.fromEntries(
        temporalServers.flatMap((server) => [
            [`docker.io/temporalio/server:${server.version}`, (report: Report) => serverImage(server, report)],
            [`docker.io/temporalio/admin-tools:${server.version}`, (report: Report) => adminToolsImage(server, report)],
        ]),
    ),
    [`docker.io/temporalio/ui:${versions.temporalUi}`]: uiImage,
    "docker.io/library/postgres:15.": postgresqlImage,
    [`quay.io/prometheus/prometheus:v${versions.prometheus}`]: prometheusImage,
    [`quay.io/prometheus/alertmanager:v${versions.alertmanager}`]: alertmanagerImage,
    [`quay.io/prometheuscommunity/postgres-exporter:v${versions.postgresExporter}`]: postgresExporterImage,
    [`registry.k8s.io/kube-state-metrics/kube-state-metrics:v${versions.kubeStateMetrics}`]: kubeStateMetricsImage,
    [`registry.k8s.io/pause:${versions.pause}`]: pauseImage,
    [workerImage]: workerImageRecipe,
};

function recipeFor(reference: string): ((report: Report) => Promise<Image>) | undefined {
    const name = Object.keys(recipes).find((known) =>
        known.endsWith(".") ? reference.startsWith(known) : reference === known,
    );
    return name === undefined ? undefined : recipes[name];
}

/**
 * Entries name their sources by paths in the cache that change with the content, so an image needs no reading to be
 * known; besides it the file changes with the code that writes it.
 */
async function archivePath(reference: string, image: Image): Promise<string> {
    const hash = createHash("sha256").update(JSON.stringify([reference, image]));
    hash.update(await readFile(join(import.meta.dirname, "archive.ts")));
    return join(cacheDir, "images", `${reference.replace(/[/:]/g, "_")}-${hash.digest("hex").slice(0, 12)}.tar`);
}

async function ensureImage(reference: string, report: Report): Promise<ImageArchive> {
    const recipe = recipeFor(reference);
    if (recipe === undefined) {
        throw new UserError(
            `Image ${reference} can't be made here and its registry can't be reached. Known are ` +
                `${Object.keys(recipes)
                    .map((known) => (known.endsWith(".") ? `${known}*` : known))
                    .join(", ")}.`,
        );
    }
    const image = await recipe(report);
    const path = await archivePath(reference, image);
    if (!existsSync(path)) {
        await mkdir(join(cacheDir, "images"), { recursive: true });
        await withLock(`${path}.lock`, report, async () => {
            if (existsSync(path)) return;
            report("writing");
            await writeArchive(reference, image, path);
        });
    }
    return { reference, path };
}

function registryOf(reference: string): string {
    return `https://${reference.slice(0, reference.indexOf("/"))}/`;
}

/**
 * Makes the images that aren't in the cache. Those whose registry can be reached are left out: the node pulls the
 * official ones. Throws a UserError for a reference that can be had in neither way.
 */
export async function ensureImages(references: readonly string[], report: Report): Promise<readonly ImageArchive[]> {
    const reachable = await Promise.all(
        references.map(async (reference) => reference !== workerImage && (await isReachable(registryOf(reference)))),
    );
    const wanted = references.filter((_, index) => !reachable[index]);
    const archives: ImageArchive[] = [];
    for (const [index, reference] of wanted.entries()) {
        const label = `${index + 1} of ${wanted.length}, ${reference}`;
        archives.push(await ensureImage(reference, (status) => report(`${label}: ${status}`)));
    }
    return archives;
}
