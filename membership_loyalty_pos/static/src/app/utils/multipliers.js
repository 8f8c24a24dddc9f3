/**
 * Whether a multiplier applies, as membership_loyalty/tools/multipliers.py decides it; channel and shop are settled
 * when the till is loaded. The cases in static/tests/unit/data/earning_cases.js are checked against both.
 */

/**
 * @param {{dateFrom: string, dateTo: string, weekdays: number[], monthDays: number[], birthday: string,
 *  tiers: number[], firstPurchase: boolean}} conditions what is empty or missing is none
 * @param {{day: string, tier: number, celebrated: string[], isFirst: boolean}} occasion day as 2026-11-22
 * @returns {boolean}
 */
export function applies(conditions, { day, tier, celebrated = [], isFirst = false }) {
    const { dateFrom, dateTo, weekdays, monthDays, birthday, tiers, firstPurchase } = conditions;
    const asked = (values) => values && values.length;
    const [year, month, date] = day.split("-").map(Number);
    const weekday = (new Date(Date.UTC(year, month - 1, date)).getUTCDay() + 6) % 7; // 0 is Monday
    return Boolean(
        (!dateFrom || dateFrom <= day) &&
            (!dateTo || day <= dateTo) &&
            (!asked(weekdays) || weekdays.includes(weekday)) &&
            (!asked(monthDays) || monthDays.includes(date)) &&
            (!birthday || celebrated.includes(birthday)) &&
            (!asked(tiers) || tiers.includes(tier)) &&
            (!firstPurchase || isFirst)
    );
}

/**
 * @param {{products: number[]|null, categories: number[]}} condition as the server writes it; categories with all
 *  below them
 * @param {object} product product.product
 */
export function isMeant({ products, categories = [] }, product) {
    return (
        products.includes(product.id) || categories.includes(product.product_tmpl_id?.categ_id?.id)
    );
}
