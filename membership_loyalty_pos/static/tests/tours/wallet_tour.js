import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as PosLoyalty from "@pos_loyalty/../tests/tours/utils/pos_loyalty_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import { registry } from "@web/core/registry";

const choose = (name) =>
    [ProductScreen.clickPartnerButton(), ProductScreen.clickCustomer(name)].flat();
const receiptRowIs = (key, value) => ({
    content: `receipt: ${key} ${value}`,
    trigger: `.pos-receipt .wallet-receipt [data-row="${key}"]:contains("${value}")`,
});
const payFromWallet = () =>
    PosLoyalty.eWalletButtonState({ highlighted: true, text: "eWallet Pay", click: true });

// Bob has no wallet; "Top-up 100+20" gives him one. A Shirt costs 100, a Mug 8; see tests/test_wallet_tours.py.
registry.category("web_tour.tours").add("WalletTour", {
    steps: () =>
        [
            Chrome.startPoS(),
            Dialog.confirm("Open Register"),
            choose("Bob Nobody"),
            ProductScreen.clickDisplayedProduct("Top-up 100+20"),
            PosLoyalty.orderTotalIs("100.00"),
            PosLoyalty.finalizeOrder("Bank", "100"),

            // The wallet that the server opened is the till's, with the bonus that only the server knows.
            choose("Bob Nobody"),
            ProductScreen.clickDisplayedProduct("Shirt"),
            payFromWallet(),
            PosLoyalty.orderTotalIs("0.00"),
            ProductScreen.clickPayButton(),
            PaymentScreen.clickValidate(),
            ReceiptScreen.receiptIsThere(),
            receiptRowIs("spend", "100.00"),
            receiptRowIs("spend-principal", "83.33"),
            receiptRowIs("spend-bonus", "16.67"),
            receiptRowIs("balance", "20.00"),
            receiptRowIs("balance-principal", "16.67"),
            receiptRowIs("balance-bonus", "3.33"),
            ReceiptScreen.clickNextOrder(),

            // 20 are left: a wallet pays for the Mug, never for the top-up beside it.
            choose("Bob Nobody"),
            ProductScreen.clickDisplayedProduct("Top-up 100+20"),
            ProductScreen.clickDisplayedProduct("Mug"),
            PosLoyalty.orderTotalIs("108.00"),
            payFromWallet(),
            PosLoyalty.orderTotalIs("100.00"),
            PosLoyalty.finalizeOrder("Bank", "100"),
            Chrome.endTour(),
        ].flat(),
});
