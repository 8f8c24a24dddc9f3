import { describe, expect, mockDate, test } from "@odoo/hoot";
import { onRpc, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { setupPosEnv } from "@point_of_sale/../tests/unit/utils";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import { addProductLineToOrder } from "@pos_loyalty/../tests/unit/utils";
import OrderPaymentValidation from "@point_of_sale/app/utils/order_payment_validation";
import { CLUB, MEMBER, enrolMember } from "@membership_loyalty_pos/../tests/unit/utils";

definePosModels();
describe.current.tags("headless");

const GOLD = 301;
const goods = { templateId: 5, productId: 5, price_unit: 10, tax_ids: [["clear"]] };

async function setup(...rules) {
    const store = await setupPosEnv();
    const { member } = enrolMember(store);
    rules.forEach((conditions, index) =>
        store.models["membership.product.access"].create({
            id: 601 + index,
            program_id: store.models["loyalty.program"].get(CLUB),
            sentence: "For members of Gold.",
            till_conditions: {
                products: [5],
                categories: [],
                tiers: [GOLD],
                membersFrom: false,
                openFrom: false,
                ...conditions,
            },
        })
    );
    const messages = [];
    patchWithCleanup(store.dialog, { add: (component, props) => messages.push(props.body) });
    patchWithCleanup(store, { navigate: (screen) => expect.step(screen) });
    return { store, member, messages, order: store.addNewOrder() };
}

test("an article for members is not paid for without the member", async () => {
    const { store, member, messages, order } = await setup({});
    await addProductLineToOrder(store, order, goods);
    await store.pay();
    expect.verifySteps([]);
    expect(messages).toHaveLength(1);
    expect(messages[0]).toInclude("For members of Gold.");
    expect(messages[0]).toInclude("remove the article");
    order.setPartner(member);
    await store.pay();
    expect.verifySteps(["PaymentScreen"]);
    expect(messages).toHaveLength(1);
});

test("a customer who was changed on the payment screen is noticed", async () => {
    const { store, messages, order } = await setup({});
    await addProductLineToOrder(store, order, goods);
    const validation = new OrderPaymentValidation({ pos: store, orderUuid: order.uuid });
    expect(await validation.validateOrder()).toBe(false);
    expect(messages).toHaveLength(1);
});

test("another tier, and one rule that is enough", async () => {
    const { store, member, order } = await setup({ tiers: [GOLD + 1] }, { tiers: [] });
    await addProductLineToOrder(store, order, goods);
    expect(order.membershipAccessRefusal).not.toBe("");
    order.setPartner(member);
    expect(order.membershipAccessRefusal).toBe("");
    store.models["membership.product.access"].get(602).delete();
    expect(order.membershipAccessRefusal).not.toBe("");
});

test("what goes back is not bought", async () => {
    const { store, order } = await setup({});
    await addProductLineToOrder(store, order, { ...goods, qty: -1 });
    expect(order.membershipAccessRefusal).toBe("");
});

test("members first, then everybody, by the programme's day", async () => {
    const { store, member, order } = await setup({
        membersFrom: "2027-03-01",
        openFrom: "2027-03-08",
    });
    await addProductLineToOrder(store, order, goods);
    for (const [now, asMember, asNobody] of [
        ["2027-02-28 23:59:59", true, true],
        ["2027-03-01 00:00:00", false, true],
        ["2027-03-07 23:59:59", false, true],
        ["2027-03-08 00:00:00", false, false],
    ]) {
        mockDate(now, 0);
        order.setPartner(false);
        expect(Boolean(order.membershipAccessRefusal)).toBe(asNobody);
        order.setPartner(member);
        expect(Boolean(order.membershipAccessRefusal)).toBe(asMember);
    }
});

test("the member day begins and ends while the session is open", async () => {
    const { store, member, order } = await setup();
    store.config.use_presets = false; // a preset's price list wins over every customer's
    const [ordinary, dayList] = store.models["product.pricelist"].getAll();
    store.models["loyalty.program"].get(CLUB).has_price_days = true;
    member.update({ property_product_pricelist: ordinary });
    let now = dayList.id;
    onRpc("res.partner", "read", ({ args }) => {
        expect.step(args[0][0]);
        return [{ id: MEMBER, property_product_pricelist: now }];
    });
    onRpc("loyalty.card", "search_read", () => []);
    order.setPartner(member);
    expect(order.pricelist_id.id).toBe(ordinary.id);
    await store.refreshMembership(order);
    await store.refreshMembership(order);
    expect.verifySteps([MEMBER]);
    expect(order.pricelist_id.id).toBe(dayList.id);
    now = ordinary.id;
    const next = store.addNewOrder();
    next.setPartner(member);
    await store.refreshMembership(next);
    expect.verifySteps([MEMBER]);
    expect(next.pricelist_id.id).toBe(ordinary.id);
});
