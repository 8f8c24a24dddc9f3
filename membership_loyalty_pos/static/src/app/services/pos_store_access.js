import { PosStore } from "@point_of_sale/app/services/pos_store";
import { AlertDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import "@membership_loyalty_pos/app/services/pos_store"; // patched here: must come first

patch(PosStore.prototype, {
    async pay() {
        return this.refuseMembershipAccess(this.getOrder()) || super.pay(...arguments);
    },
    /** Say which articles are for others, if there are any; return whether. */
    refuseMembershipAccess(order) {
        const body = order?.membershipAccessRefusal;
        if (body) {
            this.dialog.add(AlertDialog, { title: _t("Not for this customer"), body });
        }
        return Boolean(body);
    },

    // ------------------------------------------------------------------ prices of the member day

    /** A session lasts longer than a day: the customer's price list is that of now, not that of its opening. */
    async refreshMembership(order) {
        const isNew = order?.membershipReadFor !== order?.getPartner()?.id;
        await super.refreshMembership(...arguments);
        if (isNew && this.membershipPrograms.some((program) => program.has_price_days)) {
            await this.refreshMemberPrices(order);
        }
    },
    async refreshMemberPrices(order) {
        const partner = order?.getPartner();
        if (!partner || order.finalized || !Number.isInteger(partner.id)) {
            return;
        }
        const pricelistId = () =>
            (partner.property_product_pricelist || order.config.pricelist_id)?.id;
        const before = pricelistId();
        await this.whenOnline(async () => {
            const [row] = await this.data.call(
                "res.partner",
                "read",
                [[partner.id], ["property_product_pricelist"]],
                { load: false }
            );
            // A price list that this till does not have is none here, as when the till is opened.
            const pricelist = this.models["product.pricelist"].get(row.property_product_pricelist);
            partner.update({ property_product_pricelist: pricelist || false });
        });
        // One that the cashier has chosen stays.
        const isUntouched =
            order.pricelist_id?.id === before && order.getPartner()?.id === partner.id;
        if (isUntouched && pricelistId() !== before) {
            order.updatePricelistAndFiscalPosition(partner);
        }
    },
});
