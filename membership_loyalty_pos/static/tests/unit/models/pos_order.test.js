import { describe, expect, test } from "@odoo/hoot";
import { setupPosEnv } from "@point_of_sale/../tests/unit/utils";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import { addProductLineToOrder } from "@pos_loyalty/../tests/unit/utils";
import { ACCOUNT, enrolMember } from "@membership_loyalty_pos/../tests/unit/utils";

definePosModels();
describe.current.tags("headless");

async function setup(values) {
    const store = await setupPosEnv();
    const env = enrolMember(store, values);
    const order = store.addNewOrder();
    order.setPartner(env.member);
    return { store, order, ...env };
}

const gift = (order) => order.models["loyalty.reward"].get(502);
const line = (store, order, price_unit, values = {}) =>
    addProductLineToOrder(store, order, {
        templateId: 5,
        productId: 5,
        price_unit,
        tax_ids: [["clear"]],
        ...values,
    });
const claim = (order, account) => {
    order.uiState.couponPointChanges = {
        [account.id]: { coupon_id: account.id, program_id: account.program_id.id, points: 0 },
    };
};

test("_programIsApplicable: members only", async () => {
    const { store, order, club } = await setup();
    expect(order._programIsApplicable(club)).toBe(true);
    order.setPartner(store.models["res.partner"].get(4));
    expect(order._programIsApplicable(club)).toBe(false);
    order.setPartner(false);
    expect(order._programIsApplicable(club)).toBe(false);
    // Native programmes are judged as before.
    expect(order._programIsApplicable(store.models["loyalty.program"].get(1))).toBe(true);
});

test("pointsForPrograms: tier, one rounding, other programmes untouched", async () => {
    const { store, order, club } = await setup();
    await line(store, order, 9.99);
    const native = store.models["loyalty.program"].get(1);
    const points = order.pointsForPrograms([native, club]);
    expect(points[club.id]).toEqual([{ points: 19 }]);
    expect(native.id in points).toBe(true);
});

test("pointsForPrograms: points_rounding and points_digits of the programme", async () => {
    const { store, order, club } = await setup({
        program: { points_digits: 1, points_rounding: "up" },
    });
    await line(store, order, 1.01);
    expect(order.pointsForPrograms([club])[club.id]).toEqual([{ points: 2.1 }]);
});

test("a reward lessens what is earned, returned goods earn nothing", async () => {
    const { store, order, club, account } = await setup();
    const sold = await line(store, order, 50);
    await line(store, order, -5, {
        is_reward_line: true,
        reward_id: store.models["loyalty.reward"].get(501),
        coupon_id: account,
        points_cost: 100,
    });
    expect(order.estimateMembershipPoints(club)).toBe(90);
    expect(order._getPointsCorrection(club)).toBe(0);

    const refund = store.addNewOrder();
    refund.setPartner(account.partner_id);
    await line(store, refund, 50, { qty: -1, refunded_orderline_id: sold });
    expect(refund.estimateMembershipPoints(club)).toBe(0);
});

test("_computePotentialFreeProductQty: one reward a click", async () => {
    const { store, order } = await setup();
    const product = store.models["product.product"].get(5);
    expect(order._computePotentialFreeProductQty(gift(order), product, 120)).toBe(1);
    expect(order._computePotentialFreeProductQty(gift(order), product, 9)).toBe(0);
    // Native, for comparison: as many as the balance pays for.
    const native = store.models["loyalty.reward"].get(3);
    expect(order._computePotentialFreeProductQty(native, product, 3)).toBe(3);
});

test("_applyReward: quantity and cost stay together", async () => {
    const { store, order, account } = await setup();
    claim(order, account);
    await line(store, order, 10, { qty: 3 });
    expect(order._applyReward(gift(order), ACCOUNT)).toBe(true);
    let [reward] = order._get_reward_lines();
    expect([reward.qty, reward.points_cost]).toEqual([1, 10]);
    // What native does on every change of the order: apply again, with the cost and without the quantity.
    order._updateRewardLines();
    [reward] = order._get_reward_lines();
    expect([reward.qty, reward.points_cost]).toEqual([1, 10]);
    expect(order._applyReward(gift(order), ACCOUNT)).toBe(true);
    order._updateRewardLines();
    [reward] = order._get_reward_lines();
    expect([reward.qty, reward.points_cost]).toEqual([2, 20]);
});

test("_applyReward: not on a refund, not beyond the balance", async () => {
    const { store, order, account } = await setup({ points: 9 });
    claim(order, account);
    await line(store, order, 10);
    expect(order._applyReward(gift(order), ACCOUNT)).not.toBe(true);
    account.update({ points: 10 });
    order.is_refund = true;
    expect(order._applyReward(gift(order), ACCOUNT)).toBe("Points cannot be spent on a refund.");
    order.is_refund = false;
    expect(order._applyReward(gift(order), ACCOUNT)).toBe(true);
});

test("getMembershipSpent counts members' rewards only", async () => {
    const { store, order, account } = await setup();
    await line(store, order, -5, { is_reward_line: true, coupon_id: account, points_cost: 100 });
    await line(store, order, -5, {
        is_reward_line: true,
        coupon_id: store.models["loyalty.card"].get(1),
        points_cost: 7,
    });
    expect([...order.getMembershipSpent()]).toEqual([[account, 100]]);
});

test("statements: an estimate before, the server's figures after", async () => {
    const { store, order, account } = await setup();
    claim(order, account);
    await line(store, order, 10);
    const [estimate] = order.membershipStatements;
    expect(estimate).toMatchObject({
        estimated: true,
        tier: "Gold",
        won: 20,
        spent: 0,
        balance: 140,
    });

    order.membership_info = [
        {
            program_id: account.program_id.id,
            program_name: "Club",
            point_name: "Stars",
            card_number: "•••••••••2345",
            tier_name: "Gold",
            tier_color: 3,
            earned: 21,
            spent: 100,
            balance: 41,
        },
    ];
    const [posted] = order.membershipStatements;
    expect(posted).toMatchObject({
        estimated: false,
        tier: "Gold",
        won: 21,
        spent: 100,
        balance: 41,
    });
    const [stat] = order.getLoyaltyPoints();
    expect(stat.couponId).toBe(String(ACCOUNT));
    expect(stat.points).toMatchObject({
        won: 21,
        spent: 100,
        balance: 41,
        total: 41,
        name: "Stars",
    });
});

test("choosing the customer again asks for a fresh balance", async () => {
    const { order, member } = await setup();
    order.membershipReadFor = member.id;
    order.setPartner(member);
    expect(order.membershipReadFor).toBe(null);
});
