import { describe, expect, test } from "@odoo/hoot";
import { onRpc, patchWithCleanup } from "@web/../tests/web_test_helpers";
import { ConnectionLostError } from "@web/core/network/rpc";
import { setupPosEnv } from "@point_of_sale/../tests/unit/utils";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import { addProductLineToOrder } from "@pos_loyalty/../tests/unit/utils";
import { ACCOUNT, MEMBER, enrolMember } from "@membership_loyalty_pos/../tests/unit/utils";

definePosModels();
describe.current.tags("headless");

async function setup(values) {
    const store = await setupPosEnv();
    return { store, order: store.addNewOrder(), ...enrolMember(store, values) };
}

/** Native programmes with a card per customer ask the server on their own. */
function onlyTheClub(store) {
    store.models["loyalty.program"]
        .filter((program) => program.is_nominative && !program.is_membership)
        .forEach((program) => program.delete());
}

const goods = { templateId: 5, productId: 5, price_unit: 10, tax_ids: [["clear"]] };

test("_updatePrograms reads the account first, once a choice of customer", async () => {
    const { store, order, member, account } = await setup();
    onlyTheClub(store);
    onRpc("loyalty.card", "search_read", () => {
        expect.step("read");
        return [
            {
                id: ACCOUNT,
                points: 77,
                partner_id: MEMBER,
                program_id: 101,
                tier_id: 301,
                membership_number: "•••••••••2345",
            },
        ];
    });
    order.setPartner(member);
    await store.updatePrograms();
    await store.updatePrograms();
    expect.verifySteps(["read"]);
    order.setPartner(member);
    await store.updatePrograms();
    expect.verifySteps(["read"]);
    expect(account.points).toBe(77);
});

test("_updatePrograms survives a lost connection and keeps counting", async () => {
    const { store, order, member, club } = await setup();
    onlyTheClub(store);
    await addProductLineToOrder(store, order, goods);
    patchWithCleanup(store.data, {
        searchRead: async () => {
            throw new ConnectionLostError();
        },
    });
    order.setPartner(member);
    await store.updatePrograms();
    expect(order.uiState.couponPointChanges[ACCOUNT]).toMatchObject({
        program_id: club.id,
        points: 20,
    });
    expect(order.membershipReadFor).toBe(null);
});

test("a customer who is no member gets no card by buying", async () => {
    const { store, order } = await setup();
    await addProductLineToOrder(store, order, goods);
    order.setPartner(store.models["res.partner"].get(4));
    await store.updatePrograms();
    const programs = Object.values(order.uiState.couponPointChanges).map((c) => c.program_id);
    expect(programs).not.toInclude(101);
});

test("addLineToCurrentOrder never claims a gift", async () => {
    const { store, order, member } = await setup();
    order.setPartner(member);
    await store.updatePrograms();
    const product = store.models["product.product"].get(5);
    expect(store.getMembershipGifts().map(({ reward }) => reward.id)).toEqual([502]);
    expect(
        store.getPotentialFreeProductRewards().filter(({ reward }) => reward.id === 502)
    ).toEqual([]);
    await store.addLineToCurrentOrder({
        product_id: product,
        product_tmpl_id: product.product_tmpl_id,
    });
    expect(order._get_reward_lines()).toHaveLength(0);
});

test("claimMembershipGift: one click, one gift, the article in the order first", async () => {
    const { store, order, member } = await setup();
    const reward = store.models["loyalty.reward"].get(502);
    const product = store.models["product.product"].get(5);
    order.setPartner(member);
    await store.updatePrograms();
    await store.addLineToCurrentOrder({
        product_id: product,
        product_tmpl_id: product.product_tmpl_id,
    });
    await store.claimMembershipGift(reward, ACCOUNT);
    const quantity = () =>
        order.lines.filter((l) => !l.is_reward_line).reduce((total, l) => total + l.qty, 0);
    const cost = () => order._get_reward_lines().reduce((total, l) => total + l.points_cost, 0);
    expect([quantity(), cost()]).toEqual([1, 10]);
    await store.claimMembershipGift(reward, ACCOUNT);
    expect([quantity(), cost()]).toEqual([2, 20]);
});

test("postProcessLoyalty: no second call for members, the native one for others", async () => {
    const { store, order, member } = await setup();
    onRpc("pos.order", "confirm_coupon_programs", () => {
        expect.step("confirm");
        return {};
    });
    order.setPartner(member);
    order.uiState.couponPointChanges = {
        [ACCOUNT]: { coupon_id: ACCOUNT, program_id: 101, points: 20 },
    };
    await store.postProcessLoyalty(order);
    expect.verifySteps([]);
    order.uiState.couponPointChanges[1] = { coupon_id: 1, program_id: 1, points: 5 };
    await store.postProcessLoyalty(order);
    expect.verifySteps(["confirm"]);
});

test("activateCode: an active card sets the member, a frozen one says so", async () => {
    const { store, order } = await setup();
    onRpc("loyalty.card", "membership_identify", ({ args }) =>
        args[0] === "frozen"
            ? { status: "frozen", message: "This card is frozen.", partner: [], account: [] }
            : {
                  status: "active",
                  message: "",
                  card: 7,
                  partner: [{ id: MEMBER, name: "Administrator" }],
                  account: [],
              }
    );
    const dialogs = [];
    patchWithCleanup(store.dialog, { add: (component, props) => dialogs.push(props.body) });
    expect(await store.activateCode("frozen")).toBe(true);
    expect(dialogs).toEqual(["This card is frozen."]);
    expect(order.getPartner()).toBe(undefined);
    expect(await store.activateCode("79927398713")).toBe(true);
    expect(order.getPartner().id).toBe(MEMBER);
    expect(order.membership_card_shown_id).toBe(7);
    order.setPartner(order.getPartner());
    expect(order.membership_card_shown_id).toBe(0); // chosen by name
});

test("activateCode: an unknown code goes on to the native coupons", async () => {
    const { store } = await setup();
    onRpc("loyalty.card", "membership_identify", () => ({ status: "unknown", message: "?" }));
    onRpc("loyalty.card", "get_loyalty_card_partner_by_code", () => {
        expect.step("native");
        return false;
    });
    onRpc("pos.config", "use_coupon_code", () => ({
        successful: false,
        payload: { error_message: "invalid" },
    }));
    expect(await store.activateCode("nothing")).toBe("invalid");
    expect.verifySteps(["native"]);
});
