from decimal import Decimal

from odoo import models
from odoo.exceptions import ValidationError

from ..tools.refund import refund_share
from ..tools.rounding import to_amount, to_decimal
from ..tools.stored_value import BONUS, MONEY
from .loyalty_program_top_up import TopUp


class SaleOrder(models.Model):
    """Stored value on a sale order: filled by its top-up articles, spent by native reward lines.

    What a credit note gives back of a line comes back to the wallet, or goes out of it: the wallet follows the money.
    """

    _inherit = 'sale.order'

    # ------------------------------------------------------------------ reading

    def _wallet_lines(self):
        """Return {top-up line: programme} of this order."""
        lines = self.order_line.filtered(
            lambda line: line.product_id and not line.reward_id and not line.display_type and line.product_uom_qty > 0)
        programs = self.env['loyalty.program']._stored_value_of(lines.product_id)
        return {line: programs[line.product_id] for line in lines if line.product_id in programs}

    def _wallet_top_ups(self):
        """Return the TopUps of this order, less what credit notes gave back."""
        top_ups = []
        for line, program in self._wallet_lines().items():
            total = to_decimal(line.price_total)
            left = total - refund_share(total, total, self._wallet_credited(line), 2, 'half_up')
            if left > 0:
                top_ups.append(TopUp(
                    program, self.env['membership.top.up.package']._of(line.product_id),
                    to_decimal(line.product_uom_qty) * left / total, left * self._membership_rate(program)))
        return top_ups

    def _wallet_credited(self, lines):
        """Return what posted credit notes gave back of these lines, in the order's currency and with their sign."""
        total = Decimal(0)
        for note in self._membership_credit_notes().filtered(lambda move: move.state == 'posted'):
            credited = note.invoice_line_ids.filtered(lambda line: line.sale_line_ids & lines)
            total += to_decimal(note.currency_id._convert(
                sum(credited.mapped('price_total')), self.currency_id, self.company_id, note.invoice_date or note.date))
        return total

    def _wallet_spend(self, wallet, cost):
        """Return what this order takes from a wallet, less what credit notes brought back to it."""
        lines = self.order_line.filtered(lambda line: line.coupon_id == wallet and line.reward_id)
        paid = -to_decimal(sum(lines.mapped('price_total')))
        return cost - refund_share(cost, paid, -self._wallet_credited(lines), 2, 'half_up')

    def _membership_wanted(self):
        wanted = super()._membership_wanted()
        if self.state == 'sale':
            wanted.update(self.env['loyalty.program']._top_up_wanted(self.partner_id, self._wallet_top_ups()))
        return {
            (card, kind, *(value_type or ([MONEY] if kind == 'spend' else []))): amount
            for (card, kind, *value_type), amount in wanted.items()}

    def _membership_instalments(self, card, kind, value_type):
        if kind != 'top_up' or value_type != BONUS:
            return super()._membership_instalments(card, kind, value_type)
        day = card.program_id._membership_date(self._membership_place()['occurred_at'])
        return self.env['loyalty.program']._top_up_instalments(card, self._wallet_top_ups(), day)

    def _membership_until(self, card, kind, value_type):
        if kind != 'top_up' or value_type != BONUS:
            return super()._membership_until(card, kind, value_type)
        day = card.program_id._membership_date(self._membership_place()['occurred_at'])
        return self.env['loyalty.program']._top_up_bonus_until(card, self._wallet_top_ups(), day)

    # ------------------------------------------------------------------ checks and benefits

    def _wallet_check(self):
        """Refuse what a wallet must not do: pay for a top-up, or hold more than the programme's limit."""
        for order in self if not self._membership_may_overdraw() else ():
            order._wallet_check_own_top_up()
            by_program = {}
            for top_up in order._wallet_top_ups():
                by_program[top_up.program] = by_program.get(top_up.program, Decimal(0)) + top_up.paid
            for program, paid in by_program.items():
                order._wallet_check_limit(program._open_wallet(order.partner_id), to_amount(paid))

    def _wallet_check_own_top_up(self):
        spent = self.order_line.filtered(lambda line: line.reward_id.program_id.is_stored_value)
        goods = self.order_line - spent - self.order_line.filtered(
            lambda line: line.product_id.membership_is_paid_in and not line.reward_id)
        if spent and -to_decimal(sum(spent.mapped('price_total'))) > to_decimal(sum(goods.mapped('price_total'))):
            raise ValidationError(self.env._(
                "%(order)s: a wallet does not pay for a top-up or a gift card. Take the payment from stored value off, "
                "and add it again for the other articles.", order=self.name))

    def _wallet_check_limit(self, wallet, paid):
        room = wallet._wallet_room()
        key = (self._membership_key(), wallet.id, 'top_up', 'principal')
        more = paid - self.env['membership.ledger.entry'].sudo()._posted_parts([key[0]]).get(key, Decimal(0))
        if room is not None and more > max(room, 0):
            raise ValidationError(self.env._(
                "%(order)s: the wallet of %(customer)s may hold %(room)s more, this top-up brings %(paid)s.",
                order=self.name, customer=self.partner_id.display_name,
                room=wallet._format_points(float(max(room, 0))), paid=wallet._format_points(float(more))))

    def _membership_concerned(self):
        """Return the orders that move points or money, or did: members' orders, rewards, top-ups."""
        concerned = self.filtered(
            lambda order: order.membership_terms_ids or order._membership_rewards() or order._wallet_lines())
        others = self - concerned
        posted = {key for key, *_rest in self.env['membership.ledger.entry'].sudo()._posted(others._membership_keys())}
        return concerned | others.filtered(lambda order: order._membership_key() in posted)

    def _membership_post(self):
        entries = super()._membership_post()
        for order in self:
            top_ups = order._wallet_top_ups() if order.state == 'sale' else []
            if top_ups or entries.filtered(lambda entry: entry.kind == 'top_up'):
                self.env['loyalty.program']._top_up_benefits(order._membership_key(), order.partner_id, top_ups)
        return entries

    # ------------------------------------------------------------------ quotations

    def _discountable_order(self, reward):
        discountable, per_tax = super()._discountable_order(reward)
        if reward.program_id.is_stored_value:
            paid_in = self.order_line.filtered(
                lambda line: line.product_id.membership_is_paid_in and not line.reward_id)
            discountable = max(0, discountable - sum(paid_in.mapped('price_total')))
        return discountable, per_tax

    def _get_claimable_rewards(self, forced_coupons=None):
        """Offer no payment from a wallet where there is nothing it may pay for."""
        rewards = super()._get_claimable_rewards(forced_coupons=forced_coupons)
        for wallet in [card for card in rewards if card.is_stored_value]:
            if self.currency_id.compare_amounts(self._discountable_order(rewards[wallet][:1])[0], 0) <= 0:
                del rewards[wallet]
        return rewards

    def _program_check_compute_points(self, programs):
        stored = programs.filtered('is_stored_value')
        result = super()._program_check_compute_points(programs - stored)
        wallets = stored._wallets(self.partner_id) if stored else {}
        for program in stored:
            paid = sum((top_up.paid for top_up in self.sudo()._wallet_top_ups() if top_up.program == program), 0)
            # Without an error native code would open a wallet for everybody who is sent a quotation.
            result[program] = {'points': [float(paid)]} if (program.id, self.partner_id.id) in wallets else {
                'error': self.env._("%(customer)s has no wallet.", customer=self.partner_id.display_name)}
        return result
