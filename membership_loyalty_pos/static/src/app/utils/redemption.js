/** How many points an order may spend, as membership_loyalty/tools/redemption.py has it; the server decides. */

function greatestCommonDivisor(a, b) {
    return b ? greatestCommonDivisor(b, a % b) : a;
}

/**
 * Return how many points a discount by the point may take at most, 0 when fewer than may be spent at a time.
 *
 * @param {{minimum: number, step: number}} policy of the programme; 0: any
 * @param {{points: number, price: number, payable: number, required: number}} claim points there are, worth of one,
 *  money left to pay with points, step of the reward itself
 */
export function usablePoints({ minimum = 0, step = 0 }, { points, price, payable, required = 0 }) {
    let most = Math.min(points, Number((payable / price).toFixed(6)));
    let unit = step || required;
    if (step && required && Number.isInteger(step) && Number.isInteger(required)) {
        unit = (step * required) / greatestCommonDivisor(step, required);
    }
    if (unit) {
        most = Math.floor(Number((most / unit).toFixed(6))) * unit;
    }
    return most >= minimum ? Math.max(0, most) : 0;
}
