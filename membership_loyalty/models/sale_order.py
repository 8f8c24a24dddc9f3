from odoo import fields, models

from ..guard import held, muted, not_held
from ..tools.rounding import to_amount

# What, written on a confirmed order, may move points.
FOLLOWED = {'order_line', 'partner_id', 'state'}


class SaleOrder(models.Model):
    """Where native code would post points of members, or forget to, the order is handed to membership.document.

    What an order earns and spends is in sale_order_points.py.
    """

    _inherit = 'sale.order'

    membership_points = fields.Float(
        compute='_compute_membership_points', compute_sudo=True,
        groups='membership_loyalty.group_membership_auditor', help="Points this order has earned less those it spent.")
    membership_has_entries = fields.Boolean(
        compute='_compute_membership_points', compute_sudo=True, groups='membership_loyalty.group_membership_auditor')

    # ------------------------------------------------------------------ life of the order

    def action_confirm(self):
        self._membership_check_owner()
        self._membership_check_redemption()
        self._membership_check_balance(lock=False)
        return super(SaleOrder, held(self)).action_confirm()

    def _action_confirm(self):
        result = super()._action_confirm()
        orders = self.sudo()
        orders.membership_terms_ids.unlink()  # of an earlier confirmation, taken back by the cancellation since
        orders._membership_fix_terms()
        orders._membership_settle()
        return result

    def _action_cancel(self):
        # Native code deletes these as the salesman, who may not.
        self.sudo().coupon_point_ids.filtered(lambda points: points.coupon_id.is_ledger_kept).unlink()
        return super(SaleOrder, muted(self))._action_cancel()

    def write(self, vals):
        if not FOLLOWED & vals.keys():
            return super().write(vals)
        confirmed = self.filtered(lambda order: order.state == 'sale')
        result = super(SaleOrder, held(self)).write(vals)
        if 'partner_id' in vals:
            confirmed.sudo()._membership_fix_terms(late=True)
        not_held(confirmed).sudo()._membership_settle()
        return result

    def _membership_follow_edit(self):
        """Post what an edit of confirmed orders changed, unless a caller is still at it and posts when it is done."""
        not_held(self.filtered(lambda order: order.state == 'sale')).sudo()._membership_settle()

    # ------------------------------------------------------------------ rewards on quotations

    def _update_programs_and_rewards(self):
        self._membership_drop_foreign()
        self._membership_add_family()
        result = super(SaleOrder, held(self))._update_programs_and_rewards()
        self._membership_follow_edit()
        return result

    def _membership_drop_foreign(self):
        """Forget accounts of a former customer and of programmes that no longer apply: a salesman's rights do not
        suffice for native code to do it."""
        order = self.sudo()
        accounts = (order.applied_coupon_ids | order.coupon_point_ids.coupon_id).filtered('is_ledger_kept')
        foreign = accounts.filtered(lambda account: not order._membership_may_use(account) or not account.active)
        programs = accounts.program_id
        foreign |= accounts.filtered(
            lambda account: account.program_id not in programs.filtered_domain(order._get_program_domain()))
        if foreign:
            order.applied_coupon_ids -= foreign
            order.coupon_point_ids.filtered(lambda points: points.coupon_id in foreign).unlink()

    def _apply_program_reward(self, reward, coupon, **kwargs):
        before = self.order_line
        result = super(SaleOrder, held(self))._apply_program_reward(reward, coupon, **kwargs)
        refusal = self._membership_undo_claim(before)
        if refusal:
            return {'error': refusal}
        self._membership_follow_edit()
        return result

    def _get_reward_line_values(self, reward, coupon, **kwargs):
        values = super()._get_reward_line_values(reward, coupon, **kwargs)
        if coupon.is_membership and reward.discount_mode == 'per_point' and not reward.clear_wallet:
            for line in values:
                line['points_cost'] = reward._membership_round_cost(line['points_cost'])
        return values

    def _get_reward_values_product(self, reward, coupon, product=None, **kwargs):
        """One claim gives one gift; native code gives as many as the whole balance pays for."""
        values = super()._get_reward_values_product(reward, coupon, product=product, **kwargs)
        if coupon.is_membership and not reward.clear_wallet:
            for line in values:
                line.update(product_uom_qty=reward.reward_product_qty, points_cost=reward.required_points)
        return values

    def _get_real_points_for_coupon(self, coupon, post_confirm=False):
        if not coupon.is_ledger_kept:
            return super()._get_real_points_for_coupon(coupon, post_confirm=post_confirm)
        free = to_amount(coupon.points) + self._membership_spent(coupon)
        costs = self.order_line.filtered(lambda line: line.coupon_id == coupon).mapped('points_cost')
        return float(free - to_amount(sum(costs)))

    def _program_check_compute_points(self, programs):
        members = programs.filtered('is_membership')
        result = super()._program_check_compute_points(programs - members)
        accounts = members._membership_own_accounts(self.partner_id) if members else {}
        for program in members:
            account = accounts.get((program.id, self.partner_id.id))
            # Without an error native code would open an account for everybody who is sent a quotation.
            result[program] = {'points': [float(self._membership_points(account))]} if account else {
                'error': self.env._("%(customer)s is not a member.", customer=self.partner_id.display_name)}
        return result

    # ------------------------------------------------------------------ native posting, kept out

    def _get_point_changes(self):
        return {card: change for card, change in super()._get_point_changes().items() if not card.is_ledger_kept}

    def _add_points_for_coupon(self, coupon_points):
        return super(SaleOrder, muted(self))._add_points_for_coupon(coupon_points)

    def _add_loyalty_history_lines(self):
        return super(SaleOrder, muted(self))._add_loyalty_history_lines()

    def _update_loyalty_history(self, coupon_id, points):
        return None if coupon_id.is_ledger_kept else super()._update_loyalty_history(coupon_id, points)

    def _get_reward_coupons(self):
        """Leave accounts out: their card was sent at enrolment, not with every order."""
        return super()._get_reward_coupons().filtered(lambda card: not card.is_ledger_kept)

    # ------------------------------------------------------------------ screens

    def _compute_membership_points(self):
        posted = self.env['membership.ledger.entry']._posted_parts(self._membership_keys())
        for order in self:
            amounts = [(value_type, amount) for (key, _card, _kind, value_type), amount in posted.items()
                       if key == order._membership_key()]
            order.membership_points = float(sum(amount for value_type, amount in amounts if value_type == 'points'))
            order.membership_has_entries = bool(amounts)

    def _compute_loyalty_data(self):
        super()._compute_loyalty_data()
        shown = self.filtered('loyalty_data').sudo()
        posted = self.env['membership.ledger.entry']._posted_parts(shown._membership_keys())
        for order in shown:
            moved = {(card_id, kind): n for (key, card_id, kind, value_type), n in posted.items()
                     if key == order._membership_key() and value_type == 'points'}
            if moved:
                order.loyalty_data = {
                    'point_name': order.env['loyalty.card'].browse(next(iter(moved))[0]).point_name,
                    'issued': float(sum(n for (_card, kind), n in moved.items() if kind != 'redeem')),
                    'cost': float(-sum(n for (_card, kind), n in moved.items() if kind == 'redeem')),
                }

    def action_view_membership_entries(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'membership.ledger.entry',
            'view_mode': 'list,form',
            'domain': [('document_key', '=', self._membership_key())],
            'context': {'create': False},
            'name': self.env._("Points"),
        }
