import { deploymentA, healthyPods, ofA, type RuleCase, upOfA } from "./ruleCase.ts";
import { calm, fault } from "./situations.ts";

const pods = healthyPods(deploymentA, 120);

/** All three history pods stop to answer after 4 minutes. */
const noHistory = {
    [upOfA("history", 0)]: "1x3 0x40",
    [upOfA("history", 1)]: "1x3 0x40",
    [upOfA("history", 2)]: "1x3 stale",
};

/** Calls per minute to matching, and how many of them nobody answers. */
const callsToMatching = (unanswered: number) => ({
    [ofA("client_requests", `service_role="matching",operation="AddWorkflowTask",pod="history-0"`)]: "0+60x40",
    [ofA(
        "client_errors",
        `service_role="matching",operation="AddWorkflowTask",error_type="serviceerror.Unavailable",pod="history-0"`,
    )]: `0+${unanswered}x40`,
});

const versions = (last: string, pod: string) => ({
    [ofA("build_information", `build_version="1.31.2",pod="frontend-0"`)]: "1x60",
    [ofA("build_information", `build_version="${last}",pod="${pod}"`)]: "1x60",
});

const panics = ofA("service_panics", `service_name="history",pod="history-0"`);
const onePanic = {
    labels: { service_name: "history" },
    description: "history: panics within 15 minutes: 1.",
};

const configFailure = (pod: string) => ofA("dynamic_config_update_failure", `service_name="history",pod="${pod}"`);
const expiring = ofA("certificates_expiring", `temporal_service="frontend",pod="frontend-0"`);
const expired = ofA("certificates_expired", `temporal_service="frontend",pod="frontend-0"`);

const activityFailures = (service: string) =>
    ofA("temporal_activity_execution_failed", `temporal_service="${service}",task_queue="default-worker-tq",pod="w-0"`);

const workflowTaskFailures = ofA(
    "temporal_workflow_task_execution_failed",
    `temporal_service="worker",task_queue="temporal-sys-per-ns-tq",pod="w-0"`,
);

const unpolled = ofA(
    "no_poller_tasks",
    `taskqueue="temporal-sys-per-ns-tq",temporal_namespace="default",task_type="Workflow",pod="matching-0"`,
);

/** Situations of the alerts on a deployment's processes. */
export const availabilityCases: readonly RuleCase[] = [
    ...fault("TemporalServiceDown", "2 minutes after the last pod", { ...pods, ...noHistory }, 6, {
        labels: { temporal_service: "history" },
        description: "history: of 3 configured pods none answers the scrape of its metrics.",
    }),
    {
        alert: "TemporalServiceDown",
        title: "fires for a service that never had a pod",
        series: Object.fromEntries(Object.entries(pods).filter(([series]) => !series.includes(`"worker"`))),
        at: "2m",
        fires: [
            {
                labels: { temporal_service: "worker" },
                description: "worker: of 1 configured pods none answers the scrape of its metrics.",
            },
        ],
    },
    calm(
        "TemporalServiceDown",
        "while one pod answers",
        { ...pods, ...noHistory, [upOfA("history", 1)]: "1x60" },
        "40m",
    ),
    ...fault(
        "TemporalServiceReplicasMissing",
        "15 minutes after one pod of three",
        { ...pods, [upOfA("history", 1)]: "1x3 0x40" },
        19,
        { labels: { temporal_service: "history" }, description: "history: configured pods that don't answer: 1." },
    ),
    calm(
        "TemporalServiceReplicasMissing",
        "and leaves it to TemporalServiceDown when none is left",
        { ...pods, ...noHistory },
        "40m",
    ),
    ...fault(
        "TemporalRoleUnreachable",
        "3 minutes after more than half of the calls fail",
        { ...pods, ...callsToMatching(31) },
        4,
        {
            labels: { temporal_service: "matching", service_role: "matching" },
            description: "51.67% of the calls to matching find no member of its ring, or get no answer.",
        },
    ),
    calm("TemporalRoleUnreachable", "while half of the calls succeed", { ...pods, ...callsToMatching(30) }, "20m"),
    calm(
        "TemporalRoleUnreachable",
        "and leaves it to TemporalServiceDown when no pod of the role runs",
        { ...pods, ...callsToMatching(60), [upOfA("matching", 0)]: "0x40", [upOfA("matching", 1)]: "0x40" },
        "20m",
    ),
    calm(
        "TemporalRoleUnreachable",
        "and leaves it to the alerts on persistence when the database fails",
        {
            ...pods,
            ...callsToMatching(60),
            [ofA("persistence_requests", `operation="CreateTasks",pod="matching-0"`)]: "0+100x40",
            [ofA("persistence_errors", `operation="CreateTasks",pod="matching-0"`)]: "0+6x40",
        },
        "20m",
    ),
    {
        alert: "TemporalRoleUnreachable",
        title: "fires while no more than 5 % of the database's calls fail",
        series: {
            ...pods,
            ...callsToMatching(60),
            [ofA("persistence_requests", `operation="CreateTasks",pod="matching-0"`)]: "0+100x40",
            [ofA("persistence_errors", `operation="CreateTasks",pod="matching-0"`)]: "0+5x40",
        },
        at: "20m",
        fires: [
            {
                labels: { temporal_service: "matching", service_role: "matching" },
                description: "100% of the calls to matching find no member of its ring, or get no answer.",
            },
        ],
    },
    ...fault("TemporalVersionSkew", "after half an hour with another version", versions("1.30.1", "history-0"), 30, {
        labels: { build_version: "1.30.1" },
        description: "Pods with server 1.30.1 instead of 1.31.2: 1.",
    }),
    calm("TemporalVersionSkew", "with one version", versions("1.31.2", "history-0"), "60m"),
    {
        alert: "TemporalServicePanic",
        title: "fires at the first panic of a pod, when the counter comes into being",
        series: { ...pods, [panics]: "_x20 1x40" },
        at: "20m",
        fires: [onePanic],
    },
    {
        alert: "TemporalServicePanic",
        title: "ends after a quarter of an hour",
        series: { ...pods, [panics]: "_x20 1x40" },
        at: "35m",
        fires: [],
    },
    {
        alert: "TemporalServicePanic",
        title: "fires at a further panic",
        series: { ...pods, [panics]: "1x30 2x40" },
        at: "31m",
        fires: [onePanic],
    },
    calm("TemporalServicePanic", "about panics from before the monitoring began", { ...pods, [panics]: "1x40" }, "5m"),
    calm(
        "TemporalServicePanic",
        "about panics from before a pod was out of reach for long",
        { ...pods, [upOfA("history", 0)]: "1x5 0x20 1x60", [panics]: "1x5 _x21 1x60" },
        "30m",
    ),
    ...fault(
        "TemporalDynamicConfigRejected",
        "at the first pod seen to fail, though the gauge falls back at once",
        { [configFailure("history-0")]: "0x4 1 0x40", [configFailure("history-1")]: "0x45" },
        5,
        {
            labels: {},
            description:
                "Pods seen within 30 minutes that can't read their dynamic config file and run with the values of before: 1.",
        },
    ),
    calm("TemporalDynamicConfigRejected", "half an hour later", { [configFailure("history-0")]: "0x4 1 0x40" }, "35m"),
    ...fault(
        "TemporalCertificateExpiring",
        "after a quarter of an hour",
        { [expiring]: "2x20", [expired]: "0x20" },
        15,
        {
            labels: { temporal_service: "frontend" },
            description: "frontend: certificates that expire within the warning window of the server's checks: 2.",
        },
    ),
    calm(
        "TemporalCertificateExpiring",
        "and leaves it to TemporalCertificateExpired when one has expired",
        { [expiring]: "2x20", [expired]: "1x20" },
        "20m",
    ),
    {
        alert: "TemporalCertificateExpired",
        title: "fires at once",
        series: { [expired]: "0x4 1x20" },
        at: "5m",
        fires: [{ labels: { temporal_service: "frontend" }, description: "frontend: expired certificates: 1." }],
    },
    calm("TemporalCertificateExpired", "before", { [expiring]: "1x20", [expired]: "0x4 1x20" }, "4m"),
    ...fault(
        "TemporalSystemWorkerFailing",
        "half an hour after the failures of a quarter of an hour pass 45",
        { [activityFailures("worker")]: "0+6x60" },
        38,
        {
            labels: { task_queue: "default-worker-tq" },
            description: "Task queue default-worker-tq of the server's own workers: failures: 0.10 per second.",
        },
    ),
    {
        alert: "TemporalSystemWorkerFailing",
        title: "fires for workflow tasks as well",
        series: { [workflowTaskFailures]: "0+6x60" },
        at: "38m",
        fires: [
            {
                labels: { task_queue: "temporal-sys-per-ns-tq" },
                description:
                    "Task queue temporal-sys-per-ns-tq of the server's own workers: failures: 0.10 per second.",
            },
        ],
    },
    calm(
        "TemporalSystemWorkerFailing",
        "at 2.9 failed workflow tasks a minute",
        { [workflowTaskFailures]: "0+2.9x90" },
        "90m",
    ),
    calm("TemporalSystemWorkerFailing", "at 3 failures a minute", { [activityFailures("worker")]: "0+3x90" }, "90m"),
    calm("TemporalSystemWorkerFailing", "about users' workers", { [activityFailures("sdk-worker")]: "0+60x60" }, "60m"),
    ...fault("TemporalSystemWorkerNotPolling", "after 10 minutes", { [unpolled]: "0+5x30" }, 11, {
        labels: { taskqueue: "temporal-sys-per-ns-tq", temporal_namespace: "default" },
        description:
            "Task queue temporal-sys-per-ns-tq of namespace default gets tasks, and no worker service polls it.",
    }),
    calm("TemporalSystemWorkerNotPolling", "when the counter stands still", { [unpolled]: "50x30" }, "30m"),
];
