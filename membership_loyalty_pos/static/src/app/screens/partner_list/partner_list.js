import { PartnerList } from "@point_of_sale/app/screens/partner_list/partner_list";
import { patch } from "@web/core/utils/patch";
import "@pos_loyalty/app/screens/partner_list_screen/partner_list_screen"; // patched here: must come first

/**
 * The server finds members by the number of their card, which the till knows only in part: what it found stays in the
 * list although no text on the screen holds the number.
 */
patch(PartnerList.prototype, {
    setup() {
        super.setup(...arguments);
        this.state.foundByServer = {}; // query -> ids of customers
    },
    async getNewPartners() {
        const { query } = this.state;
        const partners = await super.getNewPartners(...arguments);
        if (query && partners.length) {
            const known = this.state.foundByServer[query] || [];
            this.state.foundByServer[query] = [...known, ...partners.map((partner) => partner.id)];
        }
        return partners;
    },
    getPartners(partners) {
        const shown = super.getPartners(...arguments);
        const found = this.state.foundByServer[this.state.query] || [];
        const ids = new Set(shown.map((partner) => partner.id));
        return [
            ...shown,
            ...partners.filter((partner) => found.includes(partner.id) && !ids.has(partner.id)),
        ];
    },
});
