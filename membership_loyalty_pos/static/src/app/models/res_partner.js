import { ResPartner } from "@point_of_sale/app/models/res_partner";
import { patch } from "@web/core/utils/patch";

patch(ResPartner.prototype, {
    /** The accounts of this customer in membership programmes, as far as the till has read them. */
    get membershipAccounts() {
        const cards = this.backLink("<-loyalty.card.partner_id") || [];
        return cards.filter((card) => card.isMembershipAccount);
    },
});
