import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import { registry } from "@web/core/registry";

const choose = (name) =>
    [ProductScreen.clickPartnerButton(), ProductScreen.clickCustomer(name)].flat();

// The Shirt is for Gold members, as Ada is one; Bob is nobody's member. See tests/test_tours_access.py.
registry.category("web_tour.tours").add("MembershipAccessTour", {
    steps: () =>
        [
            Chrome.startPoS(),
            Dialog.confirm("Open Register"),
            choose("Bob Nobody"),
            ProductScreen.clickDisplayedProduct("Shirt"),
            {
                content: "press Payment",
                trigger: ".product-screen .pay-order-button",
                run: "click",
            },
            {
                content: "the till says for whom the shirt is, and what to do",
                trigger:
                    ".modal-body:contains('Shirt: For members of Gold.'):contains('remove the article')",
            },
            Dialog.confirm(),
            choose("Ada Member"),
            ProductScreen.clickPayButton(),
            PaymentScreen.clickPaymentMethod("Bank"),
            PaymentScreen.clickValidate(),
            ReceiptScreen.receiptIsThere(),
            Chrome.endTour(),
        ].flat(),
});
