/** Stand-in of Pulumi's random plugin for machines that can't download it: passwords. */
import { serve } from "../../../providers/protocol/server.ts";
import { RandomPlugin } from "./plugin.ts";

await serve(() => new RandomPlugin());
