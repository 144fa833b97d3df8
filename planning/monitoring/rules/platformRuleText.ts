/** The parts that rules of the platform are written with. */
import type { AlertRule, MonitoredPlatform } from "../alertRule.ts";
import type { AlertText } from "./ruleText.ts";

/** A selector of series from the platform's Kubernetes namespace: with the operator, Prometheus may know others' too. */
export function selectPlatform(platform: MonitoredPlatform, metric: string, matchers = ""): string {
    const own = `namespace="${platform.namespace}"`;
    return `${metric}{${matchers ? `${own},${matchers}` : own}}`;
}

/** An alert that concerns all deployments of the platform. */
export function platformAlert(platform: MonitoredPlatform, alert: string, text: AlertText): AlertRule {
    const { severity, summary, description, ...rest } = text;
    return {
        alert,
        ...rest,
        labels: { severity, namespace: platform.namespace },
        annotations: { summary, description, runbook_url: `${platform.runbooks}/${alert}.md` },
    };
}
