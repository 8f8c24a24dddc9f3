/* eslint-disable prettier/prettier */
// Read as JSON by tests/test_earning_cases.py, like earning_cases.js beside it. Rates are [product, how many times its
// points]. A multiplier's conditions are those of utils/multipliers.js, the occasion is when and by whom it is bought.
export const MULTIPLIER_CASES = [
    {
        "name": "a multiplier without conditions",
        "lines": [[1, 1, 100, 100, "goods"]], "rules": [{"mode": "money", "rate": 1}],
        "multipliers": [{"factor": 3}], "occasion": {"day": "2026-11-22"},
        "points": 300, "base": 100
    },
    {
        "name": "the best of tier and multipliers",
        "lines": [[1, 1, 100, 100, "goods"]], "rules": [{"mode": "money", "rate": 1}],
        "multiplier": 2, "multipliers": [{"factor": 3}, {"factor": 1.5}], "occasion": {"day": "2026-11-22"},
        "points": 300, "base": 100
    },
    {
        "name": "tier and multipliers multiplied",
        "lines": [[1, 1, 100, 100, "goods"]], "rules": [{"mode": "money", "rate": 1}],
        "multiplier": 2, "stacking": "multiply", "multipliers": [{"factor": 3}, {"factor": 1.5}],
        "occasion": {"day": "2026-11-22"},
        "points": 900, "base": 100
    },
    {
        "name": "multiplied, but not beyond the cap",
        "lines": [[1, 1, 100, 100, "goods"]], "rules": [{"mode": "money", "rate": 1}],
        "multiplier": 2, "stacking": "multiply", "factorCap": 5, "multipliers": [{"factor": 3}, {"factor": 1.5}],
        "occasion": {"day": "2026-11-22"},
        "points": 500, "base": 100
    },
    {
        "name": "the cap holds for the tier alone",
        "lines": [[1, 1, 100, 100, "goods"]], "rules": [{"mode": "money", "rate": 1}],
        "multiplier": 4, "factorCap": 2.5,
        "points": 250, "base": 100
    },
    {
        "name": "a tier below one, and a multiplier",
        "lines": [[1, 1, 100, 100, "goods"]], "rules": [{"mode": "money", "rate": 1}],
        "multiplier": 0.5, "multipliers": [{"factor": 2, "products": [1]}], "occasion": {"day": "2026-11-22"},
        "points": 200, "base": 100
    },
    {
        "name": "a tier below one, and a multiplier for other articles",
        "lines": [[1, 1, 100, 100, "goods"]], "rules": [{"mode": "money", "rate": 1}],
        "multiplier": 0.5, "multipliers": [{"factor": 2, "products": [7]}], "occasion": {"day": "2026-11-22"},
        "points": 50, "base": 100
    },
    {
        "name": "some articles only",
        "lines": [[1, 2, 83.33, 100, "goods"], [2, 1, 50, 60, "goods"]], "rules": [{"mode": "money", "rate": 1}],
        "multipliers": [{"factor": 3, "products": [2]}], "occasion": {"day": "2026-11-22"},
        "points": 280, "base": 160
    },
    {
        "name": "some articles only, the best for each",
        "lines": [[1, 2, 83.33, 100, "goods"], [2, 1, 50, 60, "goods"]], "rules": [{"mode": "money", "rate": 1}],
        "multiplier": 2, "multipliers": [{"factor": 3, "products": [2]}], "occasion": {"day": "2026-11-22"},
        "points": 380, "base": 160
    },
    {
        "name": "some articles only, multiplied and capped for each",
        "lines": [[1, 2, 83.33, 100, "goods"], [2, 1, 50, 60, "goods"]], "rules": [{"mode": "money", "rate": 1}],
        "multiplier": 2, "stacking": "multiply", "factorCap": 5, "multipliers": [{"factor": 3, "products": [2]}],
        "occasion": {"day": "2026-11-22"},
        "points": 500, "base": 160
    },
    {
        "name": "points per order are no article's",
        "lines": [[1, 2, 83.33, 100, "goods"], [2, 1, 50, 60, "goods"]], "rules": [{"mode": "order", "rate": 10}],
        "multiplier": 2, "multipliers": [{"factor": 3, "products": [1, 2]}], "occasion": {"day": "2026-11-22"},
        "points": 20, "base": 160
    },
    {
        "name": "points per unit are multiplied by article",
        "lines": [[1, 2, 83.33, 100, "goods"], [2, 1, 50, 60, "goods"]], "rules": [{"mode": "unit", "rate": 5}],
        "multipliers": [{"factor": 3, "products": [2]}, {"factor": 2, "products": [2]}],
        "occasion": {"day": "2026-11-22"},
        "points": 25, "base": 160
    },
    {
        "name": "discounts lessen multiplied articles in proportion",
        "lines": [[1, 2, 83.33, 100, "goods"], [2, 1, 50, 60, "goods"], [9, 1, -13.33, -16, "discount"]],
        "rules": [{"mode": "money", "rate": 1}],
        "multipliers": [{"factor": 3, "products": [2]}], "occasion": {"day": "2026-11-22"},
        "points": 252, "base": 144
    },
    {
        "name": "rounded once, after multiplying",
        "lines": [[1, 1, 0.5, 0.5, "goods"], [2, 1, 0.5, 0.5, "goods"]], "rules": [{"mode": "money", "rate": 1}],
        "multipliers": [{"factor": 3, "products": [2]}], "occasion": {"day": "2026-11-22"},
        "points": 2, "base": 1
    },
    {
        "name": "on a weekday",
        "lines": [[1, 1, 100, 100, "goods"]], "rules": [{"mode": "money", "rate": 1}],
        "multipliers": [{"factor": 2, "weekdays": [5, 6]}], "occasion": {"day": "2026-11-22"},
        "points": 200, "base": 100
    },
    {
        "name": "not on another weekday",
        "lines": [[1, 1, 100, 100, "goods"]], "rules": [{"mode": "money", "rate": 1}],
        "multipliers": [{"factor": 2, "weekdays": [0, 5]}], "occasion": {"day": "2026-11-22"},
        "points": 100, "base": 100
    },
    {
        "name": "a leap day is a Tuesday",
        "lines": [[1, 1, 100, 100, "goods"]], "rules": [{"mode": "money", "rate": 1}],
        "multipliers": [{"factor": 2, "weekdays": [1]}], "occasion": {"day": "2028-02-29"},
        "points": 200, "base": 100
    },
    {
        "name": "on a day of the month",
        "lines": [[1, 1, 100, 100, "goods"]], "rules": [{"mode": "money", "rate": 1}],
        "multipliers": [{"factor": 2, "monthDays": [1, 22]}], "occasion": {"day": "2026-11-22"},
        "points": 200, "base": 100
    },
    {
        "name": "the 31st is not the 30th",
        "lines": [[1, 1, 100, 100, "goods"]], "rules": [{"mode": "money", "rate": 1}],
        "multipliers": [{"factor": 2, "monthDays": [31]}], "occasion": {"day": "2026-11-30"},
        "points": 100, "base": 100
    },
    {
        "name": "on the first day of a campaign",
        "lines": [[1, 1, 100, 100, "goods"]], "rules": [{"mode": "money", "rate": 1}],
        "multipliers": [{"factor": 2, "dateFrom": "2026-11-22", "dateTo": "2026-11-30"}],
        "occasion": {"day": "2026-11-22"},
        "points": 200, "base": 100
    },
    {
        "name": "on its last day",
        "lines": [[1, 1, 100, 100, "goods"]], "rules": [{"mode": "money", "rate": 1}],
        "multipliers": [{"factor": 2, "dateFrom": "2026-11-01", "dateTo": "2026-11-22"}],
        "occasion": {"day": "2026-11-22"},
        "points": 200, "base": 100
    },
    {
        "name": "the day before it",
        "lines": [[1, 1, 100, 100, "goods"]], "rules": [{"mode": "money", "rate": 1}],
        "multipliers": [{"factor": 2, "dateFrom": "2026-11-23"}], "occasion": {"day": "2026-11-22"},
        "points": 100, "base": 100
    },
    {
        "name": "the day after it",
        "lines": [[1, 1, 100, 100, "goods"]], "rules": [{"mode": "money", "rate": 1}],
        "multipliers": [{"factor": 2, "dateTo": "2026-11-21"}], "occasion": {"day": "2026-11-22"},
        "points": 100, "base": 100
    },
    {
        "name": "in the month of the birthday, not on the day",
        "lines": [[1, 1, 100, 100, "goods"]], "rules": [{"mode": "money", "rate": 1}],
        "multipliers": [{"factor": 2, "birthday": "month"}, {"factor": 5, "birthday": "day"}],
        "occasion": {"day": "2026-11-22", "celebrated": ["month", "week"]},
        "points": 200, "base": 100
    },
    {
        "name": "a birthday that does not count",
        "lines": [[1, 1, 100, 100, "goods"]], "rules": [{"mode": "money", "rate": 1}],
        "multipliers": [{"factor": 2, "birthday": "month"}], "occasion": {"day": "2026-11-22"},
        "points": 100, "base": 100
    },
    {
        "name": "for a tier",
        "lines": [[1, 1, 100, 100, "goods"]], "rules": [{"mode": "money", "rate": 1}],
        "multipliers": [{"factor": 2, "tiers": [7, 8]}], "occasion": {"day": "2026-11-22", "tier": 8},
        "points": 200, "base": 100
    },
    {
        "name": "for another tier",
        "lines": [[1, 1, 100, 100, "goods"]], "rules": [{"mode": "money", "rate": 1}],
        "multipliers": [{"factor": 2, "tiers": [7]}], "occasion": {"day": "2026-11-22", "tier": 8},
        "points": 100, "base": 100
    },
    {
        "name": "the first purchase",
        "lines": [[1, 1, 100, 100, "goods"]], "rules": [{"mode": "money", "rate": 1}],
        "multipliers": [{"factor": 5, "firstPurchase": true}], "occasion": {"day": "2026-11-22", "isFirst": true},
        "points": 500, "base": 100
    },
    {
        "name": "a later purchase",
        "lines": [[1, 1, 100, 100, "goods"]], "rules": [{"mode": "money", "rate": 1}],
        "multipliers": [{"factor": 5, "firstPurchase": true}], "occasion": {"day": "2026-11-22"},
        "points": 100, "base": 100
    },
    {
        "name": "all conditions are needed",
        "lines": [[1, 1, 100, 100, "goods"]], "rules": [{"mode": "money", "rate": 1}],
        "multipliers": [{"factor": 5, "weekdays": [6], "tiers": [7], "firstPurchase": true}],
        "occasion": {"day": "2026-11-22", "tier": 7},
        "points": 100, "base": 100
    },
    {
        "name": "all conditions are met",
        "lines": [[1, 1, 100, 100, "goods"]], "rules": [{"mode": "money", "rate": 1}],
        "multipliers": [{"factor": 5, "weekdays": [6], "tiers": [7], "firstPurchase": true, "products": [1]}],
        "occasion": {"day": "2026-11-22", "tier": 7, "isFirst": true},
        "points": 500, "base": 100
    },
    {
        "name": "articles that earn nothing",
        "lines": [[1, 2, 83.33, 100, "goods"], [2, 1, 50, 60, "goods"]], "rules": [{"mode": "money", "rate": 1}],
        "rates": [[1, 0]],
        "points": 60, "base": 160
    },
    {
        "name": "articles that earn more, multiplied",
        "lines": [[1, 2, 83.33, 100, "goods"], [2, 1, 50, 60, "goods"]], "rules": [{"mode": "money", "rate": 1}],
        "multiplier": 2, "rates": [[1, 1.75]],
        "points": 470, "base": 160
    },
    {
        "name": "articles that earn nothing reach no minimum",
        "lines": [[1, 2, 83.33, 100, "goods"], [2, 1, 50, 60, "goods"]],
        "rules": [{"mode": "order", "rate": 7, "minimumAmount": 100}],
        "rates": [[1, 0]],
        "points": 0, "base": 160
    },
    {
        "name": "nothing but articles that earn nothing",
        "lines": [[1, 1, 100, 100, "goods"]], "rules": [{"mode": "order", "rate": 7}, {"mode": "unit", "rate": 1}],
        "rates": [[1, 0]],
        "points": 0, "base": 100
    },
    {
        "name": "units that earn half",
        "lines": [[1, 2, 83.33, 100, "goods"], [2, 1, 50, 60, "goods"]], "rules": [{"mode": "unit", "rate": 3}],
        "rates": [[1, 0.5]],
        "points": 6, "base": 160
    },
    {
        "name": "on prices without tax",
        "lines": [[1, 2, 83.33, 100, "goods"], [2, 1, 50, 60, "goods"]], "rules": [{"mode": "money", "rate": 1}],
        "untaxed": true,
        "points": 133, "base": 133.33
    },
    {
        "name": "on prices without tax, after a discount",
        "lines": [[1, 2, 83.33, 100, "goods"], [2, 1, 50, 60, "goods"], [9, 1, -13.33, -16, "discount"]],
        "rules": [{"mode": "money", "rate": 1}],
        "untaxed": true,
        "points": 120, "base": 120
    },
    {
        "name": "a minimum with tax, points without",
        "lines": [[1, 1, 95, 114, "goods"]], "rules": [{"mode": "money", "rate": 1, "minimumAmount": 100}],
        "untaxed": true,
        "points": 95, "base": 95
    },
    {
        "name": "at most so many points per order",
        "lines": [[1, 1, 100, 100, "goods"]], "rules": [{"mode": "money", "rate": 1}],
        "multiplier": 3, "orderCap": 120,
        "points": 120, "base": 100
    },
    {
        "name": "a limit is rounded down to whole points",
        "lines": [[1, 1, 100, 100, "goods"]], "rules": [{"mode": "money", "rate": 1}],
        "orderCap": 99.9,
        "points": 99, "base": 100
    },
    {
        "name": "a limit with decimals of a point",
        "lines": [[1, 1, 100, 100, "goods"]], "rules": [{"mode": "money", "rate": 1}],
        "orderCap": 99.95, "digits": 1,
        "points": 99.9, "base": 100
    },
    {
        "name": "below the limit nothing changes",
        "lines": [[1, 1, 100, 100, "goods"]], "rules": [{"mode": "money", "rate": 1}],
        "orderCap": 100,
        "points": 100, "base": 100
    }
];
