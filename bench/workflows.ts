/** The workflow of the benchmark: one activity that does nothing. */
import { proxyActivities } from "@temporalio/workflow";

const { nothing } = proxyActivities<{ nothing(): Promise<void> }>({ startToCloseTimeout: "30 seconds" });

/** Runs one activity. */
export async function oneActivity(): Promise<void> {
    await nothing();
}
