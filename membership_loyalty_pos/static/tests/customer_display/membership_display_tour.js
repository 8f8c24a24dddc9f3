import * as CustomerDisplay from "@point_of_sale/../tests/customer_display/customer_display_utils";
import { negate } from "@point_of_sale/../tests/generic_helpers/utils";
import { registry } from "@web/core/registry";

const sale = (membership) =>
    JSON.stringify({ ...JSON.parse(CustomerDisplay.ADD_PRODUCT), membership });

registry.category("web_tour.tours").add("MembershipCustomerDisplayTour", {
    steps: () => [
        CustomerDisplay.addProduct(
            sale([
                {
                    tier: "Gold",
                    color: 3,
                    number: "•••• 4568",
                    pointName: "Stars",
                    won: "200",
                    spent: "",
                    balance: "350",
                },
            ]),
            "a member buys"
        ),
        {
            content: "tier, card, points won and balance are shown",
            trigger: `.membership-display:has(.membership-tier:contains("Gold")):has(.membership-number:contains("4568")):has(.membership-won:contains("+200")):contains("350 Stars")`,
        },
        {
            content: "nothing is said of points spent",
            trigger: negate(".membership-spent"),
        },
        CustomerDisplay.postMessage(sale([]), "somebody else buys"),
        {
            content: "no member, no line",
            trigger: negate(".membership-display"),
        },
    ],
});
