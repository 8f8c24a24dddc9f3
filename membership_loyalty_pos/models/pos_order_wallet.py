from decimal import Decimal

from odoo import models
from odoo.tools import SQL

from odoo.addons.membership_loyalty.models.loyalty_program_top_up import TopUp
from odoo.addons.membership_loyalty.tools.rounding import round_points, to_amount, to_decimal
from odoo.addons.membership_loyalty.tools.stored_value import BONUS, MONEY, PRINCIPAL

from .pos_order import Half


class PosOrder(models.Model):
    """Stored value at the till: filled by top-up articles, spent by native reward lines, and given back with them.

    Money has keys of its own beside those of points: an order that nobody earned on can still be claimed.
    """

    _inherit = 'pos.order'

    def _wallet_key(self):
        return f'{self._membership_key()}:money'

    def _wallet_halves(self, programs):
        """Return the (order, Half) pairs of these orders that move money and are not posted yet.

        :param programs: {top-up product: programme}
        """
        halves = [(order, half) for order in self for half in (
            *order._wallet_sale_halves(programs), *order._wallet_return_halves(programs))]
        posted = {key for key, *_rest in self.env['membership.ledger.entry'].sudo()._posted(
            [half.key for _order, half in halves])}
        return [(order, half) for order, half in halves if half.key not in posted]

    # ------------------------------------------------------------------ what is sold

    def _wallet_top_ups(self, programs=None):
        """Return the TopUps of this order.

        :param programs: {top-up product: programme}, where it is known already
        """
        if programs is None:
            programs = self.env['loyalty.program']._stored_value_of(self.lines.product_id)
        if not programs:
            return []
        share = self._membership_paid_share()
        packages = self.env['membership.top.up.package']
        # The money of goods that come back may go into the wallet by any top-up article: that earns no bonus.
        is_exchange = any(line._membership_is_return() for line in self.lines)
        return [
            TopUp(
                programs[line.product_id], packages if is_exchange else packages._of(line.product_id),
                to_decimal(line.qty), self._membership_convert(
                    to_decimal(line.price_subtotal_incl) * share, programs[line.product_id]))
            for line in self.lines if line.product_id in programs and line._wallet_is_top_up()]

    def _wallet_sale_halves(self, programs):
        payments = self.lines.filtered(lambda line: line.reward_id and line._wallet_is_payment())
        top_ups = [top_up for top_up in self._wallet_top_ups(programs)
                   if self.partner_id and top_up.program._membership_belongs_to(self.company_id)]
        if not payments and not top_ups:
            return []
        wanted = self.env['loyalty.program']._top_up_wanted(self.partner_id, top_ups)
        claims = self._membership_claims(self._wallet_accounts(), payments) if payments else []
        for claim in claims:
            if claim.account and claim.points:
                spent = wanted.get((claim.account, 'spend', MONEY), Decimal(0))
                wanted[claim.account, 'spend', MONEY] = spent - claim.points
        return [Half(self._wallet_key(), wanted, claims=claims)]

    def _wallet_accounts(self):
        """Return {programme: wallet} of the order's customer, in programmes of the order's company."""
        programs = self.env['loyalty.program'].sudo().search([('is_stored_value', '=', True)])
        return {wallet.program_id: wallet for wallet in programs._wallets(self.partner_id).values()
                if wallet.program_id._membership_belongs_to(self.company_id)}

    def _membership_instalments(self, card, kind, value_type):
        if kind != 'top_up' or value_type != BONUS:
            return super()._membership_instalments(card, kind, value_type)
        return self.env['loyalty.program']._top_up_instalments(
            card, self._wallet_top_ups(), card.program_id._membership_date(self._membership_moment()))

    def _membership_until(self, card, kind, value_type):
        if kind != 'top_up' or value_type != BONUS:
            return super()._membership_until(card, kind, value_type)
        return self.env['loyalty.program']._top_up_bonus_until(
            card, self._wallet_top_ups(), card.program_id._membership_date(self._membership_moment()))

    # ------------------------------------------------------------------ what comes back

    def _wallet_return_halves(self, programs):
        """Return one Half for each sale whose payment comes back to the wallet, or whose top-up goes out of it."""
        halves = {}
        for line in self.lines.filtered(lambda line: line._membership_is_return()):
            sold = line.sudo().refunded_orderline_id
            if not sold.reward_id.program_id.is_stored_value and sold.product_id not in programs:
                continue
            origin = self._membership_origin(sold)
            origin_key = origin._wallet_key() if origin._name == self._name else origin._membership_key()
            half = halves.setdefault(origin, Half(f'{self._membership_return_key(self._membership_key(), origin_key)}',
                                                  {}, (origin_key,)))
            moves = self._wallet_payment_back(line, sold) if sold.reward_id else self._wallet_top_up_back(
                line, programs[sold.product_id], origin_key)
            for move, amount in moves.items():
                half.wanted[move] = half.wanted.get(move, Decimal(0)) + amount
        return [half for half in halves.values() if any(half.wanted.values())]

    def _wallet_payment_back(self, line, sold):
        """Return what a payment that is taken back brings to the wallet it came from: never more than it took."""
        wallet = sold.coupon_id.sudo()
        left = sold._membership_amount_returned_before(self) - to_decimal(sold.price_subtotal_incl)
        back = max(min(to_decimal(line.price_subtotal_incl), left), Decimal(0))
        amount = to_amount(self._membership_convert(back, wallet.program_id)) if wallet else Decimal(0)
        return {(wallet, 'spend', MONEY): amount} if wallet.is_stored_value and amount else {}

    def _wallet_top_up_back(self, line, program, origin_key):
        """Return what a returned top-up takes out of its wallet: what is left of its principal, up to the money paid
        out, and its bonus in proportion."""
        paid_out = to_amount(self._membership_convert(-to_decimal(line.price_subtotal_incl), program))
        lot = {(card_id, part): (amount, left) for card_id, part, amount, left in self._wallet_lot(origin_key)}
        whole, left = next((figures for (_card, part), figures in lot.items() if part == PRINCIPAL), (Decimal(0), None))
        moves = {}
        for (card_id, part), (amount, rest) in lot.items() if whole else ():
            card = self.env['loyalty.card'].sudo().browse(card_id)
            if part == PRINCIPAL:
                moves[card, 'top_up', part] = -min(paid_out, left)
            elif part == BONUS:
                moves[card, 'top_up', part] = -rest if paid_out >= left else -min(
                    to_amount(amount * paid_out / whole), rest)
            else:
                points = round_points(amount * min(paid_out, whole) / whole, card.program_id.points_digits)
                moves[card, 'bonus', part] = -points
        return {move: amount for move, amount in moves.items() if amount}

    def _wallet_lot(self, key):
        """Return [(card id, value type, amount, left)] of what a top-up gave, the principal first."""
        rows = self.env.execute_query(SQL(
            """SELECT card_id, value_type, sum(amount)::text, sum(remaining)::text FROM membership_ledger_entry
                WHERE document_key = %s AND amount > 0 AND kind IN ('top_up', 'bonus')
                GROUP BY card_id, value_type
                ORDER BY array_position(ARRAY['principal', 'bonus', 'points'], value_type::text)""", key))
        return [(card_id, value_type, Decimal(amount), Decimal(left)) for card_id, value_type, amount, left in rows]

    # ------------------------------------------------------------------ after posting

    def _wallet_finish(self, halves, programs):
        """Give what comes with top-ups, and tell the manager what the till should not have done."""
        benefits = self.env['loyalty.program']._top_up_benefits
        for order, half in halves:
            if half.key == order._wallet_key():
                top_ups = order._wallet_top_ups(programs)
                benefits(half.key, order.partner_id, top_ups)
                order._wallet_alert(half, top_ups)
        for order in self if programs else ():
            order._wallet_finish_returns(programs)
            top_ups = [] if order.partner_id else order._wallet_top_ups(programs)
            if top_ups:
                order._wallet_tell(top_ups[0].program, self.env._(
                    "A top-up was sold without a customer: no wallet was filled."))

    def _wallet_alert(self, half, top_ups):
        payments = self.lines.filtered(lambda line: line._wallet_is_payment())
        spent = -to_decimal(sum(payments.mapped('price_subtotal_incl')))
        not_goods = self.env['loyalty.rule']._membership_paid_in(self.lines.product_id)
        goods = sum((to_decimal(line.price_subtotal_incl) for line in self.lines
                     if line.product_id not in not_goods and line not in payments), Decimal(0))
        for program in {claim.account.program_id for claim in half.claims if claim.account} if spent > goods else ():
            self._wallet_tell(program, self.env._(
                "A wallet paid %(spent)s for articles of %(goods)s: it does not pay for top-ups or gift cards.",
                spent=f'{spent:f}', goods=f'{goods:f}'))
        for wallet in {card for card, kind, *_rest in half.wanted if kind == 'top_up'} if top_ups else ():
            room = wallet._wallet_room()
            if room is not None and room < 0:
                self._wallet_tell(wallet.program_id, self.env._(
                    "The wallet of %(customer)s now holds more principal than its limit of %(limit)s.",
                    customer=wallet.partner_id.name, limit=wallet._format_points(wallet.program_id.wallet_limit)))

    def _wallet_finish_returns(self, programs):
        """Take back the coupons of returned top-ups, and say how much more was paid out than was left of them."""
        lines = self.lines.filtered(lambda line: line._membership_is_return() and line.product_id in programs
                                    and not line.sudo().refunded_orderline_id.reward_id)
        for origin, back in lines.grouped(
                lambda line: self._membership_origin(line.sudo().refunded_orderline_id)).items():
            program = programs[back[0].product_id]
            key = origin._wallet_key() if origin._name == self._name else origin._membership_key()
            posted = self.env['membership.ledger.entry'].sudo()._posted_parts(
                [self._membership_return_key(self._membership_key(), key)])
            taken = -sum(amount for (*_rest, part), amount in posted.items() if part == PRINCIPAL)
            price = -to_decimal(sum(back.mapped('price_subtotal_incl')))
            paid_out = to_amount(self._membership_convert(price, program))
            if not any(left for _card, part, _amount, left in self._wallet_lot(key) if part == PRINCIPAL):
                program._top_up_benefits(key, self.partner_id, [])
            if paid_out > taken:
                self._wallet_tell(program, self.env._(
                    "%(paid)s were paid out for a top-up of which %(left)s were left: the rest was spent already.",
                    paid=f'{paid_out:f}', left=f'{taken:f}'))

    def _wallet_tell(self, program, body):
        self.sudo().message_post(
            subject=self.env._("Stored value to check: %(order)s", order=self.name), body=body,
            partner_ids=program.sudo().membership_manager_id.partner_id.ids)

    def _wallet_claim_alert(self, claim, wallet, amount):
        """Return what is wrong with what the till said about a payment from a wallet, or an empty string."""
        if not wallet:
            return self.env._("Stored value paid for a customer who has no wallet: nobody was charged.")
        if claim.coupon_id.sudo() - wallet:
            return self.env._(
                "The till named the wallet of somebody else: the customer's own was charged %(amount)s.",
                amount=f'{amount:f}')
        return ''
