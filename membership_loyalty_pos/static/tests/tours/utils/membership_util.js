/* global posmodel */

import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import { negate, run } from "@point_of_sale/../tests/generic_helpers/utils";

/** The strip above the customer's points in the order: tier, last digits of the card, balance. */
export function badgeIs(tier, digits, balance) {
    return [
        {
            content: `the order shows a ${tier} member with ${balance}`,
            trigger: `.membership-strip:has(.membership-tier:contains("${tier}")):has(.membership-number:contains("${digits}")) .membership-balance:contains("${balance}")`,
        },
    ];
}
export function noBadge() {
    return [{ content: "the order shows no member", trigger: negate(".membership-strip") }];
}
export function partnerLineShows(name, tier, digits, balance) {
    return [
        {
            content: `${name} is in the list as ${tier} member`,
            trigger: `.partner-list .partner-info:contains("${name}"):has(.membership-tier:contains("${tier}")):has(.membership-number:contains("${digits}")):contains("${balance}")`,
        },
    ];
}
/** Type into the search of the customer list and press Enter: the server looks, too. */
export function searchOnServer(text) {
    return [
        {
            content: `search for ${text}`,
            trigger: ".modal-dialog .input-group input",
            run: `edit ${text}`,
        },
        {
            content: "the list has followed the text",
            trigger: ".partner-list :contains('No customers found')",
        },
        {
            content: "press Enter",
            trigger: ".modal-dialog .input-group input",
            run: "press Enter",
        },
    ];
}
export function receiptRowIs(key, label, value) {
    return [
        {
            content: `receipt: ${label} ${value}`,
            trigger: `.pos-receipt .membership-receipt [data-row="${key}"]:has(span:contains(/^${label}$/)):has(span:contains(/^${value}$/))`,
        },
    ];
}
export function noMembershipOnReceipt() {
    return [
        {
            content: "the receipt does not speak of a membership",
            trigger: `.pos-receipt:not(:has(.membership-receipt))`,
        },
    ];
}
export function noRewardLine() {
    return [{ content: "no reward was claimed", trigger: negate(".orderline.fst-italic") }];
}
/** Tell the till to look for the server at once instead of in two seconds, and send what waits. */
export function sendWhatWaits() {
    return run(async () => {
        await posmodel.data.checkConnectivity();
        await posmodel.syncAllOrders();
    }, "orders that wait are sent");
}
export function freeUseIs(name, value) {
    return [
        {
            content: `receipt: ${name} ${value}`,
            trigger: `.pos-receipt [data-row^="free-use"]:has(span:contains(/^${name}$/)):has(span:contains(/^${value}$/))`,
        },
    ];
}
/** The rewards button offers something, but not this. */
export function isNotOffered(name) {
    return [
        ...ProductScreen.clickControlButton("Reward"),
        {
            content: `${name} is not offered`,
            trigger: `.modal-body:has(.selection-item):not(:has(.selection-item:contains("${name}")))`,
        },
    ];
}
