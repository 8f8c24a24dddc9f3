import { PosOrder } from "@point_of_sale/app/models/pos_order";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import "@pos_loyalty/app/models/pos_order"; // patched here: must come first
import { DISCOUNT, GOODS, earn } from "@membership_loyalty_pos/app/utils/earning";
import { applies, isMeant } from "@membership_loyalty_pos/app/utils/multipliers";
import { usablePoints } from "@membership_loyalty_pos/app/utils/redemption";

const { DateTime } = luxon;

// Points that a reward just being claimed may take: order -> points.
const usable = new WeakMap();

patch(PosOrder.prototype, {
    // ------------------------------------------------------------------ points earned

    /** What this order will earn, by the server's rules; the server's own figure replaces it once posted. */
    estimateMembershipPoints(program) {
        return earn(
            this.getMembershipEarningLines(),
            this._membershipRules(program),
            this._membershipFactors(program),
            {
                digits: program.points_digits || 0,
                method: program.points_rounding || "down",
                untaxed: program.earn_on === "excluded",
                stacking: program.earn_stacking || "best",
                factorCap: program.earn_factor_cap || 0,
                orderCap: program.earn_cap_order || 0,
            },
            this._membershipRates(program)
        ).points;
    },
    _membershipRules(program) {
        return program.rule_ids
            .filter((rule) => rule.mode === "auto")
            .map((rule) => ({
                mode: rule.reward_point_mode,
                rate: rule.reward_point_amount,
                products: rule.any_product ? null : rule.validProductIds,
                minimumQuantity: rule.minimum_qty,
                minimumAmount: rule.minimum_amount,
                minimumUntaxed: rule.minimum_amount_tax_mode === "excl",
            }));
    },
    /** The member's tier, and the multipliers that apply now. */
    _membershipFactors(program) {
        const account = this.getMembershipAccount(program);
        const tier = { factor: account?.tier_id?.multiplier || 1, products: null };
        const { celebrated, is_first: isFirst } = account?.membership_occasion || {};
        const day = DateTime.now().setZone(program.membership_tz || "UTC");
        const occasion = { day: day.toISODate(), tier: account?.tier_id?.id, celebrated, isFirst };
        return [
            tier,
            ...this.models["membership.multiplier"]
                .filter(
                    ({ program_id, till_conditions }) =>
                        program_id?.id === program.id && applies(till_conditions, occasion)
                )
                .map(({ factor, till_conditions }) => ({
                    factor,
                    products:
                        till_conditions.products &&
                        new Set(this._membershipMeant(till_conditions).map(({ id }) => id)),
                })),
        ];
    },
    /** How many times their points the articles of this order earn; the first line an article is in decides. */
    _membershipRates(program) {
        const rates = new Map();
        for (const line of program.membership_rates || []) {
            for (const product of this._membershipMeant(line)) {
                rates.set(product.id, rates.get(product.id) ?? line.rate);
            }
        }
        return rates;
    },
    _membershipMeant(condition) {
        return this.lines
            .map((line) => line.product_id)
            .filter((product) => isMeant(condition, product));
    },
    /** The lines that earn or lessen what is earned; the articles of a combo count as one line. */
    getMembershipEarningLines() {
        return this.lines
            .filter((line) => line.countsForMembership)
            .map((line) => ({
                product: line.product_id.id,
                quantity: line.getQuantity(),
                untaxed: line.combo_line_ids.length
                    ? line.comboTotalPriceWithoutTax
                    : line.prices.total_excluded,
                total: line.combo_line_ids.length
                    ? line.comboTotalPrice
                    : line.prices.total_included,
                role: line.getQuantity() > 0 && line.prices.total_included < 0 ? DISCOUNT : GOODS,
            }));
    },

    // ------------------------------------------------------------------ points spent

    /** What the goods of this order cost, tax included. */
    get membershipGoodsPrice() {
        return this.getMembershipEarningLines()
            .filter((line) => line.role === GOODS)
            .reduce((total, line) => total + line.total, 0);
    },
    /** What the rewards of an account take off the price, tax included; gifts are no payment. */
    getMembershipDiscount(card) {
        return -this._get_reward_lines()
            .filter(
                (line) =>
                    line.coupon_id?.id === card.id && line.reward_id?.reward_type === "discount"
            )
            .reduce((total, line) => total + line.prices.total_included, 0);
    },
    /** A discount by the point takes as many points as the programme's limits let it, not all there are. */
    _getRewardLineValuesDiscount({ reward, coupon_id }) {
        const points = this._membershipUsablePoints(reward, coupon_id);
        if (points === null) {
            return super._getRewardLineValuesDiscount(...arguments);
        }
        if (!points) {
            return _t("Fewer points could be spent on this order than may be spent at a time.");
        }
        usable.set(this, points);
        try {
            return super._getRewardLineValuesDiscount(...arguments);
        } finally {
            usable.delete(this);
        }
    },
    _getRealCouponPoints() {
        const points = super._getRealCouponPoints(...arguments);
        return usable.has(this) ? Math.min(points, usable.get(this)) : points;
    },
    /** @returns {number|null} null: the programme sets no limits */
    _membershipUsablePoints(reward, couponId) {
        const program = reward.program_id;
        const { redeem_minimum: minimum, redeem_step: step, redeem_max_share: share } = program;
        if (
            !program.is_membership ||
            reward.discount_mode !== "per_point" ||
            reward.clear_wallet ||
            !(minimum || step || share)
        ) {
            return null;
        }
        const spent = this.getMembershipDiscount({ id: couponId });
        const payable = share ? (this.membershipGoodsPrice * share) / 100 - spent : Infinity;
        return usablePoints(
            { minimum, step },
            {
                points: super._getRealCouponPoints(couponId),
                price: reward.discount,
                payable: Math.min(this.priceIncl, payable),
                required: reward.required_points,
            }
        );
    },
});
