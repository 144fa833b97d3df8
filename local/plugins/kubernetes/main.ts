/** Started by the engine in place of the official kubernetes plugin where that can't be downloaded. */
import { serve } from "../../../providers/protocol/server.ts";
import { KubernetesPlugin } from "./plugin.ts";

await serve((log) => new KubernetesPlugin(log));
