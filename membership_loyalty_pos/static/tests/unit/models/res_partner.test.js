import { describe, expect, test } from "@odoo/hoot";
import { onRpc } from "@web/../tests/web_test_helpers";
import { setupPosEnv } from "@point_of_sale/../tests/unit/utils";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import { ACCOUNT, CLUB, enrolMember } from "@membership_loyalty_pos/../tests/unit/utils";

definePosModels();
describe.current.tags("headless");

/** Another customer is of the family of customer 3, who owns the account. */
async function setup() {
    const store = await setupPosEnv();
    const values = enrolMember(store);
    const holder = store.models["res.partner"].find((partner) => partner !== values.member);
    values.account.update({ membership_holder_ids: [["link", holder]] });
    return { store, holder, ...values };
}

test("membershipAccounts: a family member uses the account of the family", async () => {
    const { account, member, holder } = await setup();
    expect(member.membershipAccounts).toEqual([account]);
    expect(holder.membershipAccounts).toEqual([account]);
});

test("membershipAccounts: an own account goes before the family's", async () => {
    const { store, club, holder } = await setup();
    const own = store.models["loyalty.card"].create({
        id: ACCOUNT + 1,
        points: 5,
        partner_id: holder,
        program_id: club,
    });
    expect(holder.membershipAccounts).toEqual([own]);
});

test("fetchLoyaltyCard opens no account for a family member", async () => {
    const { store, account, holder } = await setup();
    onRpc("loyalty.card", "search_read", () => expect.step("read"));
    expect(await store.fetchLoyaltyCard(CLUB, holder.id)).toBe(account);
    expect(store.getLoyaltyCards(holder)).toEqual([account]);
    expect.verifySteps([]);
});
