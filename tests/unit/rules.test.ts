import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";

import type { AlertRule, RecordingRule, RuleGroup } from "../../planning/monitoring/alertRule.ts";
import { deploymentRules } from "../../planning/monitoring/rules/deploymentRules.ts";
import { platformRules } from "../../planning/monitoring/rules/platformRules.ts";
import { quantileThresholdsOf, selectorsOf } from "../helpers/promql.ts";
import { deploymentCases, platformCases, recordCases } from "../rules/cases.ts";
import { deploymentA, platform } from "../rules/ruleCase.ts";

const rulesOf = (groups: readonly RuleGroup[]) => groups.flatMap(({ rules }) => rules);
const isAlert = (rule: AlertRule | RecordingRule): rule is AlertRule => "alert" in rule;
const names = (rules: readonly AlertRule[]) => rules.map(({ alert }) => alert);

/** Bounds of the server's histograms (temporal server, common/metrics/config.go), in seconds or without a unit. */
const serverBounds = {
    seconds: [1, 2, 5].flatMap((digit) => [-3, -2, -1, 0, 1, 2].map((power) => digit * 10 ** power)).concat(1000),
    dimensionless: [1, 2, 5].flatMap((digit) => [0, 1, 2, 3, 4].map((power) => digit * 10 ** power)).concat(100_000),
};

/** Metrics that no server or exporter of the deployment makes but Kubernetes' own parts: these can't be told apart by deployment. */
const kubernetesMetrics = /^(container|kube|kubelet)_/;

const runbookSections = ["## Meaning", "## Confirm", "## Mend"];
const runbook = (alert: string) => new URL(`../../docs/runbooks/${alert}.md`, import.meta.url);

describe("the rules", () => {
    const ofDeployment = rulesOf(deploymentRules(deploymentA));
    const deploymentAlerts = ofDeployment.filter(isAlert);
    const platformAlerts = rulesOf(platformRules(platform)).filter(isAlert);
    const alerts = [...deploymentAlerts, ...platformAlerts];

    it("have a name each", () => {
        const twice = names(alerts).filter((name, index, all) => all.indexOf(name) !== index);
        assert.deepEqual(twice, []);
        const groups = [...deploymentRules(deploymentA), ...platformRules(platform)].map(({ name }) => name);
        assert.equal(new Set(groups).size, groups.length);
    });

    it("fire in one tested situation at least, and keep silent in another", () => {
        const cases = [...deploymentCases, ...platformCases];
        const of = (wanted: boolean) =>
            new Set(cases.filter(({ fires }) => fires.length > 0 === wanted).map(({ alert }) => alert));
        const always = alerts.filter(({ expr }) => expr === "vector(1)");
        const silentCases = of(false);
        const firingCases = of(true);
        assert.deepEqual(
            names(alerts).filter((name) => !firingCases.has(name)),
            [],
            "without a firing case",
        );
        assert.deepEqual(
            names(alerts.filter((rule) => !always.includes(rule))).filter((name) => !silentCases.has(name)),
            [],
            "without a silent case",
        );
    });

    it("record nothing untested", () => {
        const tested = new Set(recordCases.map(({ record }) => record));
        const records = ofDeployment.flatMap((rule) => (isAlert(rule) ? [] : [rule.record]));
        const windows = /:rate(30m|1h|6h|3d)$/;
        // The slow ratio's windows come from the same function as the error ratio's.
        const alike = (record: string) => record.replace("frontend_slow_ratio", "frontend_error_ratio");
        const untested = records.filter(
            (record) => !tested.has(record) && !(windows.test(record) && tested.has(alike(record))),
        );
        assert.deepEqual(untested, []);
    });

    it("say how bad it is, of which deployment, and where to read on", () => {
        for (const { alert, labels, annotations } of alerts) {
            assert.ok(["critical", "warning", "info", "none"].includes(labels.severity), alert);
            assert.ok(labels["namespace"], `${alert}: namespace`);
            assert.equal(annotations.runbook_url, `https://runbooks.example/${alert}.md`);
            assert.match(annotations.summary, /^[A-Z].*\.$/, alert);
            assert.doesNotMatch(annotations.summary, /\{\{/, `${alert}: a summary is static`);
            assert.match(annotations.description, /\.$/, alert);
        }
        for (const { alert, labels } of deploymentAlerts) assert.equal(labels["temporal_deployment"], "a", alert);
    });

    it("of a deployment name it in every selector", () => {
        for (const rule of ofDeployment) {
            const unnamed = selectorsOf(rule.expr).filter(({ metric, labels }) => {
                const [label, own] = kubernetesMetrics.test(metric)
                    ? ["namespace", "temporal-a"]
                    : ["temporal_deployment", "a"];
                return !labels.some(({ name, op, value }) => name === label && op === "=" && value === own);
            });
            // Workers' containers, in whichever namespace: found by the pods that are scraped as the deployment's.
            const joins = rule.expr.split(`and on (namespace, pod) up{temporal_deployment="a",`).length - 1;
            const excused = unnamed.filter(({ metric }) => kubernetesMetrics.test(metric));
            assert.deepEqual(
                unnamed.filter((selector) => !excused.includes(selector)),
                [],
                isAlert(rule) ? rule.alert : rule.record,
            );
            assert.equal(excused.length, joins, isAlert(rule) ? rule.alert : rule.record);
        }
    });

    it("compare quantiles of the server with bounds of its buckets below the last, else they could never fire", () => {
        const below = Object.values(serverBounds).map((bounds) =>
            bounds.filter((bound) => bound < Math.max(...bounds)),
        );
        let compared = 0;
        for (const { alert, expr } of deploymentAlerts) {
            for (const { metric, threshold } of quantileThresholdsOf(expr)) {
                compared += 1;
                if (metric.startsWith("temporal_")) continue;
                const bounds = below[0]!;
                assert.ok(
                    bounds.some((bound) => Math.abs(bound - threshold) < 1e-9),
                    `${alert}: ${metric} > ${threshold}`,
                );
            }
        }
        assert.ok(compared > 4, "no quantiles seen");
    });

    it("name only whole bounds that both ways of writing them match", () => {
        for (const rule of [...ofDeployment, ...platformAlerts]) {
            for (const { metric, labels } of selectorsOf(rule.expr)) {
                for (const { op, value } of labels.filter(({ name }) => name === "le")) {
                    const whole = /^\d+(\.0)?$/.test(value);
                    assert.ok(op === "=~" || !whole, `${metric}{le="${value}"}: Prometheus 3 writes ${value}.0`);
                }
            }
        }
    });

    it("have a runbook that says what it means, how to confirm and what to do", () => {
        for (const alert of names(alerts)) {
            assert.ok(existsSync(runbook(alert)), `docs/runbooks/${alert}.md is missing`);
            const text = readFileSync(runbook(alert), "utf8");
            assert.ok(text.startsWith(`# ${alert}\n`), `${alert}: heading`);
            const parts = text.split(/^(?=## )/m).slice(1);
            assert.deepEqual(
                parts.map((part) => part.split("\n")[0]),
                runbookSections,
                alert,
            );
            for (const part of parts) assert.ok(part.length > 80, `${alert}: ${part}`);
        }
    });

    it("have runbooks whose queries parse and whose links lead somewhere", () => {
        for (const alert of names(alerts)) {
            const text = readFileSync(runbook(alert), "utf8");
            for (const [, block] of text.matchAll(/```promql\n(.*?)```/gs)) {
                for (const query of block!.trim().split("\n"))
                    assert.ok(selectorsOf(query).length > 0, `${alert}: ${query}`);
            }
            for (const [, target] of text.matchAll(/\]\(([^)#]+)[^)]*\)/g)) {
                assert.ok(existsSync(new URL(target!, runbook(alert))), `${alert}: ${target}`);
            }
        }
    });

    it("are all there is a runbook for", () => {
        const pages = readdirSync(new URL("../../docs/runbooks/", import.meta.url)).filter(
            (file) => file !== "README.md",
        );
        const known = new Set(names(alerts).map((name) => `${name}.md`));
        assert.deepEqual(
            pages.filter((page) => !known.has(page)),
            [],
        );
    });
});
