/** The commands behind the npm scripts; bootstrap.mjs has set up what this file needs to run. */
import { UserError } from "./userError.ts";

type Command = (args: readonly string[]) => Promise<number>;

// Loaded only when called: a tool has to answer at once.
const commands: Readonly<Record<string, () => Promise<Command>>> = {
    start: async () => (await import("./commands/start.ts")).start,
    test: async () => (await import("./commands/test.ts")).test,
    down: async () => (await import("./commands/down.ts")).down,
    status: async () => (await import("./commands/status.ts")).status,
    pulumi: async () => (await import("./commands/tool.ts")).pulumi,
    kubectl: async () => (await import("./commands/tool.ts")).kubectl,
    temporal: async () => (await import("./commands/tool.ts")).temporal,
    bench: async () => {
        const { runScript } = await import("./commands/script.ts");
        return (args) => runScript(["bench/main.ts", ...args]);
    },
    run: async () => (await import("./commands/script.ts")).runScript,
};

try {
    const [name = "", ...args] = process.argv.slice(2);
    const load = commands[name];
    if (!load) throw new UserError(`Unknown command "${name}". There is: ${Object.keys(commands).join(", ")}.`);
    const command = await load();
    process.exit(await command(args));
} catch (error) {
    console.error(error instanceof UserError ? error.message : error);
    process.exit(1);
}
