/** A Pulumi provider for what lives inside a self-hosted Temporal server. The engine starts it. */
import { serve } from "../protocol/server.ts";
import { TemporalProvider } from "./provider.ts";

await serve((log) => new TemporalProvider(log));
