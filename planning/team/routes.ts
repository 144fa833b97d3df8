/** Routes of teams' alerts to the receivers that they name. */
import { parse } from "yaml";

import { type AlertRoute, equals, matcherText, noneOf, oneOf } from "../monitoring/alerting.ts";
import type { TeamRecord } from "./teamRecord.ts";

/**
 * The routes of a team: alerts about its Temporal namespaces, and other alerts of its workers' Kubernetes namespace. An alert that
 * matched both would be told twice, so the second leaves out what the first has.
 */
export function teamRoutes({ deployment, namespaces, workersNamespace, alerts }: TeamRecord): readonly AlertRoute[] {
    if (!alerts) return [];
    const { receiver, severities } = alerts;
    const names = namespaces.map(({ name }) => name);
    const common = { receiver, repeatInterval: "4h" };
    const severity = oneOf("severity", severities);
    const ours = [equals("temporal_deployment", deployment), oneOf("temporal_namespace", names)];
    return [
        { ...common, matchers: [severity, ...ours] },
        {
            ...common,
            matchers: [severity, equals("namespace", workersNamespace), noneOf("temporal_namespace", names)],
        },
    ];
}

/**
 * Routes of all teams whose receiver there is, in an order that doesn't change.
 * @param receivers names of the receivers
 */
export function allTeamRoutes(teams: readonly TeamRecord[], receivers: readonly string[]): readonly AlertRoute[] {
    const key = ({ deployment, team }: TeamRecord) => `${deployment} ${team}`;
    return teams
        .filter(({ alerts }) => alerts && receivers.includes(alerts.receiver))
        .sort((a, b) => (key(a) < key(b) ? -1 : 1))
        .flatMap(teamRoutes);
}

/** A route of alertmanager.yml. */
interface LiveRoute {
    readonly receiver: string;
    readonly matchers?: readonly string[];
}

/** Whether an Alertmanager's config, as it is, has a team's routes; undefined: there is none yet. */
export function hasRoutes(team: TeamRecord, alertmanagerConfig: string | undefined): boolean {
    const live = parse(alertmanagerConfig ?? "{}") as {
        readonly route?: { readonly routes?: readonly LiveRoute[] };
    } | null;
    const text = (receiver: string, matchers: readonly string[]) => [receiver, ...matchers].join("\n");
    const there = new Set((live?.route?.routes ?? []).map(({ receiver, matchers }) => text(receiver, matchers ?? [])));
    return teamRoutes(team).every(({ receiver, matchers }) => there.has(text(receiver, matchers.map(matcherText))));
}
