/* eslint-disable prettier/prettier */
// Read as JSON by tests/test_earning_cases.py, which holds the server to the same figures: hence the quotes.
// Lines are [product, quantity, untaxed, total, role].
export const CASES = [
    {
        "name": "one point per unit of currency, floored",
        "lines": [[1, 3, 29.97, 29.97, "goods"]],
        "rules": [{"mode": "money", "rate": 1}],
        "points": 29,
        "base": 29.97
    },
    {
        "name": "rounded once, not line by line",
        "lines": [[1, 1, 0.6, 0.6, "goods"], [2, 1, 0.6, 0.6, "goods"], [3, 1, 0.8, 0.8, "goods"]],
        "rules": [{"mode": "money", "rate": 1}],
        "points": 2,
        "base": 2
    },
    {
        "name": "a tier multiplies before rounding",
        "lines": [[1, 1, 9.99, 9.99, "goods"]],
        "rules": [{"mode": "money", "rate": 1}],
        "multiplier": 1.5,
        "points": 14,
        "base": 9.99
    },
    {
        "name": "a share that is no finite decimal costs no point",
        "lines": [[1, 3, 30, 30, "goods"], [9, 1, -20, -20, "discount"]],
        "rules": [{"mode": "money", "rate": 1}],
        "points": 10,
        "base": 10
    },
    {
        "name": "a rule for some articles earns on what was paid for them",
        "lines": [[1, 2, 83.33, 100, "goods"], [2, 1, 50, 60, "goods"], [9, 1, -13.33, -16, "discount"]],
        "rules": [{"mode": "money", "rate": 1, "products": [2]}],
        "multiplier": 2,
        "points": 108,
        "base": 144
    },
    {
        "name": "per unit and per order, the order's minimum not reached",
        "lines": [[1, 2, 100, 100, "goods"], [2, 1, 60, 60, "goods"]],
        "rules": [{"mode": "unit", "rate": 5}, {"mode": "order", "rate": 3, "minimumAmount": 200}],
        "points": 15,
        "base": 160
    },
    {
        "name": "a minimum before tax is not reached by the tax",
        "lines": [[1, 1, 95, 114, "goods"]],
        "rules": [{"mode": "order", "rate": 7, "minimumAmount": 100, "minimumUntaxed": true}],
        "points": 0,
        "base": 114
    },
    {
        "name": "a minimum quantity counts the rule's articles only",
        "lines": [[1, 1, 10, 10, "goods"], [2, 5, 50, 50, "goods"]],
        "rules": [{"mode": "unit", "rate": 1, "products": [1], "minimumQuantity": 2}],
        "points": 0,
        "base": 60
    },
    {
        "name": "two decimals, to the nearest",
        "lines": [[1, 1, 12.345, 12.345, "goods"]],
        "rules": [{"mode": "money", "rate": 1}],
        "digits": 2,
        "method": "half_up",
        "points": 12.35,
        "base": 12.345
    },
    {
        "name": "one decimal, up",
        "lines": [[1, 1, 1.01, 1.01, "goods"]],
        "rules": [{"mode": "money", "rate": 1}],
        "digits": 1,
        "method": "up",
        "points": 1.1,
        "base": 1.01
    },
    {
        "name": "binary noise costs no point",
        "lines": [[1, 1, 0.1, 0.1, "goods"], [2, 1, 0.2, 0.2, "goods"], [3, 1, 2.7, 2.7, "goods"]],
        "rules": [{"mode": "money", "rate": 10}],
        "points": 30,
        "base": 3
    },
    {
        "name": "more discount than goods earns nothing",
        "lines": [[1, 1, 5, 5, "goods"], [9, 1, -8, -8, "discount"]],
        "rules": [{"mode": "money", "rate": 1}],
        "points": 0,
        "base": 0
    },
    {
        "name": "no lines, no points",
        "lines": [],
        "rules": [{"mode": "order", "rate": 5}],
        "points": 0,
        "base": 0
    }
];
