/**
 * How many points an order will earn: the till's estimate until the server has posted the order.
 * The same arithmetic as membership_loyalty/tools/earning.py and rounding.py; the cases in
 * static/tests/unit/data/earning_cases.js are checked against both.
 */

export const GOODS = "goods";
export const DISCOUNT = "discount";

/** Return a number without the noise of binary floats, at six decimals as on the server. */
function clean(value) {
    return Number((value || 0).toFixed(6));
}

const METHODS = {
    down: Math.trunc, // towards zero: 9.99 spent at one point per unit is 9 points
    half_up: (value) => Math.sign(value) * Math.floor(Math.abs(value) + 0.5),
    up: (value) => Math.sign(value) * Math.ceil(Math.abs(value)),
};

/**
 * Round a number of points once, as the server does in every channel.
 *
 * @param {number} value points before rounding
 * @param {number} digits decimals that the programme keeps, 0 to 2
 * @param {"down"|"half_up"|"up"} method
 * @returns {number}
 */
export function roundPoints(value, digits = 0, method = "down") {
    const factor = 10 ** digits;
    const rounded = METHODS[method](clean(clean(value) * factor)) / factor;
    return rounded || 0; // no negative zero
}

function sum(lines, amount) {
    return clean(lines.reduce((total, line) => total + amount(line), 0));
}

function rulePoints(rule, goods, share) {
    const matched = goods.filter((line) => !rule.products || rule.products.has(line.product));
    const quantity = sum(matched, (line) => line.quantity);
    const total = sum(matched, (line) => line.total);
    const reached = rule.minimumUntaxed ? sum(matched, (line) => line.untaxed) : total;
    if (
        !matched.length ||
        quantity <= 0 ||
        quantity < clean(rule.minimumQuantity) ||
        reached < clean(rule.minimumAmount)
    ) {
        return 0;
    }
    if (rule.mode === "order") {
        return rule.rate;
    }
    return rule.rate * (rule.mode === "unit" ? quantity : Math.max(0, total * share));
}

/**
 * Return the points and the earning base of one order. Discounts are spread over the goods in proportion to their
 * price; all rules are added, multiplied once, rounded once.
 *
 * @param {{product: number, quantity: number, untaxed: number, total: number, role: string}[]} lines in the
 *  programme's currency; without payment rewards and without lines that return goods of another order
 * @param {{mode: string, rate: number, products: Set<number>|null, minimumQuantity: number, minimumAmount: number,
 *  minimumUntaxed: boolean}[]} rules
 * @param {{multiplier: number, digits: number, method: string}} policy factor of the member's tier, rounding
 * @returns {{points: number, base: number}}
 */
export function earn(lines, rules, { multiplier = 1, digits = 0, method = "down" } = {}) {
    const goods = lines.filter((line) => line.role !== DISCOUNT);
    const price = sum(goods, (line) => line.total);
    const discount = sum(lines, (line) => (line.role === DISCOUNT ? line.total : 0));
    const base = price > 0 ? Math.max(0, clean(price + discount)) : 0;
    const share = price > 0 ? base / price : 0;
    const points = rules.reduce((total, rule) => total + rulePoints(rule, goods, share), 0);
    return { points: roundPoints(points * multiplier, digits, method), base };
}
