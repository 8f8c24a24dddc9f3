import { Component } from "@odoo/owl";
import { shortNumber } from "@membership_loyalty_pos/app/utils/card_number";

/** Tier, masked card and, where there is room, balance of a member. The tier's colour repeats what its name says. */
export class MembershipBadge extends Component {
    static template = "membership_loyalty_pos.MembershipBadge";
    static props = {
        account: Object,
        showBalance: { type: Boolean, optional: true },
    };

    get tier() {
        return this.props.account.tier_id;
    }
    get tierClass() {
        return `o_tag_color_${(this.tier?.color || 0) % 12}`;
    }
    get number() {
        return shortNumber(this.props.account.membership_number);
    }
    get lastDigits() {
        return this.number.slice(-4);
    }
}
