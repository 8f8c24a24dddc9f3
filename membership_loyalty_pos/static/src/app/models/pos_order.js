import { PosOrder } from "@point_of_sale/app/models/pos_order";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import "@pos_loyalty/app/models/pos_order"; // patched here: must come first
import "@membership_loyalty_pos/app/models/pos_order_earning";

patch(PosOrder.prototype, {
    // ------------------------------------------------------------------ the member

    setPartner(partner) {
        super.setPartner(...arguments);
        // Whoever is chosen, even the same member again: the balance is read afresh.
        this.membershipReadFor = null;
        // Chosen by name until a card is read.
        this.membership_card_shown_id = 0;
    },
    /** The accounts of this order's customer, as far as the till has read them. */
    get membershipAccounts() {
        return this.getPartner()?.membershipAccounts || [];
    },
    getMembershipAccount(program) {
        return this.membershipAccounts.find((card) => card.program_id.id === program.id);
    },
    /** A membership is for its members: other customers earn nothing and get no account by buying. */
    _programIsApplicable(program) {
        if (program.is_membership && !this.getMembershipAccount(program)) {
            return false;
        }
        return super._programIsApplicable(...arguments);
    },

    // ------------------------------------------------------------------ points earned

    pointsForPrograms(programs) {
        const result = super.pointsForPrograms(programs.filter((p) => !p.is_membership));
        for (const program of programs.filter((p) => p.is_membership)) {
            const points = this.estimateMembershipPoints(program);
            result[program.id] = points ? [{ points }] : [];
        }
        return result;
    },
    /** The estimate is made on what is paid, free articles included: nothing is left to correct. */
    _getPointsCorrection(program) {
        return program.is_membership ? 0 : super._getPointsCorrection(...arguments);
    },

    // ------------------------------------------------------------------ points spent

    /** @returns {Map} account or wallet -> what the reward lines of this order spend from it */
    getMembershipSpent() {
        const spent = new Map();
        for (const line of this._get_reward_lines()) {
            const card = line.coupon_id;
            if (card?.isLedgerAccount && line.points_cost) {
                spent.set(card, (spent.get(card) || 0) + line.points_cost);
            }
        }
        return spent;
    },
    /** With points of earlier orders native offers as many gifts at once as the balance pays for: we offer one. */
    _computePotentialFreeProductQty(reward, product, remainingPoints) {
        if (!reward.program_id.is_membership) {
            return super._computePotentialFreeProductQty(...arguments);
        }
        return remainingPoints >= reward.required_points ? reward.reward_product_qty : 0;
    },
    /** Native keeps the cost of a claimed gift and forgets its quantity: 3 gifts for the price of 1. */
    _applyReward(reward, coupon_id, args = {}) {
        if (!reward.program_id.is_membership) {
            return super._applyReward(...arguments);
        }
        if (this.isRefund) {
            return _t("Points cannot be spent on a refund.");
        }
        if (reward.reward_type !== "product") {
            return super._applyReward(...arguments);
        }
        const cost = args.cost || reward.required_points;
        const times = reward.clear_wallet ? 1 : Math.round(cost / reward.required_points);
        const quantity = Math.min(args.quantity || Infinity, times * reward.reward_product_qty);
        return super._applyReward(reward, coupon_id, { ...args, cost, quantity });
    },

    // ------------------------------------------------------------------ what the member is told

    /** The server's figures as soon as it has posted the order, the till's own before. */
    getLoyaltyPoints() {
        const stats = super.getLoyaltyPoints(...arguments);
        const statements = this.membershipStatements.filter(
            (statement) => !statement.estimated && statement.program
        );
        const settled = new Set(statements.map((statement) => statement.program.id));
        return [
            ...stats.filter((stat) => !settled.has(stat.program.id)),
            ...statements.map(({ account, program, pointName, won, spent, balance }) => ({
                couponId: String(account?.id || `membership-${program.id}`),
                points: { won, spent, balance, total: balance, name: pointName, program },
                program,
            })),
        ];
    },
    /**
     * One statement per membership programme: card, tier, points won, spent and left.
     * `estimated` as long as the server has not posted the order.
     */
    get membershipStatements() {
        const posted = (this.membership_info || []).filter((info) => !info.is_wallet);
        if (posted.length) {
            return posted.map((info) => this._membershipStatement(info));
        }
        const spent = this.getMembershipSpent();
        return this.membershipAccounts.map((account) => {
            const won = this.estimateMembershipPoints(account.program_id);
            const used = spent.get(account) || 0;
            return {
                account,
                program: account.program_id,
                programName: account.program_id.name,
                pointName: account.membershipPointName,
                digits: account.program_id.points_digits || 0,
                number: account.membership_number,
                tier: account.tier_id?.name,
                color: account.tier_id?.color || 0,
                won,
                spent: used,
                balance: account.points + won - used,
                estimated: true,
            };
        });
    },
    _membershipStatement(info) {
        const program = this.models["loyalty.program"].get(info.program_id);
        return {
            program,
            account: program && this.getMembershipAccount(program),
            programName: info.program_name,
            pointName: info.point_name || _t("Points"),
            digits: program?.points_digits || 0,
            number: info.card_number,
            tier: info.tier_name,
            color: info.tier_color || 0,
            won: info.earned,
            spent: info.spent,
            balance: info.balance,
            freeUses: info.free_uses,
            explanation: info.explanation || [],
            estimated: false,
        };
    },
});
