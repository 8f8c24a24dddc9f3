import { ResPartner } from "@point_of_sale/app/models/res_partner";
import { patch } from "@web/core/utils/patch";

patch(ResPartner.prototype, {
    /** The accounts that this customer uses, as far as the till has read them: the own one, else the family's. */
    get membershipAccounts() {
        const own = this.backLink("<-loyalty.card.partner_id") || [];
        const shared = this.backLink("<-loyalty.card.membership_holder_ids") || [];
        const accounts = new Map();
        for (const card of [...own, ...shared].filter((card) => card.isMembershipAccount)) {
            if (!accounts.has(card.program_id.id)) {
                accounts.set(card.program_id.id, card);
            }
        }
        return [...accounts.values()];
    },
});
