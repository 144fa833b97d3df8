/** promtool on rules and on situations that are put to them. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { execa } from "execa";
import { stringify } from "yaml";

import { ensureTools } from "../../local/toolchain/tools.ts";
import type { AlertRule, RecordingRule, RuleGroup } from "../../planning/monitoring/alertRule.ts";
import { selectorsOf } from "./promql.ts";
import type { RecordCase, RuleCase } from "../rules/ruleCase.ts";

/** To what recorded values are rounded before they are compared: sums of floating point numbers differ in their last bits. */
const precision = 2 ** -30;

/** Situations that one promtool file puts to some rules. */
export interface RuleTests {
    readonly rules: readonly (AlertRule | RecordingRule)[];
    /** Time between two values and two evaluations, for example `1m`. */
    readonly interval: string;
    readonly tests: readonly PromtoolTest[];
}

/** One situation, as promtool's documentation has it ("Unit testing for rules"). */
export interface PromtoolTest {
    readonly name: string;
    readonly input_series: readonly { readonly series: string; readonly values: string }[];
    readonly alert_rule_test?: readonly object[];
    readonly promql_expr_test?: readonly object[];
}

/** What Prometheus' own check says against rules; empty where it has nothing to say. */
export async function checkRules(groups: readonly RuleGroup[]): Promise<string> {
    return inFolder(async (folder) => {
        const path = join(folder, "rules.yaml");
        await writeFile(path, stringify({ groups }));
        return complaints(["check", "rules", "--lint=all", "--lint-fatal", path]);
    });
}

/** What went otherwise than the tests say; empty where nothing did. One run of promtool for all. */
export async function testRules(all: readonly RuleTests[]): Promise<string> {
    return inFolder(async (folder) => {
        const files = all.map(async ({ rules, interval, tests }, index) => {
            const rulesPath = join(folder, `${index}.rules.yaml`);
            const testsPath = join(folder, `${index}.tests.yaml`);
            await writeFile(
                rulesPath,
                stringify({ groups: [{ name: "all", rules }] }, { aliasDuplicateObjects: false }),
            );
            const file = {
                rule_files: [rulesPath],
                evaluation_interval: interval,
                tests: tests.map((test) => ({ interval, ...test })),
            };
            await writeFile(testsPath, stringify(file, { aliasDuplicateObjects: false }));
            return testsPath;
        });
        return complaints(["test", "rules", ...(await Promise.all(files))]);
    });
}

/** The same for rules in their groups and with as many series as a live stack has. */
export async function testGroups(
    groups: readonly RuleGroup[],
    { interval, test }: { readonly interval: string; readonly test: PromtoolTest },
): Promise<string> {
    return inFolder(async (folder) => {
        const rulesPath = join(folder, "rules.yaml");
        const testsPath = join(folder, "tests.yaml");
        await writeFile(rulesPath, JSON.stringify({ groups }));
        // JSON is YAML, and written in a moment.
        const file = { rule_files: [rulesPath], evaluation_interval: interval, tests: [{ interval, ...test }] };
        await writeFile(testsPath, JSON.stringify(file));
        return complaints(["test", "rules", testsPath]);
    });
}

/** The tests that cases of alerts come to. Each rule is evaluated together with the recording rules that it reads. */
export function alertTests(rules: readonly (AlertRule | RecordingRule)[], cases: readonly RuleCase[]): RuleTests[] {
    return byKey(cases, ({ alert, interval = "1m" }) => `${interval} ${alert}`).map((group) => {
        const { alert, interval = "1m" } = group[0]!;
        const rule = rules.find((each) => "alert" in each && each.alert === alert) as AlertRule | undefined;
        if (!rule) throw new Error(`No rule makes the alert ${alert}`);
        return {
            rules: [...recordsFor([rule.expr], rules), rule],
            interval,
            tests: group.map((each) => alertTest(rule, each)),
        };
    });
}

/** The tests that cases of recording rules come to. */
export function recordTests(rules: readonly (AlertRule | RecordingRule)[], cases: readonly RecordCase[]): RuleTests[] {
    const records = rules.filter((rule) => "record" in rule);
    return byKey(cases, ({ record, interval = "1m" }) => `${interval} ${record}`).map((group) => ({
        rules: recordsFor([group[0]!.record], records),
        interval: group[0]!.interval ?? "1m",
        tests: group.map((each) => recordTest(records, each)),
    }));
}

/** The test that a situation gives no alert at all, not even a pending one, at any of some times. */
export function silentTest(name: string, series: RuleCase["series"], times: readonly string[]): PromtoolTest {
    return {
        name,
        input_series: inputSeries(series),
        promql_expr_test: [...new Set(times)].map((at) => ({ expr: "ALERTS", eval_time: at, exp_samples: [] })),
    };
}

function alertTest(rule: AlertRule, { alert, title, series, at, fires }: RuleCase): PromtoolTest {
    const { summary, runbook_url } = rule.annotations;
    return {
        name: `${alert} ${title}`,
        input_series: inputSeries(series),
        alert_rule_test: [
            {
                eval_time: at,
                alertname: alert,
                exp_alerts: fires.map(({ labels, description }) => ({
                    exp_labels: { ...rule.labels, ...labels },
                    exp_annotations: { summary, description, runbook_url },
                })),
            },
        ],
    };
}

function recordTest(rules: readonly RecordingRule[], { record, title, series, at, values }: RecordCase): PromtoolTest {
    const rule = rules.find((each) => each.record === record);
    if (!rule) throw new Error(`No rule records ${record}`);
    return {
        name: `${record} ${title}`,
        input_series: inputSeries(series),
        promql_expr_test: [
            {
                expr: `round(${record}, ${precision})`,
                eval_time: at,
                exp_samples: values.map(({ labels, value }) => ({
                    labels: `{${Object.entries({ ...rule.labels, ...labels })
                        .map(([label, text]) => `${label}=${JSON.stringify(text)}`)
                        .join(",")}}`,
                    value: Math.floor(value / precision + 0.5) * precision,
                })),
            },
        ],
    };
}

function inputSeries(series: RuleCase["series"]) {
    return Object.entries(series).map(([name, values]) => ({ series: name, values }));
}

/** The recording rules that expressions read, and those that these read, in the order of evaluation. */
function recordsFor(
    expressions: readonly string[],
    rules: readonly (AlertRule | RecordingRule)[],
): readonly RecordingRule[] {
    const records = rules.filter((rule) => "record" in rule);
    const read = new Set(expressions.flatMap(selectorsOf).map(({ metric }) => metric));
    for (const { record, expr } of records.toReversed()) {
        if (read.has(record)) for (const { metric } of selectorsOf(expr)) read.add(metric);
    }
    return records.filter(({ record }) => read.has(record));
}

function byKey<T>(items: readonly T[], key: (item: T) => string): T[][] {
    return [...new Set(items.map(key))].map((each) => items.filter((item) => key(item) === each));
}

async function complaints(args: readonly string[]): Promise<string> {
    const { promtool } = await ensureTools(["promtool"], () => {});
    const { failed, all } = await execa(promtool.path, args, { reject: false, all: true });
    return failed ? all.replaceAll(/^(Unit Testing: .*\n\s+SUCCESS|Checking .*)\n/gm, "").trim() : "";
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), "rules-"));
    try {
        return await work(folder);
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}
