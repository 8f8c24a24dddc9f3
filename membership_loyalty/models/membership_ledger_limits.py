from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ..tools.birthdays import period


class MembershipLedgerEntry(models.Model):
    """What the limits of earning read from the ledger."""

    _inherit = 'membership.ledger.entry'

    @api.model
    def _earned_in_month(self, account, key, day):
        """Return the points that other documents than one earned (on a day, in its month), Decimals.

        :param account: loyalty.card
        :param key: of the document that is not counted
        :param day: date in the programme's time zone
        """
        [[today, month]] = self.env.execute_query(SQL(
            """SELECT COALESCE(sum(amount) FILTER (WHERE date = %(day)s), 0)::text, COALESCE(sum(amount), 0)::text
                 FROM membership_ledger_entry
                WHERE card_id = %(card)s AND kind = 'earn' AND value_type = 'points' AND document_key <> %(key)s
                  AND date BETWEEN %(first)s AND %(last)s""",
            card=account.id, key=key, day=day, **dict(zip(('first', 'last'), period(day, 'month'), strict=True))))
        return Decimal(today), Decimal(month)
