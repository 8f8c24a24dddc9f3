from collections import defaultdict
from decimal import Decimal

from odoo import models

from odoo.addons.membership_loyalty.tools.rounding import to_decimal

from ..tools.returns import Sold, returned
from .pos_order import Half


class PosOrder(models.Model):
    """Goods that come back: points and rewards follow them, by what the ledger holds for the sale, not by today's
    rules, customer or prices."""

    _inherit = 'pos.order'

    def _membership_return_halves(self, key, is_exchange):
        """Return one Half for each sale that this order takes goods back of.

        :param is_exchange: whether the order sells, too: what it sells has the plain key then
        """
        back = defaultdict(dict)
        for line in self.lines.filtered(lambda line: line._membership_is_return()):
            origin = line.sudo().refunded_orderline_id
            quantities = back[self._membership_origin(origin)]
            quantities[origin] = quantities.get(origin, Decimal(0)) - to_decimal(line.qty)
        posted = self.env['membership.ledger.entry'].sudo()._posted([o._membership_key() for o in back])
        halves = []
        for origin, quantities in back.items():
            part = returned(self._membership_sold(origin, quantities))
            plain = not is_exchange and not halves
            half_key = key if plain else self._membership_return_key(key, origin._membership_key())
            half = self._membership_return_half(half_key, origin._membership_key(), part, posted)
            if half:
                halves.append(half)
        return halves

    def _membership_return_half(self, key, origin_key, part, posted):
        """Return the Half that takes back a part of a sale, or None when no member bought it.

        :param part: tools.returns.Returned
        :param posted: {(document key, card id, kind): points} of the sales
        """
        wanted = {}
        for (posted_key, card_id, kind), points in posted.items():
            if posted_key == origin_key:
                account = self.env['loyalty.card'].sudo().browse(card_id)
                program = account.program_id
                if program.is_stored_value:
                    continue  # money follows its own lines
                back = part.part(points, program.points_digits, program.points_rounding)
                if back:
                    wanted[account, kind] = -back
        purchases = self._membership_return_purchases(key, origin_key, part)
        return Half(key, wanted, (origin_key,), purchases) if wanted or purchases else None

    def _membership_return_purchases(self, key, origin_key, part):
        """Return the negative purchases: the part of what was paid, however much the till gave back."""
        if part.after == part.before:
            return []
        # The purchases of a document in further programmes have its key with a suffix.
        programs = self.env['loyalty.program'].sudo().search([('is_membership', '=', True)]).ids
        suffixes = ['', *(f'/{program_id}' for program_id in programs)]
        origins = self.env['membership.purchase'].sudo().search(
            [('document_key', 'in', [origin_key + suffix for suffix in suffixes])], order='id')
        return [{
            'document_key': key + origin.document_key.removeprefix(origin_key), 'card_id': origin.card_id.id,
            'is_refund': True, 'origin_key': origin.document_key,
            'membership_card_id': origin.membership_card_id.id or None,
            **{name: -float(part.part(to_decimal(origin[name]), origin.currency_id.decimal_places, 'half_up'))
               for name in ('amount_total', 'amount_untaxed', 'base_amount')},
        } for origin in origins]

    def _membership_origin(self, line):
        """Return the document that earned the points of a sold line: its order, or the quotation settled there."""
        quotation = line._membership_is_settled() and line.sale_order_origin_id
        return quotation if quotation and hasattr(quotation, '_membership_key') else line.order_id

    def _membership_sold(self, origin, quantities):
        """Return the tools.returns.Solds of all goods of a sale.

        :param origin: pos.order or sale.order
        :param quantities: {pos.order.line: quantity that this order takes back}
        """
        if origin._name == 'pos.order':
            paid_in = self.env['loyalty.rule']._membership_paid_in(origin.lines.product_id)
            return [
                Sold(to_decimal(line.qty), to_decimal(line.price_subtotal_incl),
                     to_decimal(line._membership_returned_before(self)), quantities.get(line, Decimal(0)))
                for line in origin.lines
                if not line.reward_id and line.product_id not in paid_in and line._membership_is_sold_here()]
        # Of a quotation the till knows the lines that were settled; the rest is one line that cannot come back here.
        settled = self.env['pos.order.line'].sudo().search([
            ('sale_order_origin_id', '=', origin.id), ('order_id.state', 'in', ('paid', 'done')), ('qty', '>', 0)])
        goods = origin.order_line.filtered(lambda line: not line.reward_id and not line.is_downpayment)
        rest = to_decimal(sum(goods.mapped('price_total'))) - to_decimal(sum(settled.mapped('price_subtotal_incl')))
        return [
            Sold(to_decimal(line.qty), to_decimal(line.price_subtotal_incl),
                 to_decimal(line._membership_returned_before(self)), quantities.get(line, Decimal(0)))
            for line in settled
        ] + [Sold(Decimal(1), max(rest, Decimal(0)), Decimal(0), Decimal(0))]

    def _membership_return_key(self, key, origin_key):
        return f'{key}:return:{origin_key}'

    def _membership_all_keys(self):
        """Return every key under which this order may stand in the ledger."""
        key = self._membership_key()
        origins = {self._membership_origin(line) for line in self.lines.sudo().refunded_orderline_id}
        keys = [key, self._wallet_key()]
        for origin in origins:
            keys.append(self._membership_return_key(key, origin._membership_key()))
            if origin._name == self._name:
                keys.append(self._membership_return_key(key, origin._wallet_key()))
        return keys

    # ------------------------------------------------------------------ what the till asks before it pays back

    def membership_refund_preview(self, quantities):
        """Tell the till what giving these goods back means, before the money is paid out.

        The share of the order's rewards is for the till to take off: whoever paid 95 for 100 gets 95 back.

        :param dict quantities: {id of a line of this order (text or number): quantity to take back, positive}
        :return: dict of points (list of account_id, program_name, point_name, earned_back and spent_back: points to be
            taken and to be given), reward_lines (list of line_id, quantity and amount in the order's currency, tax
            included: the part of each reward line to refund, amounts negative as on the line) and reward_amount
            (their sum)
        """
        self.ensure_one()
        self.check_access('read')
        order = self.sudo()
        wanted = {int(line_id): to_decimal(quantity) for line_id, quantity in quantities.items()}
        now = {line: wanted[line.id] for line in order.lines if wanted.get(line.id, 0) > 0}
        part = returned(order._membership_sold(order, now))
        key = order._membership_key()
        posted = self.env['membership.ledger.entry'].sudo()._posted([key])
        half = order._membership_return_half('preview', key, part, posted)
        reward_lines = order._membership_reward_parts(part)
        return {
            'points': self._membership_preview_points(half.wanted if half else {}),
            'reward_lines': reward_lines,
            'reward_amount': order.currency_id.round(sum(line['amount'] for line in reward_lines)),
        }

    def _membership_preview_points(self, wanted):
        by_account = defaultdict(lambda: {'earned_back': 0.0, 'spent_back': 0.0})
        for (account, kind, *_part), points in wanted.items():
            by_account[account]['earned_back' if kind == 'earn' else 'spent_back'] += abs(float(points))
        return [{
            'account_id': account.id,
            'program_name': account.program_id.name,
            'point_name': account.point_name,
            **points,
        } for account, points in by_account.items()]

    def _membership_reward_parts(self, part):
        """Return the part of each reward line, and of what a wallet paid, that belongs to the goods that come back."""
        parts = []
        for line in self.lines.filtered(
                lambda line: line.reward_id and (line._membership_is_reward() or line._wallet_is_payment())):
            total = to_decimal(line.price_subtotal_incl)
            done = line._membership_amount_returned_before(self)
            due = part._replace(before=Decimal(0)).part(total, self.currency_id.decimal_places, 'half_up')
            amount = due - to_decimal(self.currency_id.round(float(done)))
            if amount < 0:
                parts.append({
                    'line_id': line.id,
                    'quantity': float(to_decimal(line.qty) * amount / total),
                    'amount': float(amount),
                })
        return parts
