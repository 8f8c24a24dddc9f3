import { describe, expect, test } from "@odoo/hoot";
import { onRpc, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { ConnectionLostError } from "@web/core/network/rpc";
import { setupPosEnv } from "@point_of_sale/../tests/unit/utils";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import { addProductLineToOrder } from "@pos_loyalty/../tests/unit/utils";
import OrderPaymentValidation from "@point_of_sale/app/utils/order_payment_validation";
import { ACCOUNT, enrolMember } from "@membership_loyalty_pos/../tests/unit/utils";

definePosModels();
describe.current.tags("headless");

async function setup({ spend = true, program } = {}) {
    const store = await setupPosEnv();
    const { account, member } = enrolMember(store, { program });
    const order = store.addNewOrder();
    order.setPartner(member);
    order.uiState.couponPointChanges = {
        [ACCOUNT]: { coupon_id: ACCOUNT, program_id: account.program_id.id, points: 20 },
    };
    await addProductLineToOrder(store, order, { templateId: 5, productId: 5 });
    if (spend) {
        await addProductLineToOrder(store, order, {
            price_unit: -5,
            is_reward_line: true,
            reward_id: store.models["loyalty.reward"].get(501),
            coupon_id: account,
            points_cost: 100,
        });
    }
    const validation = new OrderPaymentValidation({ pos: store, orderUuid: order.uuid });
    validation.isOrderValid = async () => true;
    validation.shouldHideValidationBehindFeedbackScreen = async () => expect.step("paid");
    const messages = [];
    patchWithCleanup(store.dialog, { add: (component, props) => messages.push(props.body) });
    return { store, account, validation, messages };
}

function answer(reply) {
    onRpc("pos.order", "validate_coupon_programs", ({ args }) => {
        expect.step(JSON.stringify(args.slice(1)));
        return reply;
    });
}

test("an order that only earns is paid without asking", async () => {
    const { validation } = await setup({ spend: false });
    answer({ successful: true, payload: {} });
    await validation.validateOrder();
    expect.verifySteps(["paid"]);
});

test("the spend is asked for once, without the points of this order", async () => {
    const { validation } = await setup();
    answer({ successful: true, payload: {} });
    await validation.validateOrder();
    expect.verifySteps([`[{"${ACCOUNT}":-100},[]]`, "paid"]);
});

test("a refusal blocks the payment, with the server's words and balance", async () => {
    const { validation, account, messages } = await setup();
    answer({
        successful: false,
        payload: { message: "Only 40 points are left.", updated_points: { [ACCOUNT]: 40 } },
    });
    expect(await validation.validateOrder()).toBe(false);
    expect.verifySteps([`[{"${ACCOUNT}":-100},[]]`]);
    expect(messages).toEqual(["Only 40 points are left."]);
    expect(account.points).toBe(40);
});

for (const [limit, steps] of [
    [0, []],
    [99, []],
    [100, ["paid"]],
]) {
    test(`offline with an allowance of ${limit} points`, async () => {
        const { store, validation, messages } = await setup({
            program: { offline_redeem_limit: limit },
        });
        patchWithCleanup(store.data, {
            execute: async () => {
                throw new ConnectionLostError();
            },
        });
        await validation.validateOrder();
        expect.verifySteps(steps);
        expect(messages).toHaveLength(steps.length ? 0 : 1);
    });
}

test("native cards are still checked by the native call, without the member's", async () => {
    const { store, validation } = await setup();
    const card = store.models["loyalty.card"].get(1);
    validation.order.uiState.couponPointChanges[card.id] = {
        coupon_id: card.id,
        program_id: card.program_id.id,
        points: 3,
    };
    answer({ successful: true, payload: {} });
    await validation.validateOrder();
    expect.verifySteps([`[{"${ACCOUNT}":-100},[]]`, `[{"${card.id}":3},[]]`, "paid"]);
});

test("where points may pay a share only, the server is told what they pay for", async () => {
    const { store, validation } = await setup({ program: { redeem_max_share: 50 } });
    const goods = validation.order.membershipGoodsPrice;
    onRpc("pos.order", "validate_coupon_programs", ({ kwargs }) => {
        expect.step(JSON.stringify(kwargs.context.membership_amounts));
        return { successful: true, payload: {} };
    });
    await validation.validateOrder();
    const discount = validation.order.getMembershipDiscount(
        store.models["loyalty.card"].get(ACCOUNT)
    );
    expect(goods > 0 && discount > 0).toBe(true);
    expect.verifySteps([JSON.stringify({ [ACCOUNT]: [discount, goods] }), "paid"]);
});
