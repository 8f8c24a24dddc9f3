import { describe, expect, test } from "@odoo/hoot";
import { setupPosEnv } from "@point_of_sale/../tests/unit/utils";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import { addProductLineToOrder } from "@pos_loyalty/../tests/unit/utils";
import { MEMBER, enrolMember } from "@membership_loyalty_pos/../tests/unit/utils";
import { topUpsWithLimit } from "@membership_loyalty_pos/app/utils/order_payment_validation_top_up";

definePosModels();
describe.current.tags("headless");

async function setup() {
    const store = await setupPosEnv();
    const { models } = store;
    const { account, member } = enrolMember(store);
    models["loyalty.program"].create({
        id: 102,
        name: "Wallet",
        program_type: "ewallet",
        applies_on: "future",
        trigger: "auto",
        is_nominative: true,
        is_stored_value: true,
        offline_redeem_limit: 0,
    });
    const program = models["loyalty.program"].get(102);
    models["loyalty.card"].create({
        id: 202,
        code: "WALLET",
        points: 120,
        partner_id: models["res.partner"].get(MEMBER),
        program_id: program,
    });
    const order = store.addNewOrder();
    order.setPartner(member);
    const wallet = models["loyalty.card"].get(202);
    const reward = { program_id: program };
    const line = (price_unit, values = {}) =>
        addProductLineToOrder(store, order, {
            templateId: 5,
            productId: 5,
            price_unit,
            tax_ids: [["clear"]],
            ...values,
        });
    return { store, order, program, wallet, account, reward, line };
}

test("a wallet is no member's account, but its spending is checked like one's", async () => {
    const { order, wallet, account, line } = await setup();
    expect(wallet.isMembershipAccount).toBe(false);
    expect(wallet.isLedgerAccount).toBe(true);
    expect(order.membershipAccounts).toEqual([account]);
    await line(-30, { is_reward_line: true, coupon_id: wallet, points_cost: 30 });
    expect([...order.getMembershipSpent()]).toEqual([[wallet, 30]]);
});

test("a wallet does not pay for a top-up", async () => {
    const { order, program, reward, line } = await setup();
    await line(8);
    const topUp = await line(100);
    topUp._e_wallet_program_id = program;
    expect(order._getDiscountableOnOrder(reward).discountable).toBe(8);
    const native = { program_id: { program_type: "gift_card" } };
    expect(order._getDiscountableOnOrder(native).discountable).toBe(108);
});

test("wallets have statements of their own, as soon as the server has posted", async () => {
    const { order } = await setup();
    expect(order.walletStatements).toEqual([]);
    const info = { is_wallet: true, account_id: 202, program_name: "Wallet", balance: "$ 60.00" };
    order.membership_info = [info];
    expect(order.walletStatements).toEqual([info]);
    expect(order.membershipStatements.map(({ programName }) => programName)).toEqual(["Club"]);
});

test("without a native programme the server is not asked a second time", async () => {
    const { store, order, program } = await setup();
    store.models["loyalty.card"].create({ id: -7, points: 0, program_id: program });
    order.uiState.couponPointChanges = {
        "-7": { coupon_id: -7, program_id: program.id, points: 100 },
    };
    store.data.call = () => expect.step("call");
    await store.postProcessLoyalty(order);
    expect.verifySteps([]);
    expect(store.models["loyalty.card"].get(-7)).toBe(undefined);
});

test("what is paid into a wallet with a limit is asked for, returns and other articles are not", async () => {
    const { store, order, program, line } = await setup();
    program.trigger_product_ids = [store.models["product.product"].get(5)];
    await line(100);
    expect(topUpsWithLimit(order)).toEqual({});
    program.wallet_limit = 150;
    expect(topUpsWithLimit(order)).toEqual({ [program.id]: 100 });
    program.trigger_product_ids = [store.models["product.product"].get(6)];
    expect(topUpsWithLimit(order)).toEqual({});
});
