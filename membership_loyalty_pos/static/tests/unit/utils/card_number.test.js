import { describe, expect, test } from "@odoo/hoot";
import { isCardCode, shortNumber } from "@membership_loyalty_pos/app/utils/card_number";

describe.current.tags("headless");

test("a card is known by its check digit or by the token of its QR image", () => {
    expect(isCardCode("79927398713")).toBe(true);
    expect(isCardCode("79927398731")).toBe(false);
    expect(isCardCode("AbC_dEf-GhIjKlMnOpQrSt")).toBe(true);
    expect(isCardCode("")).toBe(false);
    expect(isCardCode("18")).toBe(false);
});

test("only the last digits of a masked number are shown", () => {
    expect(shortNumber("•••••••••2345")).toBe("•••• 2345");
    expect(shortNumber(false)).toBe("");
});
