/** Started by the engine in place of the official kubernetes plugin where that can't be downloaded. */
import { serve } from "../protocol/server.ts";
import { KubernetesPlugin } from "./plugin.ts";

await serve((log) => new KubernetesPlugin(log));
