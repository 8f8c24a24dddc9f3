import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { mountWithCleanup } from "@web/../tests/web_test_helpers";
import { setupPosEnv } from "@point_of_sale/../tests/unit/utils";
import { definePosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import { CustomerDisplayPosAdapter } from "@point_of_sale/app/customer_display/customer_display_adapter";
import { OrderReceipt } from "@point_of_sale/app/screens/receipt_screen/receipt/order_receipt";
import { addProductLineToOrder } from "@pos_loyalty/../tests/unit/utils";
import { MembershipBadge } from "@membership_loyalty_pos/app/components/membership_badge/membership_badge";
import { enrolMember } from "@membership_loyalty_pos/../tests/unit/utils";

definePosModels();
describe.current.tags("headless");

async function setup() {
    const store = await setupPosEnv();
    const { member, account } = enrolMember(store);
    const order = store.addNewOrder();
    order.setPartner(member);
    await addProductLineToOrder(store, order, {
        templateId: 5,
        productId: 5,
        price_unit: 10,
        tax_ids: [["clear"]],
    });
    return { store, order, account };
}

test("badge: tier by name and colour, card by its last digits, balance", async () => {
    const { account } = await setup();
    await mountWithCleanup(MembershipBadge, { props: { account, showBalance: true } });
    expect(".membership-tier").toHaveClass("o_tag_color_3");
    expect(queryOne(".membership-tier").textContent).toInclude("Gold");
    expect(queryOne(".membership-number [aria-hidden]").textContent).toBe("•••• 2345");
    expect(queryOne(".membership-number .visually-hidden").textContent).toBe("ending in 2345");
    expect(queryAllTexts(".membership-balance")).toEqual(["120 Stars"]);
});

test("receipt rows: estimate, posted, refund", async () => {
    const { order } = await setup();
    const rows = (values = {}) => {
        const [statement] = order.membershipStatements;
        return OrderReceipt.prototype
            .getMembershipRows({ ...statement, ...values })
            .map((row) => `${row.label}: ${row.value}`);
    };
    expect(rows()).toEqual([
        "Member card: •••• 2345",
        "Tier: Gold",
        "Stars won (estimate): 20",
        "Stars balance (estimate): 140",
    ]);
    expect(rows({ estimated: false, won: 20, spent: 100, balance: 40 }).slice(2)).toEqual([
        "Stars won: 20",
        "Stars spent: 100",
        "Stars balance: 40",
    ]);
    expect(rows({ estimated: false, won: -20, spent: -100, balance: 1240 }).slice(2)).toEqual([
        "Stars taken back: 20",
        "Stars given back: 100",
        "Stars balance: 1,240",
    ]);
});

test("receipt rows: the server's explanation below what was won", async () => {
    const { order } = await setup();
    const [statement] = order.membershipStatements;
    const explanation = [
        { label: "On 10.00", points: 10 },
        { label: "Gold: 2 times", points: 10 },
        { label: "Limit per day", points: -5 },
    ];
    const values = { ...statement, estimated: false, won: 15, balance: 135, explanation };
    const rows = OrderReceipt.prototype.getMembershipRows(values).slice(2);
    expect(rows.map((row) => `${row.label}: ${row.value}`)).toEqual([
        "Stars won: 15",
        "On 10.00: 10",
        "Gold: 2 times: +10",
        "Limit per day: -5",
        "Stars balance: 135",
    ]);
    expect(rows.filter((row) => row.isDetail)).toHaveLength(3);
});

test("customer display: what the member may read across the counter", async () => {
    const { order } = await setup();
    const adapter = new CustomerDisplayPosAdapter();
    adapter.formatOrderData(order);
    expect(adapter.data.membership).toEqual([
        {
            tier: "Gold",
            color: 3,
            number: "•••• 2345",
            pointName: "Stars",
            won: "20",
            spent: "",
            balance: "140",
        },
    ]);
});
