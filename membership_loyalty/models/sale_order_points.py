from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import ValidationError

from ..tools import terms as terms_tool
from ..tools.refund import returned_amounts
from ..tools.rounding import to_amount, to_decimal


class SaleOrder(models.Model):
    """What a sale order earns, spends and gives back: the contract of membership.document."""

    _name = 'sale.order'
    _inherit = ['sale.order', 'membership.document']

    membership_terms_ids = fields.One2many(
        'membership.order.terms', 'order_id', readonly=True, groups='membership_loyalty.group_membership_auditor')

    def _membership_key(self):
        self.ensure_one()
        return f'sale.order:{self.id}'

    def _membership_keys(self):
        return [order._membership_key() for order in self if order.id]

    def _membership_place(self):
        """Return where and when. Points move when the order is confirmed, edited, credited: that is now."""
        return {
            'company_id': self.company_id.id, 'channel': 'sale', 'occurred_at': fields.Datetime.now(),
            'description': self.env._("Order %(order)s", order=self.name),
        }

    def _membership_wanted(self):
        wanted = {}
        if self.state != 'sale':
            # What the till has taken back is not taken back once more.
            keys = self._membership_refunds_elsewhere().mapped('document_key')
            for (_key, card_id, kind), points in self.env['membership.ledger.entry'].sudo()._posted(keys).items():
                account = self.env['loyalty.card'].sudo().browse(card_id)
                wanted[account, kind] = wanted.get((account, kind), Decimal(0)) - points
        if self.state == 'sale':
            goods, notes = self._membership_returns()
            returned = sum(notes.values(), Decimal(0))
            # Spent first: an order's own points are for the next order.
            for account, points in self._membership_spend(goods, returned).items():
                wanted[account, account._membership_spend_kind()] = -points
            for terms in self._membership_live_terms():
                points = self._membership_earned(terms).points
                wanted[terms.card_id, 'earn'] = points - terms.program_id._membership_share(points, goods, returned)
        return wanted

    # ------------------------------------------------------------------ earned

    def _membership_fix_terms(self, late=False):
        """Fix for each member what these orders earn on, from the rules of today.

        :param late: the member was put on an order that is confirmed already: the programme's late claim decides
        """
        programs = self.env['loyalty.program'].search([('is_membership', '=', True)])
        accounts = programs._membership_accounts(self.partner_id)
        values = []
        for order in self if accounts else ():
            for program in programs.filtered_domain(order._get_program_domain()):
                account = accounts.get((program.id, order.partner_id.id))
                since = fields.Datetime.now() - timedelta(days=program.late_claim_days)
                if account and account not in order.membership_terms_ids.card_id and (
                        not late or (program.late_claim_days and order.date_order >= since)):
                    values.append(order._membership_terms_values(account))
        self.env['membership.order.terms'].create(values)

    def _membership_terms_values(self, account):
        products = self.order_line.product_id
        rate = self._membership_rate(account.program_id)
        terms = self._membership_terms_today(account)
        earned = terms.earn(self.order_line._membership_lines(rate))
        return {
            'order_id': self.id, 'card_id': account.id, 'currency_rate': float(rate), 'points': float(earned.points),
            'base_amount': float(earned.base), 'rules': terms_tool.dump(terms), 'product_ids': products.ids,
        }

    def _membership_rate(self, program):
        """Return the programme's currency for one unit of the order's, on the day of the order."""
        return Decimal(repr(self.env['res.currency']._get_conversion_rate(
            self.currency_id, program.currency_id, self.company_id, self.date_order.date())))

    def _membership_live_terms(self):
        """Return the terms of the present customer; those of a former one are kept, they earn nothing."""
        return self.membership_terms_ids.filtered(lambda terms: terms._membership_buyer() == self.partner_id)

    def _membership_earned(self, terms):
        lines = self.order_line._membership_lines(Decimal(repr(terms.currency_rate)))
        fixed = terms._terms(self.order_line.product_id)
        return terms.program_id._membership_limited(fixed.earn(lines), fixed, terms.card_id, self._membership_key())

    def _membership_points(self, account):
        """Return what this order earns for an account: a quotation by today's rules, an order by its terms."""
        order = self.sudo()
        if order.state == 'sale':
            return order._membership_wanted().get((account, 'earn'), Decimal(0))
        lines = order.order_line._membership_lines(order._membership_rate(account.program_id))
        return order._membership_terms_today(account).earn(lines).points

    # ------------------------------------------------------------------ spent

    def _membership_rewards(self):
        """Return {(reward, account, code): lines}: each claim of a reward that an account or a wallet pays for."""
        return self.order_line.filtered(
            lambda line: line.reward_id.program_id.is_ledger_kept or line.coupon_id.is_ledger_kept
        ).grouped(lambda line: (line.reward_id, line.coupon_id, line.reward_identifier_code))

    def _membership_costs(self):
        """Return {account: Decimal} points that the rewards on this order cost."""
        costs = defaultdict(Decimal)
        for (_reward, account, _code), lines in self._membership_rewards().items():
            costs[account] += to_amount(sum(lines.mapped('points_cost'))) if any(lines.mapped('product_uom_qty')) else 0
        return costs

    def _membership_spend(self, goods=None, returned=None):
        """Return {account: Decimal} points that this order takes, less the share that credit notes give back."""
        costs = self._membership_costs()
        if costs and goods is None:
            goods, notes = self._membership_returns()
            returned = sum(notes.values(), Decimal(0))
        return {
            account: self._wallet_spend(account, cost) if account.is_stored_value
            else cost - account.program_id._membership_share(cost, goods, returned)
            for account, cost in costs.items()
        }

    def _membership_spent(self, account):
        """Return the points that this order has taken from an account, Decimal."""
        if self.state != 'sale':
            return Decimal(0)
        key = self._membership_key()
        return -self.env['membership.ledger.entry']._posted([key]).get(
            (key, account.id, account._membership_spend_kind()), Decimal(0))

    def _membership_check_owner(self):
        """Refuse rewards that are paid with somebody else's points, or with nobody's."""
        for order in self.sudo():
            for reward, account, _code in order._membership_rewards():
                if account.program_id != reward.program_id or not order._membership_may_use(account):
                    raise ValidationError(self.env._(
                        "%(order)s: the reward %(reward)s is not paid with points of %(customer)s. Remove it and add "
                        "it again.", order=order.name, reward=reward.description or account.display_name,
                        customer=order.partner_id.display_name))

    def _membership_check_cost(self):
        """Refuse rewards that do not take what they cost: nobody's word but the reward's own is believed."""
        for order in self:
            for (reward, account, _code), lines in order._membership_rewards().items():
                rate = order._membership_rate(reward.program_id)
                found = to_amount(sum(lines.mapped('points_cost')))
                limits = reward._membership_cost_range(
                    to_decimal(max(lines.mapped('product_uom_qty'))),
                    -to_decimal(sum(lines.mapped('price_total'))) * rate, len(lines))
                least, most = limits or order._membership_wallet(reward, account, found)
                if any(lines.mapped('product_uom_qty')) and not to_amount(least) <= found <= to_amount(most):
                    raise ValidationError(self.env._(
                        "%(order)s: the reward %(reward)s costs %(cost)s, not %(found)s. Remove it and add it again.",
                        order=order.name, reward=reward.description, cost=account._format_points(float(least)),
                        found=account._format_points(float(found))))

    def _membership_wallet(self, reward, account, found):
        """Return (least, most) for a reward that takes all points: what is there, or what it has taken already."""
        others = self._membership_costs()[account] - found
        spent = self._membership_spent(account)
        whole = (spent if spent else to_amount(account.points)) - others
        return max(whole, to_decimal(reward.required_points)), max(whole, to_decimal(reward.required_points))

    def _membership_check_balance(self, lock=True):
        """Refuse the order that asks for more points than its member has left, counting these orders one by one."""
        spend = {order: spend for order in self.sudo() if (spend := order._membership_spend())}
        if not spend or self._membership_may_overdraw():
            return
        ledger = self.env['membership.ledger.entry'].sudo()
        accounts = self.env['loyalty.card'].sudo().concat(*(account for points in spend.values() for account in points))
        left = {card_id: account.balance for card_id, account in ledger._lock(accounts).items()} if lock else {
            account.id: to_amount(account.points) for account in accounts}
        posted = ledger._posted(self._membership_keys())
        for order, points in spend.items():
            for account, wanted in points.items():
                more = wanted + posted.get(
                    (order._membership_key(), account.id, account._membership_spend_kind()), Decimal(0))
                if more > max(left[account.id], 0):
                    raise ValidationError(self.env._(
                        "%(order)s: its rewards need %(cost)s, %(customer)s has %(left)s left. Remove a reward.",
                        order=order.name, cost=account._format_points(float(more)),
                        customer=account.partner_id.display_name, left=account._format_points(float(left[account.id]))))
                left[account.id] -= more

    def _membership_may_overdraw(self):
        """Whether lack of points is no reason to refuse: where the goods are handed out and paid. For the till."""
        return False

    # ------------------------------------------------------------------ posting

    def _membership_settle(self):
        """Check and post orders that were confirmed, edited or cancelled. Members' orders only; others cost nothing."""
        self._membership_settle_free_uses()
        orders = self._membership_concerned()
        if not orders:
            return
        confirmed = orders.filtered(lambda order: order.state == 'sale')
        confirmed._membership_check_owner()
        confirmed._membership_check_cost()
        confirmed._wallet_check()
        confirmed._membership_check_redemption()
        confirmed._membership_check_balance()
        orders._membership_post()

    def _membership_follow_credit(self):
        """Post what a credit note has changed. Money went back: lack of points is no reason to refuse the books."""
        self._membership_settle_free_uses()
        self._membership_concerned()._membership_post()

    # ------------------------------------------------------------------ given back

    def _membership_credit_notes(self):
        """Return all credit notes of this order, oldest first."""
        moves = self.invoice_ids | self.invoice_ids.reversal_move_ids
        return moves.filtered(lambda move: move.move_type == 'out_refund').sorted(
            lambda move: (move.invoice_date or move.date, move.id))

    def _membership_returns(self):
        """Return (goods, {credit note: amount}): what the goods cost, and what of it each posted credit note gave back.

        Decimals in the order's currency, tax included.
        """
        goods_lines = self.order_line.filtered(lambda line: line._membership_is_goods())
        goods = to_decimal(sum(goods_lines.mapped('price_total')))
        notes = self._membership_credit_notes().filtered(lambda move: move.state == 'posted')
        if not notes:
            return goods, {}
        counted = goods_lines | self.order_line.filtered('is_downpayment')
        invoices = self.invoice_ids.filtered(lambda move: move.move_type == 'out_invoice' and move.state == 'posted')
        invoiced = sum((move._membership_amount(self, counted) for move in invoices), Decimal(0))
        amounts = returned_amounts(goods, invoiced, [note._membership_amount(self, counted) for note in notes])
        return goods, dict(zip(notes, amounts, strict=True))
