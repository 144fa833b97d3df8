import assert from "node:assert/strict";

import { parse } from "yaml";

import { labels } from "../../planning/labels.ts";
import { kubeStateMetrics } from "../../planning/monitoring/kubeStateMetrics.ts";
import {
    droppedServerMetrics,
    serverMetrics,
    serverTargets,
    workerMetrics,
    workerTargets,
} from "../../planning/monitoring/relabeling.ts";
import { cadvisorMetrics, kubeletMetrics, renderScrapeConfig } from "../../planning/monitoring/scrapeConfig.ts";
import { type Labels, relabel, storedLabels, targetLabels } from "../helpers/relabel.ts";
import { usedMetrics } from "../helpers/usedMetrics.ts";

/** What Kubernetes' service discovery says of a container's port. */
function discovered(podLabels: Labels, more: Labels = {}): Labels {
    const named = Object.entries(podLabels).map(([key, value]) => [
        `__meta_kubernetes_pod_label_${key.replaceAll(/[^A-Za-z0-9]/g, "_")}`,
        value,
    ]);
    return {
        __address__: "10.244.0.7:9090",
        __meta_kubernetes_namespace: "temporal-dev",
        __meta_kubernetes_pod_name: "temporal-history-5d9",
        __meta_kubernetes_pod_phase: "Running",
        __meta_kubernetes_pod_container_port_name: "metrics",
        ...(Object.fromEntries(named) as Labels),
        ...more,
    };
}
const history = discovered(labels("dev", "history"));
const historyTarget = {
    namespace: "temporal-dev",
    pod: "temporal-history-5d9",
    temporal_deployment: "dev",
    temporal_service: "history",
};

describe("scrape config", () => {
    it("finds the four services of a deployment by their labels, with deployment, service, namespace and pod", () => {
        assert.deepEqual(targetLabels(history, serverTargets), historyTarget);
    });

    for (const [what, target] of [
        ["another port", { ...history, __meta_kubernetes_pod_container_port_name: "grpc" }],
        ["a pod that is over", { ...history, __meta_kubernetes_pod_phase: "Succeeded" }],
        ["the web UI", discovered(labels("dev", "ui"))],
        ["the monitoring itself", discovered(labels("platform", "postgres-exporter"))],
        ["somebody else's pod", discovered({ "app.kubernetes.io/component": "history" })],
    ] as const) {
        it(`takes ${what} for no server`, () => assert.equal(targetLabels(target, serverTargets), undefined));
    }

    it("asks for the servers of its own platform only", () => {
        const { scrape_configs } = parse(renderScrapeConfig({ namespace: "p", cloud: undefined })) as {
            scrape_configs: { job_name: string; kubernetes_sd_configs?: { selectors?: { label: string }[] }[] }[];
        };
        const servers = scrape_configs.find(({ job_name: name }) => name === "temporal-server");
        assert.deepEqual(
            servers?.kubernetes_sd_configs?.flatMap(({ selectors = [] }) => selectors.map(({ label }) => label)),
            ["app.kubernetes.io/part-of=temporal,temporal/platform=p"],
        );
    });

    it("finds workers in any namespace by the label that names their deployment, apart from the server's own workers", () => {
        const worker = discovered({ "temporal/worker-of": "dev" }, { __meta_kubernetes_namespace: "orders" });
        assert.deepEqual(targetLabels(worker, workerTargets), {
            namespace: "orders",
            pod: "temporal-history-5d9",
            temporal_deployment: "dev",
            temporal_service: "sdk-worker",
        });
        assert.equal(targetLabels(discovered({ app: "w" }), workerTargets), undefined);
    });

    it("keeps both namespaces: Kubernetes' as namespace, Temporal's as temporal_namespace, and values raw", () => {
        const sample = {
            __name__: "service_requests",
            namespace: "my-team.prod",
            operation: "X",
            otel_scope_name: "s",
        };
        assert.deepEqual(storedLabels(sample, historyTarget, serverMetrics), {
            ...historyTarget,
            __name__: "service_requests",
            operation: "X",
            temporal_namespace: "my-team.prod",
        });
        const latency = { __name__: "temporal_request_latency_seconds_sum", namespace: "my-team.prod" };
        const stored = storedLabels(latency, historyTarget, workerMetrics);
        assert.deepEqual([stored?.namespace, stored?.temporal_namespace], ["temporal-dev", "my-team.prod"]);
    });

    it("lets no worker pass its own metrics or labels off as another's", () => {
        const target = { ...historyTarget, temporal_service: "sdk-worker" };
        const forged = { __name__: "temporal_request", temporal_deployment: "prod", pod: "other" };
        const stored = storedLabels(forged, target, workerMetrics);
        assert.deepEqual([stored?.temporal_deployment, stored?.pod], ["dev", historyTarget.pod]);
        assert.equal(storedLabels({ __name__: "service_requests" }, target, workerMetrics), undefined);
        assert.equal(storedLabels({ __name__: "temporal:history_shards:owned" }, target, workerMetrics), undefined);
    });

    it("drops families that nobody asks for", () => {
        for (const name of ["pri_poll_latency_bucket", "otel_scope_info", "timer_info_count_sum", "cache_ttl_bucket"])
            assert.equal(relabel({ __name__: name }, serverMetrics), undefined, name);
    });

    it("drops nothing that a rule or a dashboard asks for", () => {
        const dropped = new RegExp(`^(?:${droppedServerMetrics})$`);
        assert.deepEqual(
            [...usedMetrics()].filter((name) => dropped.test(name)),
            [],
        );
    });

    it("keeps of kubelets and kube-state-metrics exactly what rules and dashboards ask for", () => {
        const used = [...usedMetrics()].filter((name) => /^(container|kubelet|kube)_/.test(name));
        assert.deepEqual(used.sort(), [...cadvisorMetrics, ...kubeletMetrics, ...kubeStateMetrics].sort());
    });

    it("asks Temporal Cloud only where the config does, at most 60 times an hour, with the key from a file", () => {
        const jobs = (cloud: { namespaces: readonly string[] } | undefined) =>
            (parse(renderScrapeConfig({ namespace: "p", cloud })) as { scrape_configs: { job_name: string }[] })
                .scrape_configs;
        assert.ok(!jobs(undefined).some(({ job_name: name }) => name === "temporal-cloud"));
        const job = jobs({ namespaces: ["orders.a1b2c"] }).find(({ job_name: name }) => name === "temporal-cloud");
        assert.deepEqual(job, {
            job_name: "temporal-cloud",
            scheme: "https",
            metrics_path: "/v1/metrics",
            scrape_interval: "60s",
            scrape_timeout: "30s",
            honor_timestamps: true,
            params: { namespaces: ["orders.a1b2c"] },
            authorization: { credentials_file: "/etc/prometheus/cloud/api-key" },
            static_configs: [{ targets: ["metrics.temporal.io"] }],
        });
    });
});
