import { PosStore } from "@point_of_sale/app/services/pos_store";
import { SelectionPopup } from "@point_of_sale/app/components/popups/selection_popup/selection_popup";
import { makeAwaitable } from "@point_of_sale/app/utils/make_awaitable_dialog";
import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { patch } from "@web/core/utils/patch";
import "@pos_loyalty/app/services/pos_store"; // patched here: must come first
import { isCardCode } from "@membership_loyalty_pos/app/utils/card_number";

// Members shown in the customer list as soon as the till is open; the others come with their search.
const MEMBERS_AT_START = 1000;

patch(PosStore.prototype, {
    get membershipPrograms() {
        return this.models["loyalty.program"].filter((program) => program.is_membership);
    },

    /** The programmes whose balances the server keeps in its ledger: memberships and stored value. */
    get ledgerPrograms() {
        return this.models["loyalty.program"].filter(
            (program) => program.is_membership || program.is_stored_value
        );
    },

    // ------------------------------------------------------------------ accounts

    async processServerData() {
        await super.processServerData(...arguments);
        const partners = this.models["res.partner"].getAll().slice(0, MEMBERS_AT_START);
        this.whenOnline(() => this.loadMembershipAccounts(partners));
    },
    /** Run something that may fail for want of a connection, which is no error here. */
    async whenOnline(callback) {
        if (this.data.network.offline) {
            return false;
        }
        try {
            await callback();
            return true;
        } catch (error) {
            if (error instanceof ConnectionLostError) {
                return false;
            }
            throw error;
        }
    },
    /** Read the accounts and wallets of these customers from the server, with their balances. */
    async loadMembershipAccounts(partners) {
        const programs = this.ledgerPrograms.map((program) => program.id);
        const ids = partners.map((partner) => partner.id).filter(Number.isInteger);
        if (programs.length && ids.length) {
            await this.fetchCoupons(
                [
                    ["program_id", "in", programs],
                    ["membership_user_ids", "in", ids],
                ],
                null
            );
        }
    },
    /** A family member has no account to be opened: the family's is used. */
    async fetchLoyaltyCard(programId, partnerId) {
        const partner = this.models["res.partner"].get(partnerId);
        const account = partner?.membershipAccounts.find(
            (card) => card.program_id.id === programId
        );
        return account || super.fetchLoyaltyCard(...arguments);
    },
    getLoyaltyCards(partner) {
        return [
            ...new Set([...super.getLoyaltyCards(...arguments), ...partner.membershipAccounts]),
        ];
    },
    async _updatePrograms() {
        await this.refreshMembership(this.getOrder());
        return super._updatePrograms(...arguments);
    },
    /** Before points are counted: read the account of a customer who was just chosen. */
    async refreshMembership(order) {
        const partner = order?.getPartner();
        if (!partner || order.finalized || order.membershipReadFor === partner.id) {
            return;
        }
        if (await this.whenOnline(() => this.loadMembershipAccounts([partner]))) {
            order.membershipReadFor = partner.id;
        }
    },

    // ------------------------------------------------------------------ cards

    async activateCode(code) {
        if (this.membershipPrograms.length && (await this.identifyMember(code))) {
            return true;
        }
        try {
            return await super.activateCode(...arguments);
        } catch (error) {
            if (error instanceof ConnectionLostError && isCardCode(code)) {
                return _t(
                    "The till is offline and cannot read this card. Choose the member by name."
                );
            }
            throw error;
        }
    },
    /**
     * Make the holder of a card the customer of the order, or say why the card does not count.
     *
     * @param {string} code number or token of a card, scanned or typed
     * @returns {Promise<boolean>} whether the code was a member's card
     */
    async identifyMember(code) {
        let answer;
        const online = await this.whenOnline(async () => {
            answer = await this.data.call("loyalty.card", "membership_identify", [
                code,
                this.config.id,
            ]);
        });
        if (!online) {
            return this.identifyMemberOffline(code);
        }
        if (!answer || answer.status === "unknown") {
            return false;
        }
        if (answer.status !== "active") {
            this.dialog.add(AlertDialog, { title: _t("Card not accepted"), body: answer.message });
            return true;
        }
        const data = { "res.partner": answer.partner, "loyalty.card": answer.account };
        this.models.connectNewData(await this.data.missingRecursive(data));
        this.setMember(this.models["res.partner"].get(answer.partner[0].id));
        this.getOrder().membership_card_shown_id = answer.card || 0;
        return true;
    },
    identifyMemberOffline(code) {
        const partner = this.models["res.partner"].getBy("barcode", code);
        if (partner) {
            this.setMember(partner);
        }
        return Boolean(partner);
    },
    setMember(partner) {
        this.setPartnerToCurrentOrder(partner);
        this.updateRewards();
    },

    // ------------------------------------------------------------------ gifts

    /** Adding an article that happens to be a gift never spends a member's points: these rewards are for a click. */
    getPotentialFreeProductRewards() {
        return super
            .getPotentialFreeProductRewards(...arguments)
            .filter(({ reward }) => !reward.program_id.is_membership);
    },
    getMembershipGifts() {
        return super
            .getPotentialFreeProductRewards(...arguments)
            .filter(({ reward }) => reward.program_id.is_membership);
    },
    /** One click, one gift: the article is put into the order unless it is there already. */
    async claimMembershipGift(reward, couponId) {
        const order = this.getOrder();
        const product = await this.chooseGift(reward);
        if (!product) {
            return false;
        }
        const unclaimed = order._computeUnclaimedFreeProductQty(
            reward,
            couponId,
            product,
            Infinity
        );
        const missing = reward.reward_product_qty - Math.max(0, unclaimed);
        if (missing > 0) {
            const vals = { product_id: product, product_tmpl_id: product.product_tmpl_id };
            await this.addLineToCurrentOrder({ ...vals, qty: missing }, {});
        }
        const result = order._applyReward(reward, couponId, { product });
        if (result !== true) {
            this.notification.add(result, { type: "danger" });
        }
        this.updateRewards();
        return result;
    },
    async chooseGift(reward) {
        if (!reward.multi_product) {
            return reward.reward_product_ids[0];
        }
        return makeAwaitable(this.dialog, SelectionPopup, {
            title: _t("Which gift does the member choose?"),
            list: reward.reward_product_ids.map((product) => ({
                id: product.id,
                label: product.display_name,
                item: product,
            })),
        });
    },

    // ------------------------------------------------------------------ after payment

    /** The server posts points and stored value with the order itself and answers with the balance: no second call. */
    async postProcessLoyalty(order) {
        const ours = new Set(this.ledgerPrograms.map((program) => program.id));
        const changes = Object.values(order.uiState.couponPointChanges);
        const onlyOurs =
            changes.every((change) => ours.has(change.program_id)) &&
            order._get_reward_lines().every((line) => ours.has(line.reward_id.program_id.id));
        if (!onlyOurs) {
            return super.postProcessLoyalty(...arguments);
        }
        // The till invents a card for a customer who had none; the server's answer has brought the real one.
        for (const { coupon_id } of changes.filter((change) => change.coupon_id < 0)) {
            this.models["loyalty.card"].get(coupon_id)?.delete();
        }
    },
});
