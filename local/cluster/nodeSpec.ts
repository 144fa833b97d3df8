/** What the node is made of at present: programs, configuration, certificates. */
import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Report } from "../progress.ts";
import { cniPluginsDirectory } from "../toolchain/tools.ts";
import { components, nodeEnvironment, nodeTools } from "./components.ts";
import type { NodeTools } from "./components.ts";
import { configFiles, writeConfigFiles } from "./configFiles.ts";
import { clusterDir, nodeAddress, supervisorSocket } from "./layout.ts";
import { logsDir } from "./nodeProcess.ts";
import { ensurePki, pkiFiles } from "./pki.ts";
import type { NodeSpec } from "./supervision.ts";

/** The same tools in a fixed order, without links in their folders' paths: neither must start the node anew. */
function normalize(tools: NodeTools): NodeTools {
    const entries = nodeTools.map((name) => {
        const tool = tools[name];
        return [name, { ...tool, path: join(realpathSync(dirname(tool.path)), basename(tool.path)) }];
    });
    return Object.fromEntries(entries) as NodeTools;
}

/** Writes configuration and certificates, and answers how the node is to be run. The revision changes with anything of it. */
export async function desiredNode(found: NodeTools, report: Report): Promise<NodeSpec> {
    const tools = normalize(found);
    await mkdir(clusterDir, { recursive: true, mode: 0o700 });
    const certificates = await ensurePki();
    const files = configFiles(tools, await cniPluginsDirectory(report));
    await writeConfigFiles(files);
    const content = {
        directory: clusterDir,
        components: components(tools),
        environment: nodeEnvironment(tools),
        socket: supervisorSocket,
        address: nodeAddress,
        logs: logsDir,
        volumes: join(clusterDir, "volumes"),
        authority: pkiFiles.authority,
    };
    const code = await Promise.all(
        ["./init.sh", "./supervisor.ts"].map((file) => readFile(new URL(file, import.meta.url), "utf8")),
    );
    const revision = createHash("sha256")
        .update(JSON.stringify([content, certificates, files, code]))
        .digest("hex");
    return { revision, ...content };
}
