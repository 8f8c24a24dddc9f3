import json

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import CHANNELS


class MembershipPurchase(models.Model):
    """One row per order and per refund of a member: the facts that tiers, analytics and settlement read."""

    _name = 'membership.purchase'
    _description = "Membership Purchase"
    _order = 'occurred_at desc, id desc'
    _rec_name = 'document_key'
    _check_company_auto = True

    card_id = fields.Many2one('loyalty.card', string="Account", required=True, readonly=True, ondelete='restrict')
    program_id = fields.Many2one(related='card_id.program_id', string="Programme")
    partner_id = fields.Many2one(related='card_id.partner_id', string="Member")
    membership_card_id = fields.Many2one(
        'membership.card', string="Card shown", readonly=True, ondelete='restrict', index='btree_not_null')
    company_id = fields.Many2one('res.company', required=True, readonly=True)
    shop_id = fields.Many2one('membership.shop', readonly=True, index='btree_not_null')
    channel = fields.Selection(CHANNELS, required=True, readonly=True)
    currency_id = fields.Many2one(related='card_id.program_id.currency_id')
    amount_total = fields.Monetary(readonly=True, help="Tax included, in the programme's currency; refunds negative.")
    amount_untaxed = fields.Monetary(readonly=True)
    base_amount = fields.Monetary(readonly=True, help="What points were earned on.")
    is_refund = fields.Boolean(readonly=True)
    origin_key = fields.Char(readonly=True, help="Identity of the purchase that is refunded.")
    occurred_at = fields.Datetime(required=True, readonly=True, help="UTC.")
    date = fields.Date(required=True, readonly=True, help="Day in the programme's time zone.")
    document_key = fields.Char(required=True, readonly=True)
    document_model = fields.Char(readonly=True)
    document_id = fields.Many2oneReference(model_field='document_model', readonly=True)
    explanation = fields.Json(
        readonly=True, help="How its points came about, as tools.earning writes it. Empty: by the plain rules.")

    _document_once = models.UniqueIndex('(document_key)', "This document is already recorded as a purchase.")
    _by_card = models.Index('(card_id, date) INCLUDE (amount_total, base_amount)')
    _by_date = models.Index('USING brin (date)')
    _by_origin = models.Index('(origin_key) WHERE origin_key IS NOT NULL')

    @api.model
    def _upsert(self, rows):
        """Write one row per document, whether it is known already or not.

        :param rows: list of dicts with the columns of _COLUMNS; missing ones are empty
        """
        if not rows:
            return
        uid = self.env.uid
        # An order of an account that was merged counts where the account's member is now.
        accounts = {account.id: account._membership_final().id
                    for account in self.env['loyalty.card'].browse({row['card_id'] for row in rows})}
        rows = [{**row, 'card_id': accounts[row['card_id']]} for row in rows]
        self.env.cr.execute(SQL(
            """INSERT INTO membership_purchase (%(columns)s, create_uid, create_date, write_uid, write_date)
               VALUES %(rows)s
               ON CONFLICT (document_key) DO UPDATE SET %(updates)s,
                   write_uid = EXCLUDED.write_uid, write_date = EXCLUDED.write_date""",
            columns=SQL(', ').join(map(SQL.identifier, _COLUMNS)),
            rows=SQL(', ').join(SQL(
                "(%s, %s, now() AT TIME ZONE 'UTC', %s, now() AT TIME ZONE 'UTC')",
                SQL(', ').join(SQL('%s', self._column_value(row, column)) for column in _COLUMNS), uid, uid,
            ) for row in rows),
            updates=SQL(', ').join(
                SQL('%s = EXCLUDED.%s', SQL.identifier(column), SQL.identifier(column)) for column in _COLUMNS),
        ))
        self.invalidate_model()
        self.env['membership.tier.review']._after_posting(
            self.env['loyalty.card'].browse(set(accounts.values())), {'spend', 'visits'},
            min(row['date'] for row in rows))
        self.env['loyalty.card']._membership_seen_buying(rows)
        self.env['membership.referral']._follow_purchases({row['card_id'] for row in rows})

    @api.model
    def _forget(self, keys):
        """Delete the rows of documents that are deleted."""
        if keys:
            self.env.cr.execute(SQL("DELETE FROM membership_purchase WHERE document_key IN %s", tuple(keys)))
            self.invalidate_model()

    @api.model
    def _column_value(self, row, column):
        value = row.get(column)
        if column == 'explanation':
            return json.dumps(value) if value else None
        return bool(value) if column == 'is_refund' else (value if value or value == 0 else None)


_COLUMNS = (
    'card_id', 'membership_card_id', 'company_id', 'shop_id', 'channel', 'amount_total', 'amount_untaxed',
    'base_amount', 'is_refund', 'origin_key', 'occurred_at', 'date', 'document_key', 'document_model', 'document_id',
    'explanation',
)
