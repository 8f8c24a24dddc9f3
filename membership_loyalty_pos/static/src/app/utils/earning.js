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

/** By how much points of a product are multiplied; of no product, points per order. */
function combined(factors, product, { stacking, factorCap }) {
    const values = factors
        .filter((factor) => !factor.products || factor.products.has(product))
        .map((factor) => factor.factor);
    const value =
        stacking === "multiply"
            ? values.reduce((total, factor) => total * factor, 1)
            : Math.max(...(values.length ? values : [1]));
    return factorCap ? Math.min(value, factorCap) : value;
}

/**
 * @param {object} rule
 * @param {object[]} goods
 * @param {Map} rates product -> how many times its points; 0 is as if it were not there
 * @param {(line: object) => number} worth what was paid for a line
 * @param {(product: number|undefined) => number} factor
 */
function rulePoints(rule, goods, rates, worth, factor) {
    const rate = (line) => rates.get(line.product) ?? 1;
    const matched = goods.filter(
        (line) => (!rule.products || rule.products.has(line.product)) && rate(line) > 0
    );
    const quantity = sum(matched, (line) => line.quantity);
    const reached = sum(matched, (line) => (rule.minimumUntaxed ? line.untaxed : line.total));
    if (
        !matched.length ||
        quantity <= 0 ||
        quantity < clean(rule.minimumQuantity) ||
        reached < clean(rule.minimumAmount)
    ) {
        return 0;
    }
    if (rule.mode === "order") {
        return rule.rate * factor();
    }
    const amount = rule.mode === "unit" ? (line) => line.quantity : worth;
    const counted = matched.reduce(
        (total, line) => total + amount(line) * rate(line) * factor(line.product),
        0
    );
    return rule.rate * Math.max(0, counted);
}

/**
 * Return the points and the earning base of one order. Discounts are spread over the goods in proportion to their
 * price; all rules are added, multiplied, rounded once and limited. Limits of the member's day and month and the
 * programme's budget are the server's to know: its figure may be lower, and the receipt then says why.
 *
 * @param {{product: number, quantity: number, untaxed: number, total: number, role: string}[]} lines in the
 *  programme's currency; without payment rewards and without lines that return goods of another order
 * @param {{mode: string, rate: number, products: Set<number>|null, minimumQuantity: number, minimumAmount: number,
 *  minimumUntaxed: boolean}[]} rules
 * @param {{factor: number, products: Set<number>|null}[]} factors the member's tier and the multipliers that apply
 * @param {{digits: number, method: string, untaxed: boolean, stacking: "best"|"multiply", factorCap: number,
 *  orderCap: number}} policy
 * @param {Map<number, number>} rates product -> how many times the points it earns, where it is not once
 * @returns {{points: number, base: number}}
 */
export function earn(lines, rules, factors = [], policy = {}, rates = new Map()) {
    const { digits = 0, method = "down", untaxed = false, orderCap = 0 } = policy;
    const price = (line) => (untaxed ? line.untaxed : line.total);
    const goods = lines.filter((line) => line.role !== DISCOUNT);
    const full = sum(goods, price);
    const discount = sum(lines, (line) => (line.role === DISCOUNT ? price(line) : 0));
    const base = full > 0 ? Math.max(0, clean(full + discount)) : 0;
    const share = full > 0 ? base / full : 0;
    const worth = (line) => price(line) * share;
    const factor = (product) => combined(factors, product, policy);
    const exact = rules.reduce(
        (total, rule) => total + rulePoints(rule, goods, rates, worth, factor),
        0
    );
    const points = roundPoints(exact, digits, method);
    return { points: orderCap ? Math.min(points, roundPoints(orderCap, digits)) : points, base };
}
