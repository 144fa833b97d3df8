/** The work that the sample workflow has done: ordinary functions that may fail and are tried again. */

/** Puts one piece of an item aside; answers the reservation's number. */
export function reserveStock(item: string): Promise<string> {
    return Promise.resolve(`reservation-of-${item.replaceAll(" ", "-")}`);
}

/** Hands the reserved piece to the carrier; answers what the customer is told. */
export function ship(reservation: string, paidBy: string): Promise<string> {
    return Promise.resolve(`${reservation} shipped, paid by ${paidBy}`);
}
