from collections import defaultdict
from decimal import Decimal

from odoo import api, models
from odoo.exceptions import AccessError

from ..guard import is_muted, is_posting, posting


class LoyaltyHistory(models.Model):
    """Native display rows. For members each posting has one; the ledger behind it is the truth."""

    _inherit = 'loyalty.history'

    @api.model_create_multi
    def create(self, vals_list):
        if is_posting(self):
            return super().create(vals_list)
        cards = self.env['loyalty.card'].sudo().browse(
            filter(None, (vals.get('card_id') for vals in vals_list))).filtered('is_ledger_kept')
        if cards and not is_muted(self):
            raise AccessError(self.env._("The history of a member is written by the ledger only."))
        return super().create([vals for vals in vals_list if vals.get('card_id') not in cards.ids])

    def write(self, vals):
        return super(LoyaltyHistory, self._membership_writable()).write(vals)

    def unlink(self):
        return super(LoyaltyHistory, self._membership_writable()).unlink()

    def _membership_writable(self):
        """Return the rows that native code may change here; refuse the others unless they are to be left in peace."""
        if is_posting(self):
            return self
        members = self.filtered(lambda row: row.sudo().card_id.is_ledger_kept)
        if members and not is_muted(self):
            raise AccessError(self.env._("The history of a member is written by the ledger only."))
        return self - members

    @api.model
    def _membership_display(self, moved):
        """Write one row per account and document for the entries just posted, of what they moved of the balance.

        Points that cannot be spent yet have their row when they are released.

        :param moved: {card: tools.ledger.Account}
        """
        rows = []
        for card, account in moved.items():
            totals = defaultdict(lambda: [Decimal(0), Decimal(0), None])
            for entry in account.new_entries:
                amount = account.moved(entry)
                if amount:
                    total = totals[entry.key]
                    total[amount < 0] += abs(amount)
                    total[2] = entry.facts
            rows += [{
                'card_id': card.id,
                'issued': float(issued),
                'used': float(used),
                'description': facts.description or key,
                'order_model': facts.model,
                'order_id': facts.res_id,
            } for key, (issued, used, facts) in totals.items()]
        posting(self.sudo()).create(rows)
