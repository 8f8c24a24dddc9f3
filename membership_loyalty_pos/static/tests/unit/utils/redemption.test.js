import { describe, expect, test } from "@odoo/hoot";
import { usablePoints } from "@membership_loyalty_pos/app/utils/redemption";

describe.current.tags("headless");

// The figures of the doctests in membership_loyalty/tools/redemption.py.
test("usablePoints: share, steps of programme and reward, minimum", () => {
    const policy = { minimum: 200, step: 100 };
    expect(usablePoints(policy, { points: 990, price: 0.05, payable: 27.5, required: 10 })).toBe(
        500
    );
    expect(usablePoints(policy, { points: 990, price: 0.05, payable: 9.99 })).toBe(0);
    expect(usablePoints({ step: 25 }, { points: 990, price: 1, payable: 80, required: 10 })).toBe(
        50
    );
    expect(usablePoints({ step: 0.5 }, { points: 9, price: 1, payable: 3.7 })).toBe(3.5);
});
