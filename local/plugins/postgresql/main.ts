/** Stand-in of Pulumi's postgresql plugin for machines that can't download it: roles and databases. */
import { serve } from "../../../providers/protocol/server.ts";
import { PostgresqlPlugin } from "./plugin.ts";

await serve((log) => new PostgresqlPlugin(log));
