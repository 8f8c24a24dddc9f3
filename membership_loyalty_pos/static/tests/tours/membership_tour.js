import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as Notification from "@point_of_sale/../tests/generic_helpers/notification_util";
import * as Offline from "@point_of_sale/../tests/generic_helpers/offline_util";
import * as Order from "@point_of_sale/../tests/generic_helpers/order_widget_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as PosLoyalty from "@pos_loyalty/../tests/tours/utils/pos_loyalty_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import * as TicketScreen from "@point_of_sale/../tests/pos/tours/utils/ticket_screen_util";
import * as PartnerList from "@point_of_sale/../tests/pos/tours/utils/partner_list_util";
import * as Membership from "@membership_loyalty_pos/../tests/tours/utils/membership_util";
import { inLeftSide } from "@point_of_sale/../tests/pos/tours/utils/common";
import { scan_barcode } from "@point_of_sale/../tests/generic_helpers/utils";
import { registry } from "@web/core/registry";

// Ada is a Gold member (double points) with 150 Stars and card 8000001234568; see tests/common_tours.py.
const CARD = "8000001234568";
const DIGITS = "4568";

const openTill = () => [Chrome.startPoS(), Dialog.confirm("Open Register")].flat();
const chooseAda = () =>
    [
        ProductScreen.clickPartnerButton(),
        ProductScreen.clickCustomer("Ada Member"),
        Membership.badgeIs("Gold", DIGITS, "Stars"),
    ].flat();
const pay = () =>
    [
        ProductScreen.clickPayButton(),
        PaymentScreen.clickPaymentMethod("Bank"),
        PaymentScreen.clickValidate(),
    ].flat();

// The balance has been read and counted once a reward is on offer.
const claim = (name) =>
    [PosLoyalty.isMoreControlButtonActive(true), PosLoyalty.claimReward(name)].flat();

function addTour(name, steps) {
    registry.category("web_tour.tours").add(name, { steps: () => steps().flat() });
}

addTour("MembershipEarnTour", () => [
    openTill(),
    ProductScreen.clickPartnerButton(),
    Membership.partnerLineShows("Ada Member", "Gold", DIGITS, "150 Stars"),
    ProductScreen.clickCustomer("Ada Member"),
    ProductScreen.clickDisplayedProduct("Shirt"),
    Membership.badgeIs("Gold", DIGITS, "150 Stars"),
    PosLoyalty.pointsAwardedAre("200"),
    PosLoyalty.pointsTotalIs("350"),
    pay(),
    ReceiptScreen.receiptIsThere(),
    Membership.receiptRowIs("card", "Member card", `•••• ${DIGITS}`),
    Membership.receiptRowIs("tier", "Tier", "Gold"),
    Membership.receiptRowIs("won", "Stars won", "200"),
    Membership.receiptRowIs("balance", "Stars balance", "350"),
    ReceiptScreen.clickNextOrder(),
    // Whoever is no member gets no account by buying.
    ProductScreen.clickPartnerButton(),
    ProductScreen.clickCustomer("Bob Nobody"),
    Membership.noBadge(),
    ProductScreen.clickDisplayedProduct("Shirt"),
    pay(),
    ReceiptScreen.receiptIsThere(),
    Membership.noMembershipOnReceipt(),
    ReceiptScreen.clickNextOrder(),
    // The balance that the server answered with is the till's balance now.
    ProductScreen.clickPartnerButton(),
    Membership.partnerLineShows("Ada Member", "Gold", DIGITS, "350 Stars"),
    ProductScreen.clickCustomer("Ada Member"),
    Membership.badgeIs("Gold", DIGITS, "350 Stars"),
    Chrome.endTour(),
]);

addTour("MembershipSpendRefusedTour", () => [
    openTill(),
    chooseAda(),
    ProductScreen.clickDisplayedProduct("Shirt"),
    claim("Five off"),
    PosLoyalty.hasRewardLine("Five off", "-5.00"),
    PosLoyalty.orderTotalIs("95.00"),
    pay(),
    Dialog.is({ title: "The balance cannot be spent" }),
    Dialog.bodyIs("Ada Member has 50 Stars"),
    Dialog.confirm("Ok"),
    // The order is still there, unpaid: without the reward it goes through.
    PaymentScreen.clickPaymentlineDelButton("Bank", "95.00"),
    PaymentScreen.clickBack(),
    PosLoyalty.removeRewardLine("Five off"),
    PosLoyalty.orderTotalIs("100.00"),
    pay(),
    ReceiptScreen.receiptIsThere(),
    Membership.receiptRowIs("won", "Stars won", "200"),
    Membership.receiptRowIs("balance", "Stars balance", "250"),
    ReceiptScreen.clickNextOrder(),
]);

addTour("MembershipRefundTour", () => [
    openTill(),
    chooseAda(),
    ProductScreen.clickDisplayedProduct("Shirt"),
    claim("Five off"),
    PosLoyalty.orderTotalIs("95.00"),
    pay(),
    ReceiptScreen.receiptIsThere(),
    Membership.receiptRowIs("won", "Stars won", "190"),
    Membership.receiptRowIs("spent", "Stars spent", "100"),
    Membership.receiptRowIs("balance", "Stars balance", "240"),
    ReceiptScreen.clickNextOrder(),
    ProductScreen.clickRefund(),
    TicketScreen.selectOrder("001"),
    inLeftSide(Order.hasLine({ productName: "Shirt", withClass: ".selected" })),
    ProductScreen.clickNumpad("1"),
    TicketScreen.toRefundTextContains("To Refund: 1"),
    TicketScreen.confirmRefund(),
    // Whoever paid 95 for 100 gets 95 back.
    Notification.has("Stars taken back: 190. Given back: 100."),
    PaymentScreen.isShown(),
    PaymentScreen.totalIs("-95.00"),
    PaymentScreen.clickPaymentMethod("Bank"),
    PaymentScreen.clickValidate(),
    ReceiptScreen.receiptIsThere(),
    Membership.receiptRowIs("won", "Stars taken back", "190"),
    Membership.receiptRowIs("spent", "Stars given back", "100"),
    Membership.receiptRowIs("balance", "Stars balance", "150"),
    ReceiptScreen.clickNextOrder(),
]);

addTour("MembershipCardTour", () => [
    openTill(),
    ProductScreen.clickDisplayedProduct("Shirt"),
    scan_barcode("8000009876543"), // frozen
    Dialog.is({ title: "Card not accepted" }),
    Dialog.bodyIs("frozen"),
    Dialog.confirm("Ok"),
    Membership.noBadge(),
    scan_barcode(CARD),
    PosLoyalty.customerIs("Ada Member"),
    Membership.badgeIs("Gold", DIGITS, "150 Stars"),
    // An article whose number looks like a card is still an article.
    scan_barcode("8000000000026"),
    ProductScreen.selectedOrderlineHas("Mug", "1"),
    PosLoyalty.customerIs("Ada Member"),
    // A card number that nobody has.
    scan_barcode("8000005555554"),
    Notification.has("8000005555554"),
    // Typing the number finds the member, whose line shows its last digits only.
    ProductScreen.clickPartnerButton(),
    PosLoyalty.unselectPartner(),
    Membership.noBadge(),
    ProductScreen.clickPartnerButton(),
    Membership.searchOnServer(CARD),
    Membership.partnerLineShows("Ada Member", "Gold", DIGITS, "150 Stars"),
    PartnerList.clickPartner("Ada Member"),
    Membership.badgeIs("Gold", DIGITS, "150 Stars"),
    Chrome.endTour(),
]);

addTour("MembershipGiftTour", () => [
    openTill(),
    chooseAda(),
    // The mug is a gift for 50 Stars: scanning and clicking it only sells it.
    scan_barcode("8000000000026"),
    ProductScreen.selectedOrderlineHas("Mug", "1", "8.00"),
    Membership.noRewardLine(),
    ProductScreen.clickDisplayedProduct("Mug"),
    ProductScreen.selectedOrderlineHas("Mug", "2", "16.00"),
    Membership.noRewardLine(),
    PosLoyalty.orderTotalIs("16.00"),
    // One click, one gift: of the two mugs one is free.
    claim("A mug"),
    PosLoyalty.hasRewardLine("A mug", "-8.00", "1"),
    PosLoyalty.orderTotalIs("8.00"),
    // Another change of the order does not make it two for the price of one.
    ProductScreen.clickDisplayedProduct("Shirt"),
    PosLoyalty.hasRewardLine("A mug", "-8.00", "1"),
    PosLoyalty.orderTotalIs("108.00"),
    pay(),
    ReceiptScreen.receiptIsThere(),
    Membership.receiptRowIs("won", "Stars won", "216"),
    Membership.receiptRowIs("spent", "Stars spent", "50"),
    Membership.receiptRowIs("balance", "Stars balance", "316"),
    ReceiptScreen.clickNextOrder(),
]);

addTour("MembershipOfflineTour", () => [
    openTill(),
    Offline.setOfflineMode(),
    chooseAda(),
    ProductScreen.clickDisplayedProduct("Shirt"),
    claim("Five off"),
    PosLoyalty.orderTotalIs("95.00"),
    pay(),
    Dialog.is({ title: "The balance cannot be spent" }),
    Dialog.bodyIs("The till is offline"),
    Dialog.confirm("Ok"),
    PaymentScreen.clickPaymentlineDelButton("Bank", "95.00"),
    PaymentScreen.clickBack(),
    PosLoyalty.removeRewardLine("Five off"),
    PosLoyalty.orderTotalIs("100.00"),
    pay(),
    ReceiptScreen.receiptIsThere(),
    Dialog.confirm("Continue with limited functionality"),
    Membership.receiptRowIs("won", "Stars won \\(estimate\\)", "200"),
    Membership.receiptRowIs("balance", "Stars balance \\(estimate\\)", "350"),
    Offline.setOnlineMode(),
    Membership.sendWhatWaits(),
    // The same receipt, now with what the server has posted.
    Membership.receiptRowIs("won", "Stars won", "200"),
    Membership.receiptRowIs("balance", "Stars balance", "350"),
    ReceiptScreen.clickNextOrder(),
]);

addTour("MembershipFreeUseTour", () => [
    openTill(),
    chooseAda(),
    ProductScreen.clickDisplayedProduct("Shirt"),
    claim("Free mug (2 left)"),
    PosLoyalty.orderTotalIs("100.00"),
    claim("Free mug (1 left)"),
    PosLoyalty.orderTotalIs("100.00"),
    inLeftSide(Order.hasLine({ productName: "Mug", quantity: "2" })),
    pay(),
    ReceiptScreen.receiptIsThere(),
    Membership.receiptRowIs("won", "Stars won", "200"),
    Membership.freeUseIs("Free mug", "2 of 2 used this month"),
    ReceiptScreen.clickNextOrder(),
    // Nothing is left to offer.
    chooseAda(),
    ProductScreen.clickDisplayedProduct("Shirt"),
    PosLoyalty.isMoreControlButtonActive(true),
    Membership.isNotOffered("Free mug"),
]);
