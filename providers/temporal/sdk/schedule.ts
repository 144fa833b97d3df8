/** A schedule that starts workflows in a namespace. */
import * as pulumi from "@pulumi/pulumi";

import { token } from "../package.ts";

/** Times that fit all fields, each written as in cron: `1-9/2`, `1,3`. */
export interface ScheduleCalendarArgs {
    /** @default "0" */
    readonly second?: pulumi.Input<string>;
    /** @default "0" */
    readonly minute?: pulumi.Input<string>;
    /** @default "0" */
    readonly hour?: pulumi.Input<string>;
    /** @default "*" */
    readonly dayOfMonth?: pulumi.Input<string>;
    /**
     * Number, or name in English.
     * @default "*"
     */
    readonly month?: pulumi.Input<string>;
    /**
     * Number, 0 and 7 being Sunday, or name in English.
     * @default "*"
     */
    readonly dayOfWeek?: pulumi.Input<string>;
    /** @default "*" */
    readonly year?: pulumi.Input<string>;
    /** Free text. */
    readonly comment?: pulumi.Input<string>;
}

/** Times at an equal distance, counted from 1970. */
export interface ScheduleIntervalArgs {
    /** Distance, for example `1h30m`. */
    readonly every: pulumi.Input<string>;
    /**
     * Moves all times by so much.
     * @default "0s"
     */
    readonly offset?: pulumi.Input<string>;
}

/** When to act: at all times that calendars, cron expressions and intervals give, but those to skip. */
export interface ScheduleSpecArgs {
    readonly calendars?: pulumi.Input<readonly pulumi.Input<ScheduleCalendarArgs>[]>;
    /** The server keeps them as calendars. */
    readonly cronExpressions?: pulumi.Input<readonly pulumi.Input<string>[]>;
    readonly intervals?: pulumi.Input<readonly pulumi.Input<ScheduleIntervalArgs>[]>;
    /** Times at which nothing is done. */
    readonly skip?: pulumi.Input<readonly pulumi.Input<ScheduleCalendarArgs>[]>;
    /** Nothing is done before, for example `2026-01-01T00:00:00Z`. */
    readonly startAt?: pulumi.Input<string>;
    /** Nothing is done after. */
    readonly endAt?: pulumi.Input<string>;
    /**
     * Moves each time at random by up to so much.
     * @default "0s"
     */
    readonly jitter?: pulumi.Input<string>;
    /**
     * Time zone of calendars and cron expressions, for example `Europe/Berlin`.
     * @default UTC
     */
    readonly timeZone?: pulumi.Input<string>;
}

/** The workflow that is started each time. What isn't said here, such as retries set by hand, stays as it is. */
export interface ScheduleActionArgs {
    /** Type of the workflow. */
    readonly workflowType: pulumi.Input<string>;
    /** Task queue that its workers poll. */
    readonly taskQueue: pulumi.Input<string>;
    /**
     * Beginning of its id, to which the server adds the time.
     * @default the schedule's id and `-workflow`
     */
    readonly workflowId?: pulumi.Input<string>;
    /** Its arguments, sent as JSON. */
    readonly args?: pulumi.Input<readonly unknown[]>;
    /** How long it may take in all. */
    readonly executionTimeout?: pulumi.Input<string>;
    /** How long one run of it may take. */
    readonly runTimeout?: pulumi.Input<string>;
    /** How long one of its workflow tasks may take. */
    readonly taskTimeout?: pulumi.Input<string>;
    /** Notes at the workflow. */
    readonly memo?: pulumi.Input<Readonly<Record<string, unknown>>>;
    /** Search attributes of the workflow. */
    readonly searchAttributes?: pulumi.Input<Readonly<Record<string, unknown>>>;
}

/** What to do while the last workflow still runs. */
export type ScheduleOverlapPolicy = "Skip" | "BufferOne" | "BufferAll" | "CancelOther" | "TerminateOther" | "AllowAll";

/** Inputs of {@link Schedule}. */
export interface ScheduleArgs {
    /** Namespace that it is in. Another namespace makes another schedule. */
    readonly namespace: pulumi.Input<string>;
    /** Its id, unique in the namespace. Another id makes another schedule. */
    readonly scheduleId: pulumi.Input<string>;
    /** When to act. */
    readonly spec: pulumi.Input<ScheduleSpecArgs>;
    /** What to start. */
    readonly action: pulumi.Input<ScheduleActionArgs>;
    /**
     * What to do while the last workflow still runs.
     * @default "Skip"
     */
    readonly overlapPolicy?: pulumi.Input<ScheduleOverlapPolicy>;
    /**
     * How late a time may still be acted on that passed while the server was down.
     * @default "8760h"
     */
    readonly catchupWindow?: pulumi.Input<string>;
    /**
     * Pauses once a workflow has failed.
     * @default false
     */
    readonly pauseOnFailure?: pulumi.Input<boolean>;
    /** Whether it is paused. Left out, people may pause and unpause it by hand; at first it isn't. */
    readonly paused?: pulumi.Input<boolean>;
    /** Free text, which pausing by hand replaces. Left out, it stays as it is. */
    readonly note?: pulumi.Input<string>;
}

/** A schedule that starts workflows in a namespace; its id, by which it is imported, is `<namespace>/<schedule id>`. */
export class Schedule extends pulumi.CustomResource {
    declare readonly namespace: pulumi.Output<string>;
    declare readonly scheduleId: pulumi.Output<string>;
    declare readonly spec: pulumi.Output<pulumi.Unwrap<ScheduleSpecArgs>>;
    declare readonly action: pulumi.Output<pulumi.Unwrap<ScheduleActionArgs>>;
    declare readonly overlapPolicy: pulumi.Output<ScheduleOverlapPolicy>;
    declare readonly catchupWindow: pulumi.Output<string>;
    declare readonly pauseOnFailure: pulumi.Output<boolean>;
    declare readonly paused: pulumi.Output<boolean>;
    declare readonly note: pulumi.Output<string | undefined>;

    constructor(name: string, args: ScheduleArgs, opts?: pulumi.CustomResourceOptions) {
        super(token("Schedule"), name, { ...args }, opts);
    }
}
