from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.rounding import to_amount, to_decimal


class SaleOrder(models.Model):
    """What limits the earning and spending of an order, and how its points are explained."""

    _inherit = 'sale.order'

    membership_explanation = fields.Html(
        string="Points explained", compute='_compute_membership_explanation', compute_sudo=True,
        groups='membership_loyalty.group_membership_auditor,sales_team.group_sale_salesman')

    # ------------------------------------------------------------------ earned

    def _membership_terms_today(self, account):
        """Return the tools.terms.Terms of this order for a member: by today's rules, on the day it is (confirmed)."""
        moment = self.date_order if self.state == 'sale' else fields.Datetime.now()
        occasion = account._membership_occasion(moment, 'sale', key=self._membership_key())
        return account.program_id._membership_terms(self.order_line.product_id, account.tier_id, occasion)

    def _membership_is_limited(self):
        return any(
            Decimal(terms.rules.get(limit, 0)) for terms in self.membership_terms_ids
            for limit in ('day_cap', 'month_cap'))

    def _compute_membership_explanation(self):
        for order in self:
            keys = list(order._membership_purchase_keys().values()) if order.state == 'sale' else []
            purchases = self.env['membership.purchase'].search([('document_key', 'in', keys)]) if keys else []
            order.membership_explanation = purchases and purchases._membership_explanation_html()

    # ------------------------------------------------------------------ spent

    def _membership_goods_price(self):
        """Return what the goods of the order cost, tax included, Decimal in the order's currency."""
        goods = self.order_line.filtered(lambda line: line._membership_is_goods())
        return to_decimal(sum(goods.mapped('price_total')))

    def _membership_redeemed(self):
        """Return {account: (points, discount)} that the rewards of this order take, the discount in its currency."""
        redeemed = {}
        for (reward, account, _code), lines in self._membership_rewards().items():
            points, discount = redeemed.get(account, (0, 0))
            points += to_amount(sum(lines.mapped('points_cost')))
            if reward.reward_type == 'discount':
                discount -= to_decimal(sum(lines.mapped('price_total')))
            redeemed[account] = points, discount
        return redeemed

    def _membership_redemption_refusal(self):
        """Return why the points of this order may not be spent like this, or an empty string."""
        for account, (points, discount) in self._membership_redeemed().items():
            if points <= self._membership_spent(account):
                continue
            refusal = account.program_id._membership_redemption_refusal(
                points, to_decimal(discount), self._membership_goods_price(), self.currency_id)
            if refusal:
                return refusal
        return ''

    def _membership_check_redemption(self):
        """Refuse orders that spend points against the programme's minimum, step or share.

        A confirmed order that spends no more than before is not looked at again: the limits may have changed since.
        """
        for order in self.sudo():
            refusal = '' if order._membership_may_overdraw() else order._membership_redemption_refusal()
            if refusal:
                raise ValidationError(self.env._("%(order)s: %(refusal)s", order=order.name, refusal=refusal))

    def _membership_undo_claim(self, before):
        """Take a reward off again that was just claimed against the programme's limits.

        :param before: sale.order.line records before the claim
        :return: why, or an empty string
        """
        claimed = (self.order_line - before).filtered(lambda line: line.coupon_id.is_membership)
        refusal = self.sudo()._membership_redemption_refusal() if claimed else ''
        if refusal:
            claimed.unlink()
        return refusal

    def _get_reward_values_discount(self, reward, coupon, **kwargs):
        """A discount by the point takes as many points as the programme's limits let it, not all there are."""
        if not coupon.is_membership or reward.discount_mode != 'per_point' or reward.clear_wallet:
            return super()._get_reward_values_discount(reward, coupon, **kwargs)
        usable = self.sudo()._membership_usable(reward, coupon)
        order = self if usable is None else self.with_context(membership_usable=float(usable))
        return super(SaleOrder, order)._get_reward_values_discount(reward, coupon, **kwargs)

    def _get_real_points_for_coupon(self, coupon, post_confirm=False):
        points = super()._get_real_points_for_coupon(coupon, post_confirm=post_confirm)
        usable = self.env.context.get('membership_usable')
        return min(points, usable) if usable is not None and coupon.is_membership else points

    def _membership_usable(self, reward, account):
        """Return how many points a discount by the point may take of an account, or None when nothing limits it.

        :raise UserError: when fewer points could be spent than the programme lets spend at a time
        """
        program = reward.program_id
        policy = program._membership_redemption_policy()
        if not any(policy):
            return None
        payable, (_points, spent) = to_decimal(self.amount_total), self._membership_redeemed().get(account, (0, 0))
        if policy.max_share:
            payable = min(payable, policy.payable(self._membership_goods_price()) - spent)
        usable = policy.usable(
            to_decimal(self._get_real_points_for_coupon(account)), to_decimal(reward.discount),
            payable * self._membership_rate(program), to_decimal(reward.required_points))
        if not usable:
            raise UserError(self.env._(
                "%(member)s cannot spend points on this order. %(limits)s", member=account.partner_id.name,
                limits=' '.join(program._membership_redemption_sentences())))
        return usable
