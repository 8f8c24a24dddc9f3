export const CLUB = 101;
export const ACCOUNT = 201;
export const MEMBER = 3;

/**
 * Make customer 3 a Gold member (double points) of a programme: one point per unit of currency, 5 off for 100 points,
 * the article "TEST" (id 5) for 10 points. In the till only: what the server answers is for the test to say.
 *
 * @param {object} store
 * @param {{points: number, program: object}} values what differs
 */
export function enrolMember(store, { points = 120, program = {} } = {}) {
    const { models } = store;
    models["membership.tier"].create({ id: 301, name: "Gold", color: 3, multiplier: 2 });
    models["loyalty.program"].create({
        id: CLUB,
        name: "Club",
        program_type: "loyalty",
        applies_on: "future",
        trigger: "auto",
        is_nominative: true,
        is_membership: true,
        offline_redeem_limit: 0,
        points_digits: 0,
        points_rounding: "down",
        portal_visible: true,
        portal_point_name: "Stars",
        ...program,
    });
    const club = models["loyalty.program"].get(CLUB);
    createRule(models, club);
    createRewards(models, club);
    createAccount(models, points);
    return {
        club,
        account: models["loyalty.card"].get(ACCOUNT),
        member: models["res.partner"].get(MEMBER),
    };
}

function createRule(models, club) {
    const rule = models["loyalty.rule"].create({
        id: 401,
        program_id: club,
        mode: "auto",
        any_product: true,
        reward_point_mode: "money",
        reward_point_amount: 1,
        minimum_qty: 0,
        minimum_amount: 0,
        minimum_amount_tax_mode: "incl",
    });
    rule.validProductIds = new Set();
}

function createRewards(models, club) {
    const common = { program_id: club, clear_wallet: false, reward_product_domain: "null" };
    models["loyalty.reward"].create({
        ...common,
        id: 501,
        description: "5 off",
        reward_type: "discount",
        required_points: 100,
        discount: 5,
        discount_mode: "per_order",
        discount_applicability: "order",
        discount_line_product_id: models["product.product"].get(1),
    });
    models["loyalty.reward"].create({
        ...common,
        id: 502,
        description: "A gift",
        reward_type: "product",
        required_points: 10,
        multi_product: false,
        reward_product_qty: 1,
        reward_product_id: models["product.product"].get(5),
        reward_product_ids: [["link", models["product.product"].get(5)]],
        discount_line_product_id: models["product.product"].get(1),
    });
}

function createAccount(models, points) {
    models["loyalty.card"].create({
        id: ACCOUNT,
        code: "8-ACCOUNT",
        points,
        partner_id: models["res.partner"].get(MEMBER),
        program_id: models["loyalty.program"].get(CLUB),
        tier_id: models["membership.tier"].get(301),
        membership_number: "•••••••••2345",
    });
}
