import { describe, expect, test } from "@odoo/hoot";
import { setupPosEnv } from "@point_of_sale/../tests/unit/utils";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import { enrolMember } from "@membership_loyalty_pos/../tests/unit/utils";

definePosModels();
describe.current.tags("headless");

async function setup() {
    const store = await setupPosEnv();
    const { member } = enrolMember(store);
    const order = store.addNewOrder();
    const promotion = store.models["loyalty.program"].create({
        id: 111,
        name: "For some",
        program_type: "promotion",
        applies_on: "current",
        trigger: "auto",
        is_nominative: false,
    });
    const rule = store.models["loyalty.rule"].create({
        id: 411,
        program_id: promotion,
        mode: "auto",
        minimum_qty: 0,
        minimum_amount: 0,
    });
    return { store, member, order, promotion, rule };
}

test("_programIsApplicable: a promotion for Gold, with and without a Gold member", async () => {
    const { store, member, order, promotion } = await setup();
    promotion.membership_audience = { tiers: [301], segments: [], refusal: "Gold only" };
    expect(order._programIsApplicable(promotion)).toBe(false);
    order.setPartner(store.models["res.partner"].get(4));
    expect(order._programIsApplicable(promotion)).toBe(false);
    order.setPartner(member);
    expect(order._programIsApplicable(promotion)).toBe(true);
    promotion.membership_audience = { tiers: [302], segments: [], refusal: "Platinum only" };
    expect(order._programIsApplicable(promotion)).toBe(false);
});

test("_programIsApplicable: a promotion for a segment, alone and with a tier", async () => {
    const { member, order, promotion } = await setup();
    promotion.membership_audience = { tiers: [], segments: [7], refusal: "Invited only" };
    order.setPartner(member);
    expect(order._programIsApplicable(promotion)).toBe(false);
    member.membership_segments = [6, 7];
    expect(order._programIsApplicable(promotion)).toBe(true);
    promotion.membership_audience = { tiers: [302], segments: [7], refusal: "Both" };
    expect(order._programIsApplicable(promotion)).toBe(false);
});

test("activateCode: whom a code is for is said", async () => {
    const { store, promotion, rule } = await setup();
    promotion.membership_audience = { tiers: [301], segments: [], refusal: "Gold only" };
    rule.update({ mode: "with_code", code: "GOLD10" });
    expect(await store.activateCode("GOLD10")).toBe("Gold only");
});
