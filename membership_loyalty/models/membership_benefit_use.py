from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import POINTS_DIGITS
from ..tools.benefits import period_key


class MembershipBenefitUse(models.Model):
    """Free articles that an order took, or a refund gave back: one row per document, counted per period."""

    _name = 'membership.benefit.use'
    _description = "Free Use of a Benefit"
    _order = 'id desc'
    _rec_name = 'benefit_id'

    benefit_id = fields.Many2one('membership.benefit', required=True, readonly=True, ondelete='restrict')
    card_id = fields.Many2one('loyalty.card', string="Account", required=True, readonly=True, ondelete='restrict')
    partner_id = fields.Many2one(related='card_id.partner_id', string="Member")
    company_id = fields.Many2one('res.company', required=True, readonly=True, help="Company where it happened.")
    quantity = fields.Float(digits=POINTS_DIGITS, required=True, readonly=True, help="Negative when given back.")
    period = fields.Char(required=True, readonly=True, help="The period that it counts in.")
    date = fields.Date(required=True, readonly=True)
    document_key = fields.Char(required=True, readonly=True)
    document_model = fields.Char(readonly=True)
    document_id = fields.Many2oneReference(model_field='document_model', readonly=True)

    _once = models.UniqueIndex('(document_key, benefit_id, card_id)', "This use is counted already.")
    _counted = models.Index('(card_id, benefit_id, period) INCLUDE (quantity)')

    @api.model
    def _used(self, periods):
        """Return {(account, benefit): Decimal} uses in the period asked for.

        :param periods: {(loyalty.card, membership.benefit): period}
        """
        if not periods:
            return {}
        self.flush_model()
        rows = self.env.execute_query(SQL(
            """SELECT card_id, benefit_id, period, sum(quantity)::text FROM membership_benefit_use
                WHERE card_id IN %s AND benefit_id IN %s AND period IN %s GROUP BY card_id, benefit_id, period""",
            tuple({account.id for account, _benefit in periods}), tuple({benefit.id for _account, benefit in periods}),
            tuple(set(periods.values()))))
        counts = {(card_id, benefit_id, period): Decimal(count) for card_id, benefit_id, period, count in rows}
        return {
            (account, benefit): counts.get((account.id, benefit.id, period), Decimal(0))
            for (account, benefit), period in periods.items()}

    @api.model
    def _reconcile(self, documents):
        """Count what documents use of free articles, by target: called again with the same, it changes nothing.

        The accounts are locked; who counts at the same time is sent back and comes again.

        :param documents: list of dict(document_key, document_model, document_id, company_id, occurred_at,
            uses, origin_key): uses is {(account, benefit): Decimal}, signed; a refund counts in its origin's period
        :return: {(account, benefit): (used in the period now, limit)} for uses that went up
        """
        keys = tuple(document['document_key'] for document in documents)
        rows = self.sudo().search([('document_key', 'in', keys)]) if keys else self.browse()
        known = {(row.document_key, row.card_id, row.benefit_id): row for row in rows}
        changes, periods = [], {}
        for document in documents:
            key, uses = document['document_key'], document['uses']
            gone = {(card, benefit): Decimal(0) for known_key, card, benefit in known if known_key == key}
            for (account, benefit), quantity in {**gone, **uses}.items():
                row = known.get((key, account, benefit))
                before = Decimal(str(row.quantity)) if row else Decimal(0)
                if before != quantity:
                    period = row.period if row else self._period(document, account, benefit)
                    changes.append((document, account, benefit, quantity, period, row))
                    if quantity > max(before, 0):
                        periods[account, benefit] = period
        self._store(changes)
        return {
            (account, benefit): (used, benefit.use_limit)
            for (account, benefit), used in self._used(periods).items()}

    @api.model
    def _period(self, document, account, benefit):
        origin = document.get('origin_key') and self.sudo().search([
            ('document_key', '=', document['origin_key']), ('card_id', '=', account.id),
            ('benefit_id', '=', benefit.id)], limit=1)
        return origin.period if origin else period_key(
            benefit.use_period, self._day(document, benefit), account.tier_since)

    @api.model
    def _day(self, document, benefit):
        return benefit.program_id._membership_date(document['occurred_at'])

    @api.model
    def _store(self, changes):
        if not changes:
            return
        accounts = self.env['loyalty.card'].sudo().browse(sorted({account.id for _doc, account, *_rest in changes}))
        self.env['membership.ledger.entry'].sudo()._lock(accounts)
        # A lock alone lets the next transaction count from an old snapshot; a row that was written sends it back.
        self.env.cr.execute(SQL(
            "UPDATE loyalty_card SET write_date = now() AT TIME ZONE 'UTC' WHERE id IN %s", tuple(accounts.ids)))
        for document, account, benefit, quantity, period, row in changes:
            if row:
                row.quantity = float(quantity)
            else:
                values = {name: document[name] for name in (
                    'document_key', 'document_model', 'document_id', 'company_id')}
                self.sudo().create({
                    **values, 'date': self._day(document, benefit), 'card_id': account.id,
                    'benefit_id': benefit.id, 'period': period, 'quantity': float(quantity)})

    @api.model
    def _of(self, keys):
        """Return {document key: {(account, benefit): Decimal}} that stands for these documents."""
        result = defaultdict(dict)
        for row in self.sudo().search([('document_key', 'in', list(keys))]):
            result[row.document_key][row.card_id, row.benefit_id] = Decimal(str(row.quantity))
        return result

    @api.model
    def _statement(self, keys):
        """Return [(account, JSON values)] for a receipt: what these documents used, and where it stands now."""
        rows = self.sudo().search([('document_key', 'in', list(keys))], order='id')
        used = self._used({(row.card_id, row.benefit_id): row.period for row in rows})
        return [(account, benefit._use_row(count)) for (account, benefit), count in used.items()]
