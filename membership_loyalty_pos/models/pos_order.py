from decimal import Decimal
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.membership_loyalty.models.membership_document import movements
from odoo.addons.membership_loyalty.tools.earning import Line, dump
from odoo.addons.membership_loyalty.tools.rounding import to_decimal

PAID = ('paid', 'done')


class Half(NamedTuple):
    """What an order sells, or what it takes back of one other order: each has its own place in the ledger."""

    key: str
    wanted: dict  # of membership.document._membership_wanted
    origins: tuple = ()
    purchases: list = ()  # values of membership.purchase, the document key among them
    claims: list = ()  # rewards, for the lines to be corrected by

    @property
    def is_empty(self):
        return not (self.wanted or self.purchases or self.claims)


class PosOrder(models.Model):
    """An order of the till is posted once, when it is paid, in the transaction that stores it.

    What is posted stays: a later change of customer, tier or rules moves no point of it. Goods that come back are
    another order.
    """

    _name = 'pos.order'
    _inherit = ['pos.order', 'membership.document']

    # ------------------------------------------------------------------ native hooks

    def action_pos_order_paid(self):
        result = super().action_pos_order_paid()
        self._membership_post()
        return result

    def write(self, vals):
        result = super().write(vals)
        if vals.get('partner_id'):
            self.filtered(lambda order: order.state in PAID)._membership_claim_late()
        return result

    @api.model
    def _process_order(self, order, existing_order):
        self._membership_clean_values(order)
        return super()._process_order(order, existing_order)

    @api.model
    def _membership_clean_values(self, order):
        """Take out of what a till sends what would keep the order from being stored: the money is in the drawer.

        :param dict order: values of the order, changed in place
        """
        order.pop('membership_info', None)
        lines = [command[2] for command in order.get('lines') or () if command[0] in (0, 1)]
        for name, model in (('coupon_id', 'loyalty.card'), ('reward_id', 'loyalty.reward')):
            ids = {line[name] for line in lines if line.get(name)}
            known = set(self.env[model].sudo().browse(ids).exists().ids) if ids else ids
            for line in lines:
                if line.get(name) and line[name] not in known:
                    line[name] = False

    # ------------------------------------------------------------------ membership.document

    def _membership_key(self):
        self.ensure_one()
        return f'pos.order:{self.uuid}'

    def _membership_wanted(self):
        return self._membership_halves()[0].wanted

    def _membership_origins(self):
        return self._membership_halves()[0].origins

    def _membership_purchases(self, key):
        return [values for half in self._membership_halves() for values in self._membership_purchase_rows(half)]

    def _membership_place(self):
        self.ensure_one()
        return {
            'company_id': self.company_id.id,
            'shop_id': self.config_id.sudo().membership_shop_id.id,
            'channel': 'pos',
            'occurred_at': self._membership_moment(),
            'description': self.name,
        }

    def _membership_moment(self):
        """Return when it was sold (UTC). An offline till tells it later, no till sells in the future."""
        return min(self.date_order or fields.Datetime.now(), fields.Datetime.now())

    def _membership_post(self):
        """Post these orders, unless they are posted: see the class.

        :return: recordset of the new ledger entries
        """
        halves = {order: [half for half in order._membership_halves() if not half.is_empty] for order in self.sudo()}
        moving = self.sudo().filtered(halves.get)
        programs = self.env['loyalty.program']._stored_value_of(self.lines.product_id)
        money = self.sudo()._wallet_halves(programs)
        entries = self._membership_post_halves(
            [(order, half) for order in moving._membership_unposted() for half in halves[order]] + money)
        self.sudo()._wallet_finish(money, programs)
        return entries

    @api.model
    def _membership_post_halves(self, halves):
        postings, purchases = [], []
        for order, half in halves:
            postings += order._membership_postings(half.key, movements(half.wanted), half.origins)
            purchases += order._membership_purchase_rows(half)
        entries = self.env['membership.ledger.entry'].sudo()._reconcile(postings)
        self.env['membership.purchase'].sudo()._upsert(purchases)
        for order, half in halves:
            order._membership_settle_claims(half.claims)
        return entries

    def _membership_purchase_rows(self, half):
        return [{**self._membership_purchase_place(half.key, values['card_id']), **values} for values in half.purchases]

    def _membership_unposted(self):
        """Return the orders that have not been posted: every posted order has its purchase."""
        # Plain SQL: a search through the ORM costs the till more than the ledger's own work.
        keys = {key for key, in self.env.execute_query(SQL(
            "SELECT document_key FROM membership_purchase WHERE document_key IN %s",
            tuple(order._membership_key() for order in self)))} if self else ()
        return self.filtered(lambda order: order._membership_key() not in keys)

    def _membership_halves(self):
        """Return the Halves of this order: what it sells, then what it takes back of each other order."""
        key = self._membership_key()
        sale = self._membership_sale_half(key)
        returns = self._membership_return_halves(key, is_exchange=bool(sale))
        return ([sale] if sale else []) + returns or [Half(key, {})]

    # ------------------------------------------------------------------ what is sold

    def _membership_accounts(self):
        """Return {programme: account} of the order's customer, in programmes of the order's company."""
        self.ensure_one()
        used = self.env['loyalty.card']._membership_used_by(self.partner_id)
        return {
            account.program_id: account for account in used.values()
            if account.program_id._membership_belongs_to(self.company_id)}

    def _membership_sale_half(self, key, accounts=None, spends=True):
        """Return the Half of what the order sells, or None when no member has part in it.

        :param accounts: {programme: account} that may earn; by default the customer's
        :param spends: whether rewards are charged
        """
        own = self._membership_accounts() if accounts is None else accounts
        rewards = self.lines.filtered(lambda line: line.reward_id and line._membership_is_reward())
        claims = self._membership_claims(own, rewards) if spends else []
        lines = self._membership_counted_lines() if own else self.lines.browse()
        wanted, purchases = {}, []
        for program, account in own.items() if lines else ():
            if not program._membership_sells_at(self.config_id, program._membership_date(self._membership_moment())):
                continue
            earning = self._membership_earning_lines(lines, program)
            earned = self._membership_earned(account, earning, key)
            if earned.points:
                wanted[account, 'earn'] = earned.points
            # Few orders count in two programmes; the purchase in the first has the plain key.
            purchases.append({
                'document_key': f'{key}/{program.id}' if purchases else key,
                **self._membership_sale_purchase(account, earning, earned)})
        for claim in claims:
            if claim.account and claim.points:
                spent = wanted.get((claim.account, 'redeem'), Decimal(0))
                wanted[claim.account, 'redeem'] = spent - claim.points
        return Half(key, wanted, purchases=purchases, claims=claims) if wanted or purchases or claims else None

    def _membership_counted_lines(self):
        """Return the lines on which points are earned."""
        products = self.lines.product_id
        not_goods = self.config_id.sudo().tip_product_id | self.env['loyalty.rule']._membership_paid_in(products)
        return self.lines.filtered(lambda line: line._membership_counts(not_goods))

    def _membership_earning_lines(self, lines, program):
        """Return the tools.earning.Lines of these lines, in the programme's currency."""
        share = self._membership_paid_share()

        def amount(line, name):
            return self._membership_convert(line._membership_amount(name) * share, program)

        return [
            Line(line.product_id.id, to_decimal(line.qty), amount(line, 'price_subtotal'),
                 amount(line, 'price_subtotal_incl'), line._membership_role())
            for line in lines]

    def _membership_convert(self, amount, program):
        """Return an amount of the order in the programme's currency, at the rate of the order's day."""
        if self.currency_id == program.currency_id:
            return amount
        return to_decimal(self.currency_id._convert(
            float(amount), program.currency_id, self.company_id, self._membership_moment().date()))

    def _membership_paid_share(self):
        """Return which share of the lines' prices the order was settled for: 1, unless a till tells tales.

        The amounts of lines come from the browser and nobody adds them up; the total is what was paid.
        """
        total = sum((to_decimal(line.price_subtotal_incl) for line in self.lines), Decimal(0))
        paid = to_decimal(self.amount_total)
        config = self.config_id.sudo()
        rounding = config.rounding_method.rounding if config.cash_rounding else 0
        tolerance = to_decimal(self.currency_id.rounding) * len(self.lines) + to_decimal(rounding)
        return max(Decimal(0), paid) / total if total > 0 and total - paid > tolerance else Decimal(1)

    def _membership_sale_purchase(self, account, lines, earned):
        return {
            'card_id': account.id,
            'amount_total': float(sum(line.total for line in lines)),
            'amount_untaxed': float(sum(line.untaxed for line in lines)),
            'base_amount': float(earned.base),
            'explanation': dump(earned),
        }

    # ------------------------------------------------------------------ a member who is named later

    def _membership_claim_late(self):
        """Let members earn on paid orders that nobody earned on, as far as the programme's policy goes.

        The order's age counts from the earlier of what the till told and when it was stored; an order of which
        something came back is not claimed; rewards are never charged to somebody who was not there.
        """
        for order in self.sudo()._membership_unposted():
            if order.lines.refund_orderline_ids.filtered(lambda line: line.order_id.state != 'cancel'):
                continue
            moment = min(order._membership_moment(), order.create_date)
            accounts = {
                program: account for program, account in order._membership_accounts().items()
                if program._membership_claim_open(moment)}
            half = accounts and order._membership_sale_half(order._membership_key(), accounts, spends=False)
            if half:
                self._membership_post_halves([(order, half)])
                order.message_post(body=self.env._(
                    "%(member)s was added to the paid order and earned its points.", member=order.partner_id.name))
