/** The sample workflow: two activities, a signal and a timer, so that every Temporal service has a part in it. */
import { defineSearchAttributeKey } from "@temporalio/common";
import {
    condition,
    defineSignal,
    proxyActivities,
    setHandler,
    sleep,
    upsertSearchAttributes,
} from "@temporalio/workflow";

import type * as activities from "./activities.ts";

const { reserveStock, ship } = proxyActivities<typeof activities>({ startToCloseTimeout: "10 seconds" });

/** Tells an order that it is paid, and by whom. */
export const paid = defineSignal<[paidBy: string]>("paid");

/** The search attribute by which a customer's orders are found; its Temporal namespace must have it. */
export const customerKey = defineSearchAttributeKey("Customer", "KEYWORD");

/** What the sample workflow is started with. */
export interface OrderInput {
    readonly item: string;
    /** Noted in the search attribute `Customer`. Default: it isn't, since not every Temporal namespace has one. */
    readonly customer?: string;
    /** How long a paid order can still be withdrawn before it is shipped, in milliseconds. */
    readonly coolingOffMilliseconds: number;
}

/** Reserves the item, waits for the payment, lets the cooling-off time pass, ships; answers what the customer is told. */
export async function order({ item, customer, coolingOffMilliseconds }: OrderInput): Promise<string> {
    if (customer !== undefined) upsertSearchAttributes([{ key: customerKey, value: customer }]);
    let payer: string | undefined;
    setHandler(paid, (paidBy) => {
        payer = paidBy;
    });
    const reservation = await reserveStock(item);
    await condition(() => payer !== undefined);
    await sleep(coolingOffMilliseconds);
    return ship(reservation, payer ?? "nobody");
}
