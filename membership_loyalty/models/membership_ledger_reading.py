from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL


class MembershipLedgerEntry(models.Model):
    """What documents stand at in the ledger."""

    _inherit = 'membership.ledger.entry'

    @api.model
    def _posted(self, keys):
        """Return {(document key, card id, kind): signed amount} that stands in the ledger for these documents;
        of stored value, principal and bonus together."""
        if not keys:
            return {}
        return {
            (key, card_id, kind): Decimal(amount)
            for key, card_id, kind, amount in self.env.execute_query(SQL(
                """SELECT document_key, card_id, kind, sum(amount)::text FROM membership_ledger_entry
                    WHERE document_key IN %s GROUP BY document_key, card_id, kind""", tuple(keys)))
        }

    @api.model
    def _posted_parts(self, keys):
        """Return {(document key, card id, kind, value type): signed amount} of these documents."""
        return {
            (key, card_id, kind, value_type): Decimal(amount)
            for key, card_id, kind, value_type, amount in self.env.execute_query(SQL(
                """SELECT document_key, card_id, kind, value_type, sum(amount)::text FROM membership_ledger_entry
                    WHERE document_key IN %s GROUP BY document_key, card_id, kind, value_type""", tuple(keys)))
        } if keys else {}
