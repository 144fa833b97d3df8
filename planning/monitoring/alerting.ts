/** Who is told of which alert: routes and receivers, before they become Alertmanager's file or an AlertmanagerConfig. */
import type { AlertsConfig, ReceiverConfig } from "../../config/alertsSchema.ts";
import type { ConfigProblem } from "../../config/errors.ts";

/** A comparison of a label, in the words of an AlertmanagerConfig. */
export interface Matcher {
    readonly name: string;
    readonly matchType: "=" | "=~" | "!~";
    readonly value: string;
}

/** Alerts that match all of it go to the receiver, and may go to others as well. */
export interface AlertRoute {
    readonly receiver: string;
    readonly matchers: readonly Matcher[];
    /** How long until an alert that still fires is told again. */
    readonly repeatInterval: string;
}

/** An alert of the source keeps silent those of the target that have the same values of the labels in `equal`. */
export interface Inhibition {
    readonly source: readonly Matcher[];
    readonly target: readonly Matcher[];
    readonly equal: readonly string[];
}

/** Receiver of what nobody shall be told: its alerts are to be seen on Alertmanager's page alone. */
export const nobody = "nobody";

/** Alerts that are told in one message. Without the deployment, one's alerts would wait for another's. */
export const groupBy = ["temporal_deployment", "alertname", "namespace"] as const;

/** How long a group collects before the first message, and between two messages. */
export const groupTimes = { wait: "30s", interval: "5m" } as const;

/** The label has this value. */
export const equals = (name: string, value: string): Matcher => ({ name, matchType: "=", value });

/** The label has one of these values. */
export const oneOf = (name: string, values: readonly string[]): Matcher => ({
    name,
    matchType: "=~",
    value: values.join("|"),
});

/** The label has none of these values, or there is no such label. */
export const noneOf = (name: string, values: readonly string[]): Matcher => ({
    name,
    matchType: "!~",
    value: values.join("|"),
});

/**
 * What keeps silent what. `temporal_deployment` is among the equal labels, since else one deployment's page would hide the
 * other's warning; a label that both lack counts as equal.
 */
export const inhibitions: readonly Inhibition[] = [
    {
        source: [equals("severity", "critical")],
        target: [oneOf("severity", ["warning", "info"])],
        equal: ["namespace", "temporal_deployment", "alertname"],
    },
    // With no pod left, whatever else is said of that service follows from it.
    {
        source: [equals("alertname", "TemporalServiceDown")],
        target: [oneOf("severity", ["warning", "info"])],
        equal: ["namespace", "temporal_deployment", "temporal_service"],
    },
];

/**
 * The routes of a config, the dead man's switch first.
 * @param teams routes of teams
 */
export function alertRoutes(
    { routes, deadMansSwitch }: AlertsConfig,
    teams: readonly AlertRoute[] = [],
): readonly AlertRoute[] {
    const watchdog = { matchers: [equals("alertname", "Watchdog")], repeatInterval: "1m" };
    return [
        ...(deadMansSwitch === undefined ? [] : [{ receiver: deadMansSwitch, ...watchdog }]),
        ...routes.map(({ receiver, severities, deployments }) => ({
            receiver,
            matchers: [
                oneOf("severity", severities),
                ...(deployments.length > 0 ? [oneOf("temporal_deployment", deployments)] : []),
            ],
            repeatInterval: "4h",
        })),
        ...teams,
    ];
}

/** A matcher as Alertmanager's file has it. */
export function matcherText({ name, matchType, value }: Matcher): string {
    return `${name}${matchType}${JSON.stringify(value)}`;
}

/** Receivers whose secret must be somewhere; only a mail server may ask for none. */
export function receiversWithSecret({ receivers }: AlertsConfig): readonly string[] {
    return receivers.filter(({ email }) => !email || email.username !== undefined).map(({ name }) => name);
}

/** TCP ports that receivers are reached at; undefined: any, since a webhook's address is secret. */
export function receiverPorts(receivers: readonly ReceiverConfig[]): readonly number[] | undefined {
    if (receivers.some(({ webhook }) => webhook)) return undefined;
    return [...new Set(receivers.map(({ email }) => email?.smtpPort ?? 443))];
}

/**
 * Names that mean nothing or the same, and receivers that no alert can reach.
 * @param forTeams receivers that are kept for teams
 */
export function alertProblems(
    alerts: AlertsConfig,
    deployments: readonly string[],
    forTeams: readonly string[] = [],
): readonly ConfigProblem[] {
    const key = "temporal:platform.monitoring.alerts";
    const names = alerts.receivers.map(({ name }) => name);
    const known = names.length > 0 ? `one of ${names.join(", ")}` : "the name of a receiver, and there is none";
    const used = [...alerts.routes.map(({ receiver }) => receiver), alerts.deadMansSwitch, ...forTeams];
    const problems: ConfigProblem[] = [];
    for (const [index, name] of names.entries()) {
        const at = `${key}.receivers[${index}].name`;
        if (names.indexOf(name) !== index) {
            problems.push({ key: at, message: `"${name}" is taken; must be a name of its own` });
        } else if (name === nobody) {
            problems.push({ key: at, message: `"${nobody}" is the name for no receiver; must be another` });
        } else if (!used.includes(name)) {
            problems.push({
                key: at,
                message: `"${name}" gets no alert; must be the receiver of a route, or for teams (temporal:platform.teams.receivers)`,
            });
        }
    }
    for (const [index, route] of alerts.routes.entries()) {
        const at = `${key}.routes[${index}]`;
        if (!names.includes(route.receiver)) {
            problems.push({ key: `${at}.receiver`, message: `"${route.receiver}" is not allowed; must be ${known}` });
        }
        for (const [position, name] of route.deployments.entries()) {
            if (deployments.includes(name)) continue;
            const message = `"${name}" is no deployment on this platform; must be one of ${deployments.join(", ")}`;
            problems.push({ key: `${at}.deployments[${position}]`, message });
        }
    }
    const { deadMansSwitch } = alerts;
    if (deadMansSwitch !== undefined && !names.includes(deadMansSwitch)) {
        const message = `"${deadMansSwitch}" is not allowed; must be ${known}`;
        problems.push({ key: `${key}.deadMansSwitch`, message });
    }
    return problems;
}
