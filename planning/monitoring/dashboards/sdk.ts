/**
 * The Grafana foundation SDK, loaded at first use: its modules take about 0.15 s, and a stack without dashboards of ours
 * shall not pay for them.
 */
import { createRequire } from "node:module";

import type * as Common from "@grafana/grafana-foundation-sdk/common";
import type * as Dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import type * as Heatmap from "@grafana/grafana-foundation-sdk/heatmap";
import type * as Prometheus from "@grafana/grafana-foundation-sdk/prometheus";
import type * as Stat from "@grafana/grafana-foundation-sdk/stat";
import type * as Table from "@grafana/grafana-foundation-sdk/table";
import type * as Timeseries from "@grafana/grafana-foundation-sdk/timeseries";

/** The parts of the SDK that the dashboards are made of. */
export interface Sdk {
    readonly common: typeof Common;
    readonly dashboard: typeof Dashboard;
    readonly heatmap: typeof Heatmap;
    readonly prometheus: typeof Prometheus;
    readonly stat: typeof Stat;
    readonly table: typeof Table;
    readonly timeseries: typeof Timeseries;
}

const require = createRequire(import.meta.url);

let loaded: Sdk | undefined;

/** The SDK. */
export function sdk(): Sdk {
    loaded ??= {
        common: part("common") as typeof Common,
        dashboard: part("dashboard") as typeof Dashboard,
        heatmap: part("heatmap") as typeof Heatmap,
        prometheus: part("prometheus") as typeof Prometheus,
        stat: part("stat") as typeof Stat,
        table: part("table") as typeof Table,
        timeseries: part("timeseries") as typeof Timeseries,
    };
    return loaded;
}

function part(name: keyof Sdk): unknown {
    return require(`@grafana/grafana-foundation-sdk/${name}`);
}
