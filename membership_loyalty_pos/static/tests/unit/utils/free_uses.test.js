import { describe, expect, test } from "@odoo/hoot";
import { onRpc, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { ConnectionLostError } from "@web/core/network/rpc";
import { setupPosEnv } from "@point_of_sale/../tests/unit/utils";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import OrderPaymentValidation from "@point_of_sale/app/utils/order_payment_validation";
import { freeUsesLeft, freeUsesTaken } from "@membership_loyalty_pos/app/utils/free_uses";
import { enrolMember } from "@membership_loyalty_pos/../tests/unit/utils";

definePosModels();
describe.current.tags("headless");

const COFFEE = 601;

async function setup(left = 2) {
    const store = await setupPosEnv();
    const { account, club, member } = enrolMember(store);
    store.models["membership.benefit"].create({
        id: COFFEE,
        name: "Free coffee",
        program_id: club,
        product_id: store.models["product.product"].get(5),
    });
    account.membership_free_uses = [
        { benefit_id: COFFEE, name: "Free coffee", used: 0, limit: 2, left, when: "this month" },
    ];
    const order = store.addNewOrder();
    order.setPartner(member);
    return { store, order, account, benefit: store.models["membership.benefit"].get(COFFEE) };
}

function validationOf(store, order) {
    const validation = new OrderPaymentValidation({ pos: store, orderUuid: order.uuid });
    validation.isOrderValid = async () => true;
    validation.shouldHideValidationBehindFeedbackScreen = async () => expect.step("paid");
    const messages = [];
    patchWithCleanup(store.dialog, { add: (component, props) => messages.push(props.body) });
    return { validation, messages };
}

test("a free article costs nothing and lessens what is left", async () => {
    const { store, order, benefit } = await setup();
    expect(freeUsesLeft(order).map(({ left }) => left)).toEqual([2]);
    await store.addFreeUse(benefit);
    expect(order.priceIncl).toBe(0);
    expect(freeUsesLeft(order).map(({ left }) => left)).toEqual([1]);
    await store.addFreeUse(benefit);
    expect(freeUsesLeft(order)).toEqual([]);
    expect(freeUsesTaken(order)).toEqual({ [COFFEE]: 2 });
});

test("one that is charged after all is an ordinary sale", async () => {
    const { store, order, benefit } = await setup();
    const line = await store.addFreeUse(benefit);
    line.setDiscount(50);
    expect(freeUsesTaken(order)).toEqual({});
});

test("it is not merged with the same article at its price", async () => {
    const { store, order, benefit } = await setup();
    const product = benefit.product_id;
    await store.addFreeUse(benefit);
    await store.addLineToCurrentOrder({
        product_id: product,
        product_tmpl_id: product.product_tmpl_id,
        discount: 100,
    });
    expect(order.lines.map((line) => line.getQuantity())).toEqual([1, 1]);
});

test("the server is asked before payment, and its refusal blocks", async () => {
    const { store, order, benefit } = await setup();
    await store.addFreeUse(benefit);
    let refusal = "Free coffee: 0 left.";
    onRpc("pos.order", "membership_check_free_uses", ({ args }) => {
        expect.step(JSON.stringify(args));
        return refusal;
    });
    const { validation, messages } = validationOf(store, order);
    expect(await validation.validateOrder()).toBe(false);
    expect(messages).toEqual(["Free coffee: 0 left."]);
    refusal = "";
    await validation.validateOrder();
    const asked = JSON.stringify([order.getPartner().id, { [COFFEE]: 1 }]);
    expect.verifySteps([asked, asked, "paid"]);
});

for (const [left, steps] of [
    [1, ["paid"]],
    [0, []],
]) {
    test(`offline, with ${left} left as far as the till knows`, async () => {
        const { store, order, benefit } = await setup(left);
        await store.addFreeUse(benefit);
        patchWithCleanup(store.data, {
            execute: async () => {
                throw new ConnectionLostError();
            },
        });
        const { validation, messages } = validationOf(store, order);
        await validation.validateOrder();
        expect.verifySteps(steps);
        expect(messages.length).toBe(steps.length ? 0 : 1);
    });
}
