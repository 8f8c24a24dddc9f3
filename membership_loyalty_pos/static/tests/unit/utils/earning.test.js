import { describe, expect, test } from "@odoo/hoot";
import { earn, roundPoints } from "@membership_loyalty_pos/app/utils/earning";
import { CASES } from "@membership_loyalty_pos/../tests/unit/data/earning_cases";

describe.current.tags("headless");

function prepare({ lines, rules }) {
    return [
        lines.map(([product, quantity, untaxed, total, role]) => ({
            product,
            quantity,
            untaxed,
            total,
            role,
        })),
        rules.map((rule) => ({ ...rule, products: rule.products && new Set(rule.products) })),
    ];
}

for (const item of CASES) {
    test(`earn: ${item.name}`, () => {
        const { multiplier, digits, method } = item;
        const earned = earn(...prepare(item), { multiplier, digits, method });
        expect(earned).toEqual({ points: item.points, base: item.base });
    });
}

test("roundPoints rounds towards zero, to the nearest or up, on both sides of zero", () => {
    expect(roundPoints(29.999999999999996)).toBe(30);
    expect(roundPoints(9.99)).toBe(9);
    expect(roundPoints(-9.99)).toBe(-9);
    expect(roundPoints(9.5, 0, "half_up")).toBe(10);
    expect(roundPoints(-9.5, 0, "half_up")).toBe(-10);
    expect(roundPoints(9.01, 0, "up")).toBe(10);
    expect(roundPoints(1.1, 2, "down")).toBe(1.1);
    expect(Object.is(roundPoints(-0.4), 0)).toBe(true);
});
