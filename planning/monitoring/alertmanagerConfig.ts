/** Alertmanager's config file. What is secret stands in files of its own, one per receiver, so that this one is for all to read. */
import { stringify } from "yaml";

import type { AlertsConfig, ReceiverConfig } from "../../config/alertsSchema.ts";
import { type AlertRoute, alertRoutes, groupBy, groupTimes, inhibitions, matcherText, nobody } from "./alerting.ts";

/** Where things stand in the pod. */
export const alertmanagerPaths = {
    config: "/etc/alertmanager/config",
    secrets: "/etc/alertmanager/secrets",
    data: "/alertmanager",
} as const;

/**
 * Text of alertmanager.yml.
 * @param teams routes of teams
 */
export function renderAlertmanagerConfig(alerts: AlertsConfig, teams: readonly AlertRoute[] = []): string {
    const config = {
        route: {
            receiver: nobody,
            group_by: groupBy,
            group_wait: groupTimes.wait,
            group_interval: groupTimes.interval,
            routes: alertRoutes(alerts, teams).map(({ receiver, matchers, repeatInterval }) => ({
                receiver,
                matchers: matchers.map(matcherText),
                repeat_interval: repeatInterval,
                // A switch that hears late of its alert fires for nothing.
                ...(repeatInterval === "1m" ? { group_wait: "0s", group_interval: "1m" } : {}),
                continue: true,
            })),
        },
        inhibit_rules: inhibitions.map(({ source, target, equal }) => ({
            source_matchers: source.map(matcherText),
            target_matchers: target.map(matcherText),
            equal,
        })),
        receivers: [{ name: nobody }, ...alerts.receivers.map(receiver)],
    };
    return stringify(config, { lineWidth: 0, aliasDuplicateObjects: false });
}

function receiver({ name, slack, pagerduty, email }: ReceiverConfig): object {
    const secret = `${alertmanagerPaths.secrets}/${name}`;
    if (slack) {
        const settings = { api_url_file: secret, channel: slack.channel, send_resolved: true, ...slackTexts };
        return { name, slack_configs: [settings] };
    }
    if (pagerduty) return { name, pagerduty_configs: [{ routing_key_file: secret, ...pagerdutyTexts }] };
    if (email) {
        const { to, from, smtpHost, smtpPort, username, requireTls } = email;
        const login = username === undefined ? {} : { auth_username: username, auth_password_file: secret };
        const server = { smarthost: `${smtpHost}:${smtpPort}`, require_tls: requireTls, ...login };
        return { name, email_configs: [{ to, from, ...server, send_resolved: true }] };
    }
    return { name, webhook_configs: [{ url_file: secret, send_resolved: true }] };
}

/** What a message in Slack says: which alert of which deployment, and for each what is wrong and what to do. */
export const slackTexts = {
    title: "[{{ .Status | toUpper }}] {{ .CommonLabels.alertname }} {{ .CommonLabels.temporal_deployment }} ({{ .CommonLabels.severity }})",
    text: "{{ range .Alerts }}{{ .Annotations.description }}\n{{ .Annotations.runbook_url }}\n{{ end }}",
} as const;

/** PagerDuty knows our severities by the same names. */
export const pagerdutyTexts = {
    severity: "{{ or .CommonLabels.severity `critical` }}",
    description:
        "{{ .CommonLabels.alertname }} {{ .CommonLabels.temporal_deployment }}: {{ .CommonAnnotations.summary }}",
} as const;
