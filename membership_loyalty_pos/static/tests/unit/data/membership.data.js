import { patch } from "@web/core/utils/patch";
import { models } from "@web/../tests/web_test_helpers";
import { hootPosModels } from "@point_of_sale/../tests/unit/data/generate_model_definitions";
import { PosOrderLine } from "@point_of_sale/../tests/unit/data/pos_order_line.data";
import { PosSession } from "@point_of_sale/../tests/unit/data/pos_session.data";
import { LoyaltyCard } from "@pos_loyalty/../tests/unit/data/loyalty_card.data";
import { LoyaltyProgram } from "@pos_loyalty/../tests/unit/data/loyalty_program.data";

// What the till reads of memberships. No records: the native tests run on the same data.

export class MembershipTier extends models.ServerModel {
    _name = "membership.tier";

    _load_pos_data_fields() {
        return ["name", "color", "multiplier", "program_id", "pricelist_id"];
    }
}

export class MembershipBenefit extends models.ServerModel {
    _name = "membership.benefit";

    _load_pos_data_fields() {
        return ["name", "program_id", "product_id"];
    }
}

export class MembershipMultiplier extends models.ServerModel {
    _name = "membership.multiplier";

    _load_pos_data_fields() {
        return ["name", "program_id", "factor", "till_conditions"];
    }
}

export class MembershipProductAccess extends models.ServerModel {
    _name = "membership.product.access";

    _load_pos_data_fields() {
        return ["program_id", "sentence", "till_conditions"];
    }
}

patch(hootPosModels, [
    ...hootPosModels,
    MembershipTier,
    MembershipBenefit,
    MembershipMultiplier,
    MembershipProductAccess,
]);

patch(PosOrderLine.prototype, {
    _load_pos_data_fields() {
        return [...super._load_pos_data_fields(), "membership_benefit_id"];
    },
});

patch(PosSession.prototype, {
    _load_pos_data_models() {
        return [
            ...super._load_pos_data_models(),
            "membership.tier",
            "membership.benefit",
            "membership.multiplier",
            "membership.product.access",
        ];
    },
});

patch(LoyaltyProgram.prototype, {
    _load_pos_data_fields() {
        return [
            ...super._load_pos_data_fields(),
            "is_membership",
            "is_stored_value",
            "wallet_limit",
            "offline_redeem_limit",
            "points_digits",
            "points_rounding",
            "membership_tz",
            "earn_on",
            "earn_stacking",
            "earn_factor_cap",
            "earn_cap_order",
            "redeem_minimum",
            "redeem_step",
            "redeem_max_share",
            "membership_rates",
            "has_price_days",
        ];
    },
});

patch(LoyaltyCard.prototype, {
    _load_pos_data_fields() {
        return [
            ...super._load_pos_data_fields(),
            "tier_id",
            "is_membership",
            "is_ledger_kept",
            "membership_number",
            "membership_free_uses",
            "membership_occasion",
            "membership_holder_ids",
        ];
    },
});
