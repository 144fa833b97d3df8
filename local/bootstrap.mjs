// First step of every npm script. Installs what is missing (the dependencies, and a Node that runs TypeScript), then hands
// over to cli.ts. Plain JavaScript without dependencies: it must run on Node 18 and before `npm ci`.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { constants, homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { clearInterval, setInterval } from "node:timers";
import { fileURLToPath } from "node:url";

const repoRoot = dirname(dirname(fileURLToPath(import.meta.url)));
// The same rule as cacheDir in paths.ts, which can't be imported before there is a Node that reads TypeScript.
const cacheDir = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "temporal-self-hosted");
const cachedNodeVersion = "24.21.0";

let child; // what Ctrl-C has to reach
let lastInterrupt = 0;

function passOn(signal) {
    if (signal === "SIGINT") {
        // On a terminal the child has had Ctrl-C already, and npm may deliver one press twice.
        if (process.stdin.isTTY || Date.now() - lastInterrupt < 1000) return;
        lastInterrupt = Date.now();
    }
    child?.kill(signal);
}

/** Runs a program to its end; answers its exit code, 128 + n where signal n ended it. */
function run(file, args, options) {
    return new Promise((resolve, reject) => {
        child = spawn(file, args, { cwd: repoRoot, ...options });
        child.stdout?.on("data", (data) => options.onOutput(data));
        child.stderr?.on("data", (data) => options.onOutput(data));
        child.on("error", reject);
        child.on("close", (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
    });
}

/** Runs npm without its chatter: a progress line with the time, and npm's own words only when it fails. */
async function npm(title, args) {
    const start = Date.now();
    const seconds = () => Math.round((Date.now() - start) / 1000);
    const terminal = process.stderr.isTTY;
    const draw = () =>
        process.stderr.write(`${terminal ? "\r\x1b[2K" : ""}  ${title} (${seconds()} s)${terminal ? "" : "\n"}`);
    draw();
    const timer = setInterval(draw, terminal ? 1000 : 10_000);
    let output = "";
    // None of the packages needs its install script, and one of them downloads a plugin that pulumi gets by itself anyway.
    const quiet = ["--no-audit", "--no-fund", "--no-update-notifier", "--ignore-scripts", "--loglevel=error"];
    const code = await run("npm", [...args, ...quiet], {
        stdio: ["ignore", "pipe", "pipe"],
        onOutput: (data) => (output += data),
    });
    clearInterval(timer);
    process.stderr.write(`${terminal ? "\r\x1b[2K" : ""}${code === 0 ? "✓" : "✗"} ${title} (${seconds()} s)\n`);
    if (code >= 128) process.exit(code);
    if (code !== 0) throw new Error(`npm ${args.join(" ")} failed:\n${output.trim()}`);
}

/** Whether node_modules holds what package-lock.json asks for: npm writes down at its end what it has installed. */
function dependenciesInstalled() {
    const installedLock = join(repoRoot, "node_modules", ".package-lock.json");
    if (!existsSync(installedLock)) return false;
    const packages = (path) => JSON.parse(readFileSync(path, "utf8")).packages;
    const installed = packages(installedLock);
    return Object.entries(packages(join(repoRoot, "package-lock.json"))).every(
        ([path, { version, optional }]) => path === "" || optional || installed[path]?.version === version,
    );
}

/** Path of a Node that runs TypeScript: this one, else one that npm has installed into the cache. */
async function fittingNode() {
    if (process.features.typescript) return process.execPath;
    const name = `node-linux-${process.arch}`;
    if (process.platform !== "linux" || !["x64", "arm64"].includes(process.arch)) {
        throw new Error(
            `Node ${process.versions.node} can't run TypeScript. Install Node 22.18 or later, then try again.`,
        );
    }
    const directory = join(cacheDir, `node-${cachedNodeVersion}`);
    const binary = join(directory, "node_modules", name, "bin", "node");
    if (existsSync(binary)) return binary;
    mkdirSync(cacheDir, { recursive: true });
    // Installed aside and then moved, so that an interrupted install is never taken for a whole one.
    const unfinished = mkdtempSync(`${directory}-`);
    try {
        await npm(`Node ${cachedNodeVersion}, because ${process.versions.node} is below 22.18`, [
            "install",
            "--prefix",
            unfinished,
            `${name}@${cachedNodeVersion}`,
        ]);
        if (!existsSync(binary)) renameSync(unfinished, directory);
    } finally {
        rmSync(unfinished, { recursive: true, force: true });
    }
    return binary;
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, passOn);
try {
    if (!dependenciesInstalled()) await npm("npm dependencies", ["ci"]);
    const node = await fittingNode();
    const cli = join(repoRoot, "local", "cli.ts");
    process.exitCode = await run(node, ["--disable-warning=ExperimentalWarning", cli, ...process.argv.slice(2)], {
        stdio: "inherit",
        env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` },
    });
} catch (error) {
    console.error(error.message);
    process.exitCode = 1;
}
