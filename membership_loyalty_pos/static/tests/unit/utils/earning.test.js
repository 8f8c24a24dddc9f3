import { describe, expect, test } from "@odoo/hoot";
import { earn, roundPoints } from "@membership_loyalty_pos/app/utils/earning";
import { applies } from "@membership_loyalty_pos/app/utils/multipliers";
import { CASES } from "@membership_loyalty_pos/../tests/unit/data/earning_cases";
import { MULTIPLIER_CASES } from "@membership_loyalty_pos/../tests/unit/data/multiplier_cases";

describe.current.tags("headless");

function prepare({ lines, rules, multiplier = 1, multipliers = [], occasion, rates, ...policy }) {
    const set = (products) => products && new Set(products);
    return [
        lines.map(([product, quantity, untaxed, total, role]) => ({
            product,
            quantity,
            untaxed,
            total,
            role,
        })),
        rules.map((rule) => ({ ...rule, products: set(rule.products) })),
        [
            { factor: multiplier },
            ...multipliers
                .filter((conditions) => applies(conditions, occasion))
                .map(({ factor, products }) => ({ factor, products: set(products) })),
        ],
        policy,
        new Map(rates),
    ];
}

for (const item of [...CASES, ...MULTIPLIER_CASES]) {
    test(`earn: ${item.name}`, () => {
        expect(earn(...prepare(item))).toEqual({ points: item.points, base: item.base });
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
