import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";

import type { AlertRule, RecordingRule } from "../../planning/monitoring/alertRule.ts";
import { dashboards } from "../../planning/monitoring/dashboards/dashboards.ts";
import { kubeStateMetrics } from "../../planning/monitoring/kubeStateMetrics.ts";
import { droppedServerMetrics } from "../../planning/monitoring/relabeling.ts";
import { deploymentRules } from "../../planning/monitoring/rules/deploymentRules.ts";
import { platformRules } from "../../planning/monitoring/rules/platformRules.ts";
import { cadvisorMetrics, kubeletMetrics } from "../../planning/monitoring/scrapeConfig.ts";
import {
    type Dashboard,
    type DashboardPanel,
    dashboardQueries,
    type DashboardQuery,
    panelsOf,
    withoutVariables,
} from "../helpers/dashboardQueries.ts";
import { type Selector, selectorsOf } from "../helpers/promql.ts";

const runbooks = "https://example.org/runbooks";
const files = dashboards({ cloud: true, runbooks });
const pages = files.map(({ json }) => JSON.parse(json) as Dashboard);
const queries = files.flatMap(({ json }) => dashboardQueries(json));

const rules = [
    ...deploymentRules({
        name: "dev",
        namespace: "temporal-dev",
        historyShards: 4,
        replicas: { frontend: 1, history: 1, matching: 1, worker: 1 },
        serverVersion: "1.31.2",
        runbooks,
    }),
    ...platformRules({
        namespace: "temporal-platform",
        postgresql: { kind: "bundled", maxConnections: 100 },
        bundled: true,
        cloud: true,
        runbooks,
    }),
].flatMap((group) => group.rules);
const alerts = rules.filter((rule): rule is AlertRule => "alert" in rule);
const recorded = new Set(rules.filter((rule): rule is RecordingRule => "record" in rule).map(({ record }) => record));

const allPanels = pages.flatMap((page) => panelsOf(page).map((panel) => ({ page, panel })));
const nameOf = ({ page, panel }: { page: Dashboard; panel: DashboardPanel }) => `${page.uid} / ${panel.title}`;
const selectors = ({ expr }: Pick<DashboardQuery, "expr">) => selectorsOf(expr.replaceAll("$__rate_interval", "5m"));
const linkedAlerts = (panel: DashboardPanel) =>
    panel.links.map(({ url }) => url.slice(runbooks.length + 1, -".md".length));

function duplicates(values: readonly unknown[]): unknown[] {
    return values.filter((value, index) => values.indexOf(value) !== index);
}

describe("dashboards", () => {
    it("are what the docs name, Cloud's only where it is scraped", () => {
        const names = ["overview", "deployment", "services", "history", "task-queues", "persistence", "namespaces"];
        const expected = [...names, "workers"].map((name) => `temporal-${name}`);
        assert.deepEqual(
            dashboards({ cloud: false, runbooks }).map(({ name }) => name),
            expected,
        );
        assert.deepEqual(
            files.map(({ name }) => name),
            [...expected, "temporal-cloud"],
        );
    });

    it("are what Grafana 12 imports: its last schema, uids of its length, one time zone, refresh, tag and links", () => {
        for (const [index, page] of pages.entries()) {
            assert.equal(page.uid, files[index]!.name);
            assert.match(page.uid, /^[a-z-]{8,40}$/);
            assert.equal(page.id, undefined, "an id would be of one Grafana only");
            assert.equal(page.schemaVersion, 42);
            assert.equal(page.timezone, "browser");
            assert.equal(page.refresh, "30s");
            assert.deepEqual(page.tags, ["temporal"]);
            assert.ok(page.title && page.description);
            const links = page.links.map(({ type, tags, includeVars }) => ({ type, tags, includeVars }));
            assert.deepEqual(links, [{ type: "dashboards", tags: ["temporal"], includeVars: true }]);
            assert.ok(
                page.links.every(({ placement }) => placement === undefined),
                "else they hide in a menu",
            );
        }
    });

    it("don't repeat a uid, nor a title, nor an id or title of a panel within a dashboard", () => {
        assert.deepEqual(duplicates(pages.map(({ uid }) => uid)), []);
        assert.deepEqual(duplicates(pages.map(({ title }) => title)), []);
        for (const page of pages) {
            assert.deepEqual(duplicates(page.panels.map(({ id }) => id)), [], page.uid);
            assert.deepEqual(duplicates(panelsOf(page).map(({ title }) => title)), [], page.uid);
        }
    });

    it("fit into ConfigMaps", () => {
        const total = files.reduce((sum, { json }) => sum + Buffer.byteLength(json), 0);
        assert.ok(total < 1024 * 1024, `${total} bytes together`);
    });

    it("ask the data source that is chosen at the top, the bundled one at first", () => {
        for (const page of pages) {
            const first = page.templating.list[0]!;
            assert.deepEqual([first.name, first.type, first.query], ["datasource", "datasource", "prometheus"]);
            assert.equal(first.current.value, "prometheus");
        }
        for (const place of allPanels) {
            const sources = [place.panel.datasource, ...place.panel.targets.map(({ datasource }) => datasource)];
            for (const source of sources) {
                assert.deepEqual(source, { type: "prometheus", uid: "${datasource}" }, nameOf(place));
            }
        }
    });

    it("offer the variables that they use, and use those that they offer", () => {
        const builtIn = new Set(["__rate_interval", "__value", "__url_time_range", "__all"]);
        for (const page of pages) {
            const offered = page.templating.list.map(({ name }) => name);
            const used = [...JSON.stringify(page).matchAll(/\$\{?(\w+)/g)].map(([, name]) => name!);
            assert.deepEqual(new Set(used.filter((name) => !builtIn.has(name))), new Set(offered), page.uid);
        }
    });

    it("show one deployment at a time, but for the overview", () => {
        for (const page of pages.filter(({ uid }) => uid !== "temporal-cloud")) {
            const variable = page.templating.list.find(({ name }) => name === "temporal_deployment")!;
            const all = page.uid === "temporal-overview";
            assert.deepEqual([variable.includeAll, variable.multi], [all, all], page.uid);
        }
    });

    it("lead from a deployment in a table to its page", () => {
        const url = "/d/temporal-deployment?var-temporal_deployment=${__value.text}&${__url_time_range}";
        const tables = allPanels.filter(({ panel }) => panel.type === "table").map(({ panel }) => panel);
        const links = tables.flatMap(({ fieldConfig }) =>
            fieldConfig.overrides
                .filter(({ matcher }) => matcher.options === "Deployment")
                .map(({ properties }) => properties),
        );
        const wanted = [{ id: "links", value: [{ title: "Open ${__value.text}", url }] }];
        assert.deepEqual(links, [wanted, wanted, wanted]);
    });
});

describe("panels of dashboards", () => {
    it("are of kinds that Grafana still maintains", () => {
        for (const place of allPanels) {
            assert.ok(["timeseries", "stat", "table", "heatmap"].includes(place.panel.type), nameOf(place));
        }
    });

    it("have title, unit and a description that says what good looks like", () => {
        for (const place of allPanels) {
            assert.ok(place.panel.title);
            assert.ok(place.panel.fieldConfig.defaults.unit, nameOf(place));
            assert.ok(place.panel.description.length > 20, nameOf(place));
            assert.ok(
                /Good: /.test(place.panel.description) || /measure|bill/.test(place.panel.description),
                nameOf(place),
            );
        }
    });

    it("have a unit in every column of a table", () => {
        for (const place of allPanels.filter(({ panel }) => panel.type === "table")) {
            const withUnit = place.panel.fieldConfig.overrides
                .filter(({ properties }) => properties[0]!.id === "unit")
                .map(({ matcher }) => matcher.options);
            assert.deepEqual(
                withUnit,
                place.panel.targets.map(({ legendFormat }) => legendFormat),
                nameOf(place),
            );
        }
    });

    it("ask in the form that their kind shows", () => {
        for (const place of allPanels) {
            const { type } = place.panel;
            const format = type === "table" || type === "heatmap" ? type : "time_series";
            for (const target of place.panel.targets) {
                const latest = type === "table";
                const asked = [target.format, target.instant, target.range];
                assert.deepEqual(asked, [format, latest, !latest], nameOf(place));
            }
        }
    });

    it("join the queries of a table by its first column and name the columns", () => {
        const table = (title: string) => allPanels.find(({ panel }) => panel.title === title)!.panel.transformations;
        assert.deepEqual(table("Versions"), [
            {
                id: "filterFieldsByName",
                options: { include: { names: ["temporal_deployment", "build_version", "Value"] } },
            },
            {
                id: "organize",
                options: {
                    renameByName: { temporal_deployment: "Deployment", build_version: "Version", Value: "Pods" },
                    indexByName: { temporal_deployment: 0, build_version: 1, Value: 2 },
                },
            },
        ]);
        assert.deepEqual(table("Health by deployment")![0], {
            id: "joinByField",
            options: { byField: "temporal_deployment", mode: "outer" },
        });
    });

    it("stand beside and below each other, never over each other or beyond the edge", () => {
        for (const page of pages) {
            const taken = new Map<string, string>();
            for (const { gridPos, title } of page.panels) {
                assert.ok(gridPos.w > 0 && gridPos.h > 0 && gridPos.x >= 0 && gridPos.x + gridPos.w <= 24, title);
                for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
                    for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
                        const other = taken.get(`${x},${y}`);
                        assert.equal(other, undefined, `${page.uid}: ${title} lies over ${other}`);
                        taken.set(`${x},${y}`, title);
                    }
                }
            }
        }
    });

    it("link to runbooks of alerts that exist", () => {
        const names = new Set(alerts.map(({ alert }) => alert));
        const links = allPanels.flatMap((place) =>
            linkedAlerts(place.panel).map((alert) => ({ alert, where: nameOf(place) })),
        );
        assert.deepEqual(
            links.filter(({ alert }) => !names.has(alert)),
            [],
        );
        for (const { panel } of allPanels) {
            for (const { url, targetBlank } of panel.links) assert.ok(url.startsWith(`${runbooks}/`) && targetBlank);
        }
    });

    it("show what each alert watches", () => {
        const linked = new Set(allPanels.flatMap(({ panel }) => linkedAlerts(panel)));
        assert.deepEqual(
            alerts.map(({ alert }) => alert).filter((alert) => !linked.has(alert)),
            [],
        );
    });

    it("turn from green to red upwards or downwards, as what they show is bad above or below", () => {
        const steps = (title: string) =>
            allPanels
                .find(({ panel }) => panel.title === title)!
                .panel.fieldConfig.defaults.thresholds.steps.map(({ value, color }) => [value, color]);
        assert.deepEqual(steps("Oldest waiting task"), [
            [null, "green"],
            [300, "orange"],
            [1800, "red"],
        ]);
        assert.deepEqual(steps("Tasks handed over directly"), [
            [null, "orange"],
            [0.95, "green"],
        ]);
        assert.deepEqual(steps("PostgreSQL answers"), [
            [null, "red"],
            [1, "green"],
        ]);
        assert.deepEqual(steps("State transitions"), [[null, "green"]]);
    });

    it("turn colour where the alerts that watch them fire", () => {
        for (const place of allPanels) {
            const exprs = alerts
                .filter(({ alert }) => linkedAlerts(place.panel).includes(alert))
                .map(({ expr }) => expr);
            const numbers = exprs.flatMap(numbersIn);
            for (const { value } of place.panel.fieldConfig.defaults.thresholds.steps) {
                // One is the first of what should not be there at all, and the whole of what should.
                if (value === null || value === 1) continue;
                assert.ok(numbers.includes(value), `${nameOf(place)}: ${value} is none of ${numbers.join(", ")}`);
            }
        }
    });
});

/** Numbers of an expression, without those in label values, names and durations. */
function numbersIn(expr: string): number[] {
    const bare = expr.replaceAll(/"[^"]*"/g, "").replaceAll(/\[[^\]]*\]/g, "");
    return [...bare.matchAll(/(?<![\w.:])\d+(?:\.\d+)?(?:e\d+)?(?![\w.])/g)].map(([text]) => Number(text));
}

describe("queries of dashboards", () => {
    it("are there in numbers, each with a name for its series", () => {
        assert.ok(queries.length > 200, `${queries.length}`);
        for (const { dashboard, panel, legend } of queries) assert.ok(legend, `${dashboard} / ${panel}`);
    });

    it("are PromQL, with any choice of variables", () => {
        for (const query of queries) assert.doesNotThrow(() => selectorsOf(withoutVariables(query.expr)));
        assert.deepEqual(
            queries.filter(({ expr }) => withoutVariables(expr).includes("$")),
            [],
        );
    });

    it("name the chosen deployments in every selector", () => {
        for (const query of queries) {
            for (const selector of selectors(query)) {
                assert.ok(isScoped(selector, query), `${query.dashboard} / ${query.panel}: ${selector.metric}`);
            }
        }
    });

    it("name the chosen deployments in marks on the charts and in lists of values", () => {
        for (const page of pages) {
            for (const { expr } of page.annotations.list ?? []) {
                assert.ok(selectorsOf(expr).every(hasDeployment), page.uid);
            }
            for (const { name, definition } of page.templating.list) {
                if (["datasource", "temporal_deployment", "platform_namespace", "cloud_namespace"].includes(name))
                    continue;
                assert.match(definition, /temporal_deployment=~"\$temporal_deployment"/, `${page.uid}: ${name}`);
            }
        }
    });

    it("read only recorded series that the rules record", () => {
        const read = queries.flatMap(selectors).map(({ metric }) => metric);
        const missing = read.filter((metric) => metric.startsWith("temporal:") && !recorded.has(metric));
        assert.deepEqual(new Set(missing), new Set());
    });

    it("read nothing that is dropped on the way into Prometheus", () => {
        const kept: readonly string[] = [...cadvisorMetrics, ...kubeletMetrics, ...kubeStateMetrics];
        const dropped = new RegExp(`^(${droppedServerMetrics})$`);
        for (const metric of new Set(queries.flatMap(selectors).map((selector) => selector.metric))) {
            if (/^(container|kube|kubelet)_/.test(metric)) assert.ok(kept.includes(metric), metric);
            else assert.doesNotMatch(metric, dropped);
        }
    });

    it("take rates over an interval that follows the scrape interval", () => {
        for (const { expr, panel } of queries) assert.doesNotMatch(expr, /rate\([^[]*\[\d+[a-z]\]/, panel);
    });

    it("leave out the server's own workers wherever they show SDK metrics", () => {
        const services = queries
            .filter(({ dashboard }) => dashboard === "temporal-workers")
            .flatMap(selectors)
            .filter(({ metric }) => metric.startsWith("temporal_"))
            .map(({ labels }) => labels.find(({ name }) => name === "temporal_service")?.value);
        assert.deepEqual(new Set(services), new Set(["sdk-worker"]));
    });
});

function hasDeployment({ labels }: Selector): boolean {
    return labels.some(
        ({ name, op, value }) => name === "temporal_deployment" && op === "=~" && value === "$temporal_deployment",
    );
}

/** Panels on what all deployments share, whatever was chosen; each of their selectors says so. */
const shared = new Set([
    "Firing alerts of what deployments share",
    "Dead-man's switch",
    "What all pools together may open",
    "Servers that are scraped wrongly",
]);

/** Jobs of the monitoring itself. */
const platformJobs =
    /^(postgresql|kubelet|kubelet-cadvisor|kube-state-metrics|prometheus|alertmanager|temporal-cloud)$/;

/** Whether a selector reads the chosen deployments only, or something that has none: PostgreSQL, the monitoring, Cloud. */
function isScoped(selector: Selector, { expr, panel }: DashboardQuery): boolean {
    const { metric, labels } = selector;
    const has = (label: string, wanted: string) =>
        labels.some(({ name, op, value }) => name === label && op === "=~" && value === wanted);
    if (/^(prometheus|alertmanager)_/.test(metric)) return true;
    if (metric.startsWith("pg_")) return has("namespace", "$platform_namespace");
    if (metric.startsWith("temporal_cloud_v1_")) return has("temporal_namespace", "$cloud_namespace");
    // Neither kubelet nor kube-state-metrics knows deployments.
    if (/^(container|kube|kubelet)_/.test(metric)) {
        const ofWorkers = /and on \(namespace, pod\) up\{temporal_deployment=~"\$temporal_deployment"/.test(expr);
        return ofWorkers || has("namespace", "$kubernetes_namespace") || has("namespace", "$platform_namespace");
    }
    if (/^(up|scrape_)/.test(metric)) {
        const jobs = labels.find(({ name }) => name === "job")?.value.split("|");
        if (jobs?.every((job) => platformJobs.test(job))) return true;
    }
    if (shared.has(panel) && labels.some(({ name }) => name === "temporal_deployment")) return true;
    return hasDeployment(selector);
}

describe("the Grafana SDK", () => {
    it("is loaded when dashboards are made, not when the program starts", () => {
        const script = `
            import { createRequire } from "node:module";
            const loaded = () => Object.keys(createRequire(import.meta.url).cache).some((file) => file.includes("grafana-foundation-sdk"));
            const { dashboards } = await import("./planning/monitoring/dashboards/dashboards.ts");
            const before = loaded();
            dashboards({ cloud: false, runbooks: "" });
            console.log(JSON.stringify([before, loaded()]));`;
        const output = execFileSync(process.execPath, ["--input-type=module", "--eval", script], { encoding: "utf8" });
        assert.deepEqual(JSON.parse(output), [false, true]);
    });
});
