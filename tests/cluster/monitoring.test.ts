/** The bundled monitoring of the stack dev sees all of it, under the labels that rules and dashboards count on. */
import assert from "node:assert/strict";

import { CoreV1Api } from "@kubernetes/client-node";

import { nodeName, kubeconfigPath } from "../../local/cluster/layout.ts";
import { firingAlerts } from "../../live/alerts.ts";
import { kubeConfigOf } from "../../live/kubernetes.ts";
import { forwardPort } from "../../live/portForward.ts";
import { metricsPort, serviceNames } from "../../planning/ports.ts";
import { byLabel, type MonitoringApi, monitoringApi } from "../helpers/prometheus.ts";
import { connectForTroubles, troubleNamespaces } from "../helpers/troubles/troubles.ts";
import { eventually } from "../helpers/wait.ts";
import { deployWatched, type WatchedPlan, watchedPlan } from "../helpers/watchedStack.ts";
import { workerPods } from "../helpers/workerPod.ts";

/** Prometheus looks for new targets at once and scrapes them within half a minute. */
const seen = 90;

describe("monitoring of the stack dev", function () {
    this.timeout(240_000);
    const kubeConfig = kubeConfigOf(nodeName, kubeconfigPath);
    let plan: WatchedPlan;
    let api: MonitoringApi;
    /** Kubernetes namespaces of the stack. */
    let ours: readonly string[];
    let deployed: Awaited<ReturnType<typeof deployWatched>>;

    before(async function () {
        this.timeout(900_000);
        deployed = await deployWatched();
        plan = watchedPlan();
        ours = [plan.monitoring.namespace, ...plan.deployments.map(({ namespace }) => namespace)];
        api = await monitoringApi(plan.monitoring.namespace);
    });

    it("has every target that the plan has, and each is up", async () => {
        const pods = plan.deployments.flatMap(({ services }) => serviceNames.map((name) => services[name].replicas));
        const expected = {
            "temporal-server": pods.reduce((sum, replicas) => sum + replicas),
            postgresql: 1,
            kubelet: 1,
            "kubelet-cadvisor": 1,
            "kube-state-metrics": 1,
            prometheus: 1,
            alertmanager: 1,
        };
        await eventually("all targets to be up", seen, async () => {
            // Tests run workers of their own.
            const targets = (await api.targets()).filter(({ labels }) => ours.includes(labels.namespace ?? ours[0]!));
            assert.deepEqual(
                targets
                    .filter(({ health }) => health !== "up")
                    .map(({ scrapeUrl, lastError }) => [scrapeUrl, lastError]),
                [],
            );
            const counts: Record<string, number> = {};
            for (const { labels } of targets) counts[labels.job ?? ""] = (counts[labels.job ?? ""] ?? 0) + 1;
            assert.deepEqual(counts, expected);
            return true;
        });
    });

    it("has each service of each deployment under its labels", async () => {
        const expected = plan.deployments.flatMap(({ name, namespace, services }) =>
            serviceNames.map((service) => [name, namespace, service, services[service].replicas].join(" ")),
        );
        const samples = await api.query(
            'count by (temporal_deployment, namespace, temporal_service) (up{job="temporal-server"} == 1)',
        );
        const found = samples.map(({ labels: { temporal_deployment, namespace, temporal_service }, value }) =>
            [temporal_deployment, namespace, temporal_service, value].join(" "),
        );
        assert.deepEqual(found.sort(), expected.sort());
    });

    it("reads each target in less than a second", async () => {
        // Where pods share two cores with a test's load, many a scrape waits for its turn.
        const own = `scrape_duration_seconds{namespace=~"|${ours.join("|")}"}`;
        assert.deepEqual(await api.query(`min_over_time(${own}[10m]) > 1`), []);
        assert.ok((await api.query(own)).length > 0);
    });

    it("puts the deployment on every series of a server, and loses no Temporal namespace to Kubernetes' label", async () => {
        for (const wrong of [
            '{job="temporal-server",temporal_deployment=""}',
            '{job="temporal-server",temporal_service=""}',
            '{job="temporal-server",pod=""}',
            '{exported_namespace!=""}',
            'service_requests{temporal_namespace=""}',
        ]) {
            assert.deepEqual(await api.query(`count by (__name__) (${wrong})`), [], wrong);
        }
        for (const { namespace } of plan.deployments) {
            const raw = await frontendMetrics(namespace);
            const own = [...raw.matchAll(/^service_requests\{.*?\bnamespace="([^"]*)"/gm)].map(
                ([, name]) => name ?? "",
            );
            assert.ok(own.includes("temporal-system"), "the frontend tells of its own namespace");
            await eventually(`the Temporal namespaces of ${namespace}`, seen, async () => {
                const samples = await api.query(
                    `count by (temporal_namespace) (service_requests{namespace="${namespace}",temporal_service="frontend"})`,
                );
                const known = Object.keys(byLabel(samples, "temporal_namespace"));
                assert.deepEqual(
                    [...new Set(own)].filter((name) => !known.includes(name)),
                    [],
                );
                return true;
            });
        }
    });

    /** What a frontend pod answers by itself. */
    async function frontendMetrics(namespace: string): Promise<string> {
        const labelSelector = "app.kubernetes.io/component=frontend";
        const { items } = await kubeConfig.makeApiClient(CoreV1Api).listNamespacedPod({ namespace, labelSelector });
        const pod = items.find(({ status }) => status?.phase === "Running")?.metadata?.name ?? "";
        const forward = await forwardPort(kubeConfig, { namespace, pod, port: metricsPort });
        try {
            return await (await fetch(`http://${forward.address}/metrics`)).text();
        } finally {
            forward.close();
        }
    }

    it("has loaded the rules of the platform and of each deployment, and none of them fails", async () => {
        const planned = [
            plan.monitoring.platformRules,
            ...plan.deployments.map(({ monitoring }) => {
                assert.ok(monitoring.mode === "bundled");
                return monitoring.rules;
            }),
        ].flatMap(({ groups }) => groups);
        await eventually("all rules to have been evaluated", seen, async () => {
            const loaded = await api.rules();
            assert.deepEqual(
                loaded.map(({ name, rules }) => [name, rules.length].join(" ")).sort(),
                planned.map(({ name, rules }) => [name, rules.length].join(" ")).sort(),
            );
            const ill = loaded.flatMap(({ rules }) => rules).filter(({ health }) => health !== "ok");
            assert.deepEqual(
                ill.map(({ name, lastError }) => [name, lastError]),
                [],
            );
            return true;
        });
        const failed = await api.query("increase(prometheus_rule_evaluation_failures_total[5m]) > 0");
        assert.deepEqual(failed, []);
    });

    it("is heard by Alertmanager, and by who asks for what fires", async () => {
        await eventually("the Watchdog", seen, async () =>
            (await api.alerts()).some(({ labels }) => labels.alertname === "Watchdog"),
        );
        await firingAlerts(kubeConfig, plan.monitoring.namespace);
    });

    it("finds a worker in a namespace of its own by its pod's label and port", async () => {
        const [first] = deployed.deployments;
        assert.ok(first);
        const { name, deployment, frontend } = first;
        await (await connectForTroubles(frontend)).close();
        const place = { name, namespace: deployment.namespace, frontend: deployment.frontend.address };
        const workers = await workerPods(place, "test-workers");
        try {
            await workers.start("orders", [{ namespace: troubleNamespaces.healthy, taskQueue: "orders" }]);
            const [sample] = await eventually("the worker's metrics", seen, async () => {
                const samples = await api.query(
                    `temporal_num_pollers{namespace="${workers.namespace}",poller_type="workflow_task"}`,
                );
                return samples.length > 0 && samples;
            });
            const { temporal_deployment, temporal_service, temporal_namespace, namespace, task_queue } =
                sample?.labels ?? {};
            assert.deepEqual(
                { temporal_deployment, temporal_service, temporal_namespace, namespace, task_queue },
                {
                    temporal_deployment: name,
                    temporal_service: "sdk-worker",
                    temporal_namespace: troubleNamespaces.healthy,
                    namespace: workers.namespace,
                    task_queue: "orders",
                },
            );
        } finally {
            await workers.remove();
        }
    });
});
