/** Under load with errors, the servers, the SDK and the exporters have every metric and label that rules and dashboards name. */
import assert from "node:assert/strict";

import Table from "cli-table3";

import {
    askedGroupings,
    type AskedSelector,
    askedSelectors,
    expressionsOf,
    shownQueries,
} from "../helpers/askedMetrics.ts";
import { withoutVariables } from "../helpers/dashboardQueries.ts";
import { troubleDatabase } from "../helpers/databaseTroubles.ts";
import { type LiveDynamicConfig, liveDynamicConfig } from "../helpers/liveDynamicConfig.ts";
import { type MonitoringApi, monitoringApi } from "../helpers/prometheus.ts";
import { chanceMetrics, rareLabels, rareMetrics } from "../helpers/rareMetrics.ts";
import {
    connectForTroubles,
    makeTroubles,
    troubleLimits,
    troubleQueues,
    type Troubles,
} from "../helpers/troubles/troubles.ts";
import { eventually } from "../helpers/wait.ts";
import { deployWatched, watchedPlan } from "../helpers/watchedStack.ts";
import { type WorkerPods, workerPods } from "../helpers/workerPod.ts";

/** Seconds: servers count backlogs once a minute, and a task queue as deserted after two; dynamic config takes one and a half. */
const patience = 420;

describe("metrics under load with errors", function () {
    this.timeout(120_000);
    const plan = watchedPlan();
    const deployment = plan.deployments[0]!.name;
    const expressions = expressionsOf(plan, deployment);
    const selectors = askedSelectors(expressions);
    const stands = (list: Readonly<Record<string, string>>) => (selector: AskedSelector) =>
        selector.key in list || selector.metric in list;
    const isRare = stands(rareMetrics);
    const isOptional = (selector: AskedSelector) => isRare(selector) || stands(chanceMetrics)(selector);
    const began = Date.now();
    let api: MonitoringApi;
    let limits: LiveDynamicConfig;
    let workers: WorkerPods;
    let troubles: Troubles;
    let absent: readonly AskedSelector[] = [];
    /** Counters of events of before. */
    let old: readonly AskedSelector[] = [];
    let endDatabaseTroubles: () => Promise<void>;

    /** Time since the load began, as PromQL writes it. */
    const window = () => `${Math.ceil((Date.now() - began) / 1000)}s`;

    /** Those of the selectors that have selected nothing since the load began. */
    async function withoutSeries(wanted: readonly AskedSelector[]): Promise<readonly AskedSelector[]> {
        const missing: AskedSelector[] = [];
        for (const selector of wanted) {
            const samples = await api.query(`count(present_over_time(${selector.text}[${window()}]))`);
            if (samples.length === 0) missing.push(selector);
        }
        return missing;
    }

    before(async function () {
        this.timeout(1_500_000);
        const { deployments } = await deployWatched();
        const deployed = deployments.find(({ name }) => name === deployment)!;
        const { namespace } = deployed.deployment;
        api = await monitoringApi(plan.monitoring.namespace);
        const connection = await connectForTroubles(deployed.frontend);
        limits = liveDynamicConfig(plan.deployments[0]!);
        await limits.set(troubleLimits);
        const place = { name: deployment, namespace, frontend: deployed.deployment.frontend.address };
        workers = await workerPods(place, "troubled-workers");
        await workers.start("troubled", troubleQueues);
        endDatabaseTroubles = await troubleDatabase(plan.monitoring.namespace);
        const rare = selectors.filter(isRare);
        const fresh = await withoutSeries(rare);
        old = rare.filter((selector) => !fresh.includes(selector));
        troubles = makeTroubles(connection);
        absent = selectors;
        await eventually("all metrics", patience, async () => {
            absent = await withoutSeries(absent);
            if (absent.every(isOptional)) return true;
            await new Promise((resolve) => setTimeout(resolve, 15_000));
            return false;
        }).catch(() => undefined); // The tests say what is missing.
    });
    after(async function () {
        this.timeout(180_000);
        await endDatabaseTroubles?.();
        await troubles?.stop();
        await workers?.remove();
        await limits?.restore();
    });

    it("has series for every selector, but those that are rare", () => {
        const unexpected = absent.filter((selector) => !isOptional(selector));
        assert.deepEqual(
            unexpected.map(({ key, places }) => `${key}  in ${places.join(", ")}`),
            [],
        );
    });

    it("calls rare only what the load doesn't bring about, and what is asked for", () => {
        const present = selectors.filter((selector) => !absent.includes(selector) && !old.includes(selector));
        assert.deepEqual(
            present.filter(isRare).map(({ key }) => key),
            [],
        );
        const names = new Set(selectors.flatMap(({ key, metric }) => [key, metric]));
        const unasked = [...Object.keys(rareMetrics), ...Object.keys(chanceMetrics)].filter((name) => !names.has(name));
        assert.deepEqual(unasked, []);
    });

    it("has every label that matchers and groupings name", async () => {
        const names = new Map<string, ReadonlySet<string>>();
        const labelsOf = async (selector: string) => {
            const seconds = Math.ceil((Date.now() - began) / 1000);
            const known = names.get(selector) ?? new Set(await api.labelNames(selector, seconds));
            names.set(selector, known);
            return known;
        };
        const missing: string[] = [];
        const gone = new Set(absent.map(({ text }) => text));
        for (const { text, labels, metric, places } of selectors) {
            if (gone.has(text) || metric === "") continue;
            const known = await labelsOf(metric);
            for (const label of labels) {
                if (!known.has(label)) missing.push(`${label} of ${text} in ${places.join(", ")}`);
            }
        }
        for (const { place, labels, selectors: inner } of askedGroupings(expressions)) {
            // The label may be one of a metric that isn't there.
            if (inner.some((selector) => gone.has(selector))) continue;
            const known = new Set<string>();
            for (const selector of inner) for (const label of await labelsOf(selector)) known.add(label);
            for (const label of labels) {
                if (!known.has(label) && !(label in rareLabels)) {
                    missing.push(`${label} of ${inner.join(", ")} in ${place}`);
                }
            }
        }
        assert.deepEqual(missing, []);
    });

    it("gives every query of every dashboard data, but those that say why they may have none", async () => {
        const head = ["dashboard", "panel", "series", "reason for none"];
        const table = new Table({ head, style: { head: [], border: [] } });
        const empty: string[] = [];
        for (const { dashboard, panel, expr, legend, noData } of shownQueries()) {
            const samples = await api.query(withoutVariables(expr));
            table.push([dashboard, panel, samples.length, samples.length === 0 ? (noData ?? "") : ""]);
            if (samples.length === 0 && noData === undefined) empty.push(`${dashboard}: ${panel}: ${expr}`);
            for (const [, label] of legend.matchAll(/\{\{(\w+)\}\}/g)) {
                const unnamed = samples.length > 0 && samples.every(({ labels }) => !(label! in labels));
                if (unnamed && !(label! in rareLabels)) empty.push(`${dashboard}: ${panel}: no series has ${label}`);
            }
        }
        if (process.env.TABLE) process.stdout.write(`${table.toString()}\n`);
        assert.deepEqual(empty, []);
    });
});
