/** What the monitoring itself takes, as it tells it. */
import { byLabel, type MonitoringApi } from "../tests/helpers/prometheus.ts";

/** Memory, CPU, series and scrapes. */
export interface MonitoringCost {
    /** Of each pod of the monitoring; CPU is the mean of five minutes, in thousandths of a core. */
    readonly pods: readonly { readonly pod: string; readonly memoryMiB: number; readonly millicores: number }[];
    /** Series by deployment, its workers' included. */
    readonly series: Readonly<Record<string, number>>;
    /** Series that Prometheus holds in memory. */
    readonly headSeries: number;
    /** Longest scrape of the last ten minutes in seconds, by job. */
    readonly scrapes: Readonly<Record<string, number>>;
}

/** Asks Prometheus. */
export async function monitoringCost(api: MonitoringApi, platformNamespace: string): Promise<MonitoringCost> {
    const containers = `namespace="${platformNamespace}",container!="",pod!~"postgresql-.*"`;
    const memory = byLabel(await api.query(`sum by (pod) (container_memory_working_set_bytes{${containers}})`), "pod");
    const cpu = byLabel(
        await api.query(`sum by (pod) (rate(container_cpu_usage_seconds_total{${containers}}[5m]))`),
        "pod",
    );
    const [head] = await api.query("prometheus_tsdb_head_series");
    return {
        pods: Object.entries(memory).map(([pod, bytes]) => ({
            pod,
            memoryMiB: bytes / 1024 ** 2,
            millicores: (cpu[pod] ?? 0) * 1000,
        })),
        series: byLabel(
            await api.query('count by (temporal_deployment) ({temporal_deployment!=""})'),
            "temporal_deployment",
        ),
        headSeries: head?.value ?? 0,
        scrapes: byLabel(await api.query("max by (job) (max_over_time(scrape_duration_seconds[10m]))"), "job"),
    };
}
