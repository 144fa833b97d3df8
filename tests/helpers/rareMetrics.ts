/**
 * What rules and dashboards ask for and the load of tests/helpers/troubles doesn't bring about: a metric, or a selector of
 * one that is there otherwise, each with the reason.
 */

const certificates = "no deployment has TLS yet, and the server counts certificates only with TLS";
const volumes = "the local node's volumes are folders, for which the kubelet measures nothing";
const olderSdk = "SDKs without the suffix _total: TypeScript up to 1.22, Go without Prometheus' naming scope";
const unitless = "a worker that isn't set up as docs/monitoring.md says";
const corruption = "damaged state in the database";
const neverFailing = "the server's own workers had no failure";
const scheduleLoss =
    "the server's own worker must be away for longer than the catchup window, or 1000 runs be buffered";
const authorization = "no deployment has authorization yet";
const moves = "a history pod alone gives no shard away";
const overload = "the whole frontend over its limit: `npm run bench:alerts` does it";
const deadlock = "a lock of the server that is held for minutes";
const deadLetters = "a task of history that fails some 70 times";

/** Never there, whatever the load does. */
export const rareMetrics: Readonly<Record<string, string>> = {
    // Of faults.
    service_panics: "a panic of the server",
    dd_current_suspected_deadlocks: deadlock,
    dlq_writes: deadLetters,
    dlq_message_count: deadLetters,
    non_retryable_tasks: "a task that matching can't read",
    mutable_state_checksum_mismatch: corruption,
    task_errors_corruption: corruption,
    'persistence_error_with_type{operation="UpdateShard",error_type=~".*ShardOwnershipLostError"}': moves,
    'persistence_error_with_type{error_type=~"persistence.ShardOwnershipLostError"}': moves,
    sharditem_removed_count: moves,
    shard_closed_count: moves,
    task_errors_throttled: "a limit of calls to the database that is reached",
    task_scheduler_throttled: "a limit of calls to the database that is reached",
    persistence_errors_resource_exhausted: "a limit of calls to the database that is reached",
    persistence_session_refresh_failures: "PostgreSQL that doesn't come back",
    'service_errors_resource_exhausted{resource_exhausted_scope="System"}': overload,
    'service_errors_resource_exhausted{service_name="frontend",resource_exhausted_scope="System",resource_exhausted_cause="RpsLimit"}':
        overload,
    schedule_missed_catchup_window: scheduleLoss,
    schedule_buffer_overruns: scheduleLoss,
    schedule_action_errors: "a schedule's workflow that can't be started",
    schedule_rate_limited: "more starts by schedules than the namespace may make",
    'temporal_activity_execution_failed{temporal_service="worker"}': neverFailing,
    'temporal_workflow_task_execution_failed{temporal_service="worker"}': neverFailing,
    'no_poller_tasks{taskqueue=~"default-worker-tq|temporal-sys-.*"}': neverFailing,
    scavenger_errors: neverFailing,
    executor_err: neverFailing,
    batcher_processor_errors: neverFailing,
    parent_close_policy_processor_errors: neverFailing,
    'kube_pod_container_status_last_terminated_reason{container!="",reason="OOMKilled"}':
        "a container over its memory limit",
    // Of wrong set-ups.
    'service_requests{service_name=~"frontend|history|matching|worker",temporal_deployment=""}':
        "a server that another job scrapes as well",
    'build_information{build_version!="1.31.2"}': "a rollout that is stuck",
    'temporal_request_latency_bucket{temporal_service="sdk-worker"}': unitless,
    'temporal_request_latency_count{temporal_service="sdk-worker"}': unitless,
    // Of what isn't there.
    certificates_expiring: certificates,
    certificates_expired: certificates,
    service_errors_unauthorized: authorization,
    service_errors_authorize_failed: authorization,
    kubelet_volume_stats_available_bytes: volumes,
    kubelet_volume_stats_capacity_bytes: volumes,
    // Of other SDKs.
    'temporal_request_failure{temporal_service="sdk-worker",status_code=~"TRANSPORT_ERROR|UNAVAILABLE|UNAUTHENTICATED|PERMISSION_DENIED|UNIMPLEMENTED|INTERNAL"}':
        olderSdk,
    'temporal_request_failure{temporal_service="sdk-worker",status_code="NOT_FOUND",operation=~"Respond(Workflow|Activity)Task(Completed|Failed)"}':
        olderSdk,
    'temporal_request_failure{temporal_service="sdk-worker",temporal_namespace=~".*"}': olderSdk,
    'temporal_long_request_failure{temporal_service="sdk-worker",status_code=~"TRANSPORT_ERROR|UNAVAILABLE|UNAUTHENTICATED|PERMISSION_DENIED|UNIMPLEMENTED|INTERNAL"}':
        olderSdk,
    'temporal_long_request_failure{temporal_service="sdk-worker",temporal_namespace=~".*"}': olderSdk,
    'temporal_activity_execution_failed{temporal_service="sdk-worker"}': olderSdk,
    'temporal_activity_execution_failed{temporal_service="sdk-worker",temporal_namespace=~".*",task_queue=~".*"}':
        olderSdk,
    'temporal_workflow_task_execution_failed{temporal_service="sdk-worker",temporal_namespace=~".*",task_queue=~".*"}':
        olderSdk,
    temporal_sticky_cache_hit: olderSdk,
    temporal_sticky_cache_miss: olderSdk,
};

/** There or not, as it happens: counters of what goes wrong by itself now and then. */
export const chanceMetrics: Readonly<Record<string, string>> = {
    persistence_errors: "a call to the database that was cut off",
    'persistence_error_with_type{error_type!~".*NotFound.*|.*ConditionFailed.*"}':
        "a call to the database that was cut off",
    lease_failures: "two pods that want one partition at the same moment",
    visibility_persistence_errors: "a call to the database that was cut off",
    task_errors: "a call to the database that was cut off",
    task_errors_workflow_busy: "two tasks of one workflow at the same time",
    'service_errors_resource_exhausted{resource_exhausted_cause="BusyWorkflow"}':
        "many calls of one workflow at the same time",
    'client_errors{service_role=~"frontend|history|matching",error_type=~"serviceerror.(Unavailable|DeadlineExceeded)"}':
        "a service that has just started",
    'client_errors{error_type=~"serviceerror.(Unavailable|DeadlineExceeded)"}': "a service that has just started",
    service_errors: "a call that failed through no fault of the caller's",
    'temporal_request_failure_total{temporal_service="sdk-worker",status_code=~"TRANSPORT_ERROR|UNAVAILABLE|UNAUTHENTICATED|PERMISSION_DENIED|UNIMPLEMENTED|INTERNAL"}':
        "a connection of a worker that broke",
    temporal_long_request_failure_total: "a connection of a worker that broke",
    'ALERTS{alertstate="firing",alertname!="Watchdog",temporal_deployment=""}': "an alert on what deployments share",
    'ALERTS_FOR_STATE{alertname!="Watchdog",temporal_deployment=""}': "an alert on what deployments share",
};

/** Labels that a metric has only sometimes. */
export const rareLabels: Readonly<Record<string, string>> = {
    worker_deployment_name: "workers with versions",
    worker_build_id: "workers with versions",
};
