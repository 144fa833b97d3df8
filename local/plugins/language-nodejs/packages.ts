/** What the npm packages of a program say about the plugins they need. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A plugin that a package's resources are made by. */
export interface RequiredPlugin {
    readonly name: string;
    readonly version: string;
    /** Where to download it from; empty: from where Pulumi always does. */
    readonly server: string;
}

/** An npm package that a program names as a dependency. */
export interface Dependency {
    readonly name: string;
    readonly version: string;
}

interface Manifest {
    readonly version?: string;
    readonly dependencies?: Readonly<Record<string, string>>;
    readonly devDependencies?: Readonly<Record<string, string>>;
    readonly pulumi?: {
        readonly resource?: boolean;
        readonly name?: string;
        readonly version?: string;
        readonly server?: string;
    };
}

function readManifest(path: string): Manifest {
    return JSON.parse(readFileSync(path, "utf8")) as Manifest;
}

/** The nearest folder at or above `directory` that holds `entry`. */
function nearest(directory: string, entry: string): string | undefined {
    if (existsSync(join(directory, entry))) return directory;
    const parent = dirname(directory);
    return parent === directory ? undefined : nearest(parent, entry);
}

function packageDirectory(directory: string): string | undefined {
    const root = nearest(directory, "node_modules");
    return root && join(root, "node_modules");
}

/** The plugins of all packages in the program's node_modules; the engine sees to it that they are there. */
export function requiredPlugins(directory: string): RequiredPlugin[] {
    const packages = packageDirectory(directory);
    return globSync(["*/package.json", "@*/*/package.json"], { cwd: packages ?? directory }).flatMap((path) => {
        const { version, pulumi } = readManifest(join(packages ?? directory, path));
        if (!pulumi?.resource) return [];
        // Packages from before Pulumi wrote the plugin's name down are called like it, less the scope.
        const name =
            pulumi.name ??
            dirname(path)
                .replace(/^@pulumi\//, "")
                .replace(/^@/, "");
        return [{ name, version: `v${pulumi.version ?? version}`.replace("vv", "v"), server: pulumi.server ?? "" }];
    });
}

/** The installed version of a package, as seen from `directory`. */
export function packageVersion(directory: string, name: string): string | undefined {
    const manifest = join(packageDirectory(directory) ?? directory, name, "package.json");
    return existsSync(manifest) ? readManifest(manifest).version : undefined;
}

/** The packages that the program itself names as dependencies and that are installed. */
export function dependencies(directory: string): Dependency[] {
    const root = nearest(directory, "package.json");
    if (!root) return [];
    const manifest = readManifest(join(root, "package.json"));
    return Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).flatMap((name) => {
        const version = packageVersion(root, name);
        return version ? [{ name, version }] : [];
    });
}
