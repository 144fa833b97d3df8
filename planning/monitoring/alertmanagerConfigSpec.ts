/** An AlertmanagerConfig of the operator (monitoring.coreos.com/v1alpha1): the same routes and receivers as the bundled ones. */
import type { AlertsConfig, ReceiverConfig } from "../../config/alertsSchema.ts";
import { type AlertRoute, alertRoutes, groupBy, groupTimes, inhibitions, nobody } from "./alerting.ts";
import { pagerdutyTexts, slackTexts } from "./alertmanagerConfig.ts";

/** Its `spec`. */
export interface AlertmanagerConfigSpec {
    readonly route: object;
    readonly inhibitRules: readonly object[];
    readonly receivers: readonly object[];
}

/**
 * The spec. By default the operator adds a matcher for the object's own namespace, so each namespace with alerts needs one.
 * @param secret name of the Secret in the same namespace that has the receivers' secrets
 * @param teams routes of teams
 */
export function alertmanagerConfigSpec(
    alerts: AlertsConfig,
    secret: string,
    teams: readonly AlertRoute[] = [],
): AlertmanagerConfigSpec {
    return {
        route: {
            receiver: nobody,
            groupBy,
            groupWait: groupTimes.wait,
            groupInterval: groupTimes.interval,
            routes: alertRoutes(alerts, teams).map(({ receiver, matchers, repeatInterval }) => ({
                receiver,
                matchers,
                repeatInterval,
                ...(repeatInterval === "1m" ? { groupWait: "0s", groupInterval: "1m" } : {}),
                continue: true,
            })),
        },
        inhibitRules: inhibitions.map(({ source, target, equal }) => ({
            sourceMatch: source,
            targetMatch: target,
            equal,
        })),
        receivers: [{ name: nobody }, ...alerts.receivers.map((receiver) => operatorReceiver(receiver, secret))],
    };
}

function operatorReceiver({ name, slack, pagerduty, email }: ReceiverConfig, secretName: string): object {
    const secret = { name: secretName, key: name };
    if (slack) {
        const settings = { apiURL: secret, channel: slack.channel, sendResolved: true, ...slackTexts };
        return { name, slackConfigs: [settings] };
    }
    if (pagerduty) return { name, pagerdutyConfigs: [{ routingKey: secret, sendResolved: true, ...pagerdutyTexts }] };
    if (email) {
        const { to, from, smtpHost, smtpPort, username, requireTls } = email;
        const login = username === undefined ? {} : { authUsername: username, authPassword: secret };
        const server = { smarthost: `${smtpHost}:${smtpPort}`, requireTLS: requireTls, ...login };
        return { name, emailConfigs: [{ to, from, ...server, sendResolved: true }] };
    }
    return { name, webhookConfigs: [{ urlSecret: secret, sendResolved: true }] };
}
