import { ofA, type RuleCase } from "./ruleCase.ts";
import { calm, fault } from "./situations.ts";

const startLabels = `service_name="frontend",operation="StartWorkflowExecution",temporal_namespace="default",pod="frontend-0"`;

/**
 * A counter that goes on for so many minutes at each of some rates per minute. It doesn't begin at 0, where Prometheus
 * extrapolates otherwise.
 */
function counter(segments: readonly (readonly [minutes: number, perMinute: number])[]): string {
    let end = 1000;
    return segments
        .map(([minutes, perMinute], index) => {
            const start = index === 0 ? end : end + perMinute;
            end += minutes * perMinute;
            return `${start}+${perMinute}x${index === 0 ? minutes : minutes - 1}`;
        })
        .join(" ");
}

/** So many minutes with so many starts per minute and a share of bad ones. */
type Spell = readonly [minutes: number, perMinute: number, badShare: number];

/** Starts that fail. */
const failing = (spells: readonly Spell[]) => ({
    [ofA("service_requests", startLabels)]: counter(spells.map(([minutes, starts]) => [minutes, starts])),
    [ofA("service_errors", startLabels)]: counter(spells.map(([minutes, starts, bad]) => [minutes, starts * bad])),
});

/** Starts that take longer than half a second. */
const slow = (spells: readonly Spell[]) => ({
    [ofA("service_latency_count", startLabels)]: counter(spells.map(([minutes, starts]) => [minutes, starts])),
    [ofA("service_latency_bucket", `${startLabels},le="0.5"`)]: counter(
        spells.map(([minutes, starts, bad]) => [minutes, starts * (1 - bad)]),
    ),
});

/** The situations of one error budget, whose share is `budget`; all others are multiples of it. */
function budgetCases(
    name: string,
    series: (spells: readonly Spell[]) => RuleCase["series"],
    budget: number,
    what: string,
): readonly RuleCase[] {
    const fast = `${name}BudgetBurnsFast`;
    const slowly = `${name}BudgetBurnsSlowly`;
    const objective = `objective: at most ${budget * 100} % within 30 days.`;
    const percent = (factor: number) => `${Number((factor * budget * 100).toPrecision(4))}%`;
    const within = (factor: number, window: string) => ({
        labels: {},
        description: `${percent(factor)} of ${what} within ${window}; ${objective}`,
    });
    const hours = "1 h (or 6 h, where that burns)";
    return [
        ...fault(fast, "at 15 times the budget", series([[20, 1000, 15 * budget]]), 3, within(15, hours)),
        ...fault(
            fast,
            "at 7 times the budget, for which six hours speak",
            series([[20, 1000, 7 * budget]]),
            3,
            within(7, hours),
        ),
        calm(fast, "at 6 times the budget", series([[60, 1000, 5.99 * budget]]), "60m"),
        // The recorded rates rise for 5 minutes, so that 21 minutes weigh as 19.5 of 60.
        ...fault(
            fast,
            "for an hour's ratio after calm hours",
            series([
                [340, 1000, 0],
                [30, 1000, 50 * budget],
            ]),
            361,
            within((50 * 19.5) / 60, hours),
        ),
        calm(
            fast,
            "while neither the hour's nor six hours' ratio is high",
            series([
                [340, 1000, 0],
                [20, 1000, 45 * budget],
            ]),
            "360m",
        ),
        calm(
            fast,
            "soon after the fault, though the hour's ratio is high",
            series([
                [10, 1000, 100 * budget],
                [60, 1000, 0],
            ]),
            "45m",
        ),
        calm(fast, "about 5.5 calls a minute", series([[60, 5.5, 100 * budget]]), "60m"),
        ...fault(fast, "for 7 calls a minute", series([[90, 7, 100 * budget]]), 13, within(100, hours)),
        ...fault(slowly, "at twice the budget", series([[90, 1000, 2 * budget]]), 61, within(2, "3 d")),
        calm(slowly, "within the budget", series([[180, 1000, 0.99 * budget]])),
        calm(
            slowly,
            "six hours after the fault",
            series([
                [360, 1000, 5 * budget],
                [400, 1000, 0],
            ]),
            "760m",
        ),
        {
            ...calm(
                slowly,
                "about six hours that the other days make up for",
                // Two minutes at a time.
                series([
                    [1800, 2000, 0],
                    [180, 2000, 5 * budget],
                ]),
                "3960m",
            ),
            interval: "2m",
        },
        calm(slowly, "about 5.5 calls a minute", series([[180, 5.5, 100 * budget]])),
        ...fault(slowly, "for 7 calls a minute", series([[180, 7, 100 * budget]]), 71, within(100, "3 d")),
    ];
}

/** Calls turned away per minute. */
const exhausted = (cause: string, scope: string, perMinute: number, service = "frontend") => ({
    [ofA(
        "service_errors_resource_exhausted",
        `service_name="${service}",operation="StartWorkflowExecution",temporal_namespace="default",` +
            `resource_exhausted_cause="${cause}",resource_exhausted_scope="${scope}",pod="frontend-0"`,
    )]: `0+${perMinute}x40`,
});

const calls = (perMinute: number) => ({
    [ofA("service_requests", startLabels)]: `0+${perMinute}x40`,
});

const limit = { [ofA("host_rps_limit", `service_name="frontend",pod="frontend-0"`)]: "100x40" };

/** Situations of the alerts on calls to the frontend. */
export const frontendCases: readonly RuleCase[] = [
    ...budgetCases("TemporalFrontendErrors", failing, 0.001, "the users' calls have failed through the server's fault"),
    calm("TemporalFrontendErrorsBudgetBurnsFast", "where no error has ever been counted", calls(600), "40m"),
    ...budgetCases("TemporalFrontendSlow", slow, 0.01, "the starts and signals have taken longer than 0.5 s"),
    ...fault(
        "TemporalSystemOverloaded",
        "after 2 minutes, once for what history and frontend both count",
        { ...exhausted("SystemOverloaded", "System", 6, "history"), ...exhausted("SystemOverloaded", "System", 6) },
        5,
        {
            labels: { resource_exhausted_cause: "SystemOverloaded" },
            description: "Calls turned away, of whichever namespace: 0.10 per second: SystemOverloaded.",
        },
    ),
    ...fault("TemporalSystemOverloaded", "at a frontend pod's own limit", exhausted("RpsLimit", "System", 60), 3, {
        labels: { resource_exhausted_cause: "RpsLimit" },
        description: "Calls turned away, of whichever namespace: 0.60 per second: RpsLimit.",
    }),
    calm("TemporalSystemOverloaded", "at 3 calls a minute", exhausted("PersistenceLimit", "System", 3), "30m"),
    calm(
        "TemporalSystemOverloaded",
        "about a limit of one namespace",
        exhausted("PersistenceLimit", "Namespace", 600),
        "30m",
    ),
    {
        alert: "TemporalNamespaceThrottled",
        title: "fires after 5 minutes, once per cause",
        series: {
            ...calls(1000),
            ...exhausted("RpsLimit", "Namespace", 20),
            ...exhausted("ConcurrentLimit", "Namespace", 50),
        },
        at: "6m",
        fires: [
            {
                labels: { temporal_namespace: "default", resource_exhausted_cause: "RpsLimit" },
                description: "Namespace default: 2% of its calls are turned away: RpsLimit.",
            },
            {
                labels: { temporal_namespace: "default", resource_exhausted_cause: "ConcurrentLimit" },
                description: "Namespace default: 5% of its calls are turned away: ConcurrentLimit.",
            },
        ],
    },
    {
        alert: "TemporalNamespaceThrottled",
        title: "waits for 5 minutes",
        series: { ...calls(1000), ...exhausted("RpsLimit", "Namespace", 20) },
        at: "5m",
        fires: [],
    },
    calm("TemporalNamespaceThrottled", "at 1 %", { ...calls(1000), ...exhausted("RpsLimit", "Namespace", 10) }, "30m"),
    calm(
        "TemporalNamespaceThrottled",
        "and leaves busy workflows to TemporalBusyWorkflow",
        { ...calls(1000), ...exhausted("BusyWorkflow", "Namespace", 500) },
        "30m",
    ),
    ...fault(
        "TemporalBusyWorkflow",
        "a quarter of an hour after more than one call per second",
        exhausted("BusyWorkflow", "Namespace", 120),
        18,
        {
            labels: { temporal_namespace: "default" },
            description: "Namespace default: calls that find their workflow busy: 2.00 per second.",
        },
    ),
    calm("TemporalBusyWorkflow", "at one call per second", exhausted("BusyWorkflow", "Namespace", 60), "40m"),
    calm(
        "TemporalFrontendNearRPSLimit",
        "and leaves it to TemporalSystemOverloaded at the limit",
        { ...calls(6600), ...limit, ...exhausted("RpsLimit", "System", 600) },
        "40m",
    ),
    ...fault("TemporalFrontendNearRPSLimit", "10 minutes after 80 % of the limit", { ...calls(5400), ...limit }, 15, {
        labels: { pod: "frontend-0" },
        description: "frontend-0 is at 90% of frontend.rps.",
    }),
    calm("TemporalFrontendNearRPSLimit", "at 80 %", { ...calls(4800), ...limit }, "40m"),
    ...fault(
        "TemporalNoUserTraffic",
        "a quarter of an hour after calls cease, against yesterday's 2 per second",
        { [ofA("service_requests", startLabels)]: "0+120x1450 174000x60" },
        1469,
        { labels: {}, description: "No call from users; at this time yesterday there were 2.00 per second." },
    ),
    calm(
        "TemporalNoUserTraffic",
        "where yesterday was as calm",
        { [ofA("service_requests", startLabels)]: "0+60x1450 87000x60" },
        "1490m",
    ),
];
