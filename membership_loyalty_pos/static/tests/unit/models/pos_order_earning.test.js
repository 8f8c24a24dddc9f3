import { describe, expect, test } from "@odoo/hoot";
import { mockDate } from "@odoo/hoot-mock";
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

const line = (store, order, price_unit, values = {}) =>
    addProductLineToOrder(store, order, {
        templateId: 5,
        productId: 5,
        price_unit,
        tax_ids: [["clear"]],
        ...values,
    });

function addMultiplier(store, club, factor, conditions) {
    store.models["membership.multiplier"].create({
        name: "Member day",
        program_id: club,
        factor,
        till_conditions: { products: null, ...conditions },
    });
}

test("a multiplier counts on its day in the programme's time zone, with its articles", async () => {
    mockDate("2026-11-21 17:00:00");
    const { store, order, club } = await setup({ program: { membership_tz: "Asia/Shanghai" } });
    addMultiplier(store, club, 3, { weekdays: [6], products: [5], categories: [] });
    addMultiplier(store, club, 50, { weekdays: [5] });
    addMultiplier(store, club, 50, { products: [6], categories: [987] });
    await line(store, order, 10);
    expect(order.estimateMembershipPoints(club)).toBe(30);
    club.update({ earn_stacking: "multiply", earn_factor_cap: 5 });
    expect(order.estimateMembershipPoints(club)).toBe(50);
    club.update({ earn_cap_order: 40 });
    expect(order.estimateMembershipPoints(club)).toBe(40);
});

test("the birthday and the first purchase are what the server told", async () => {
    const { store, order, club, account } = await setup();
    addMultiplier(store, club, 3, { birthday: "month" });
    addMultiplier(store, club, 5, { firstPurchase: true });
    await line(store, order, 10);
    expect(order.estimateMembershipPoints(club)).toBe(20);
    account.update({ membership_occasion: { celebrated: ["month"], is_first: false } });
    expect(order.estimateMembershipPoints(club)).toBe(30);
    account.update({ membership_occasion: { celebrated: [], is_first: true } });
    expect(order.estimateMembershipPoints(club)).toBe(50);
});

test("articles that earn nothing or more: the first line decides", async () => {
    const { store, order, club } = await setup();
    await line(store, order, 10);
    const categ = order.lines[0].product_id.product_tmpl_id.categ_id;
    club.update({
        membership_rates: [
            { rate: 1.5, products: [5], categories: [] },
            { rate: 0, products: [], categories: [categ?.id] },
        ],
    });
    expect(order.estimateMembershipPoints(club)).toBe(30);
    club.update({ membership_rates: [{ rate: 0, products: [5], categories: [] }] });
    expect(order.estimateMembershipPoints(club)).toBe(0);
});

function byPoint(store, club) {
    const { models } = store;
    models["loyalty.reward"].create({
        id: 503,
        program_id: club,
        clear_wallet: false,
        reward_product_domain: "null",
        description: "0.10 a point",
        reward_type: "discount",
        required_points: 10,
        discount: 0.1,
        discount_mode: "per_point",
        discount_applicability: "order",
        discount_line_product_id: models["product.product"].get(1),
    });
    return models["loyalty.reward"].get(503);
}

test("a discount by the point takes what the limits let it", async () => {
    const { store, order, club } = await setup({ points: 990 });
    const reward = byPoint(store, club);
    await line(store, order, 100);
    const claim = () => {
        order._get_reward_lines().forEach((reward) => reward.delete());
        const result = order._applyReward(reward, ACCOUNT);
        return result === true ? order._get_reward_lines()[0].points_cost : result;
    };
    expect(claim()).toBe(990);
    club.update({ redeem_max_share: 50 });
    expect(claim()).toBe(500);
    club.update({ redeem_step: 200 });
    expect(claim()).toBe(400);
    club.update({ redeem_minimum: 600 });
    expect(claim()).toMatch(/Fewer points/);
    expect(order._getRealCouponPoints(ACCOUNT)).toBe(990);
});

test("the statement carries the server's explanation", async () => {
    const { store, order, account } = await setup();
    await line(store, order, 10);
    order.membership_info = [
        {
            program_id: account.program_id.id,
            earned: 15,
            spent: 0,
            balance: 135,
            explanation: [
                { label: "On 10.00", points: 10 },
                { label: "Gold: 2 times", points: 10 },
                { label: "Limit per day", points: -5 },
            ],
        },
    ];
    const [statement] = order.membershipStatements;
    expect(statement.won).toBe(15);
    expect(statement.explanation.map((row) => row.points)).toEqual([10, 10, -5]);
});
