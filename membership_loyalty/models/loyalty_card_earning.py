from collections import defaultdict
from decimal import Decimal

from odoo import models
from odoo.tools import SQL

from ..tools.birthdays import is_celebrated
from ..tools.budgets import period_start
from ..tools.multipliers import Occasion


class LoyaltyCard(models.Model):
    """What the member brings to an occasion of earning: birthday, first purchase."""

    _inherit = 'loyalty.card'

    def _membership_occasion(self, moment, channel, shop_id=None, key=''):
        """Return the occasion of a purchase, as tools.multipliers.Occasion.

        :param moment: of the purchase, UTC
        :param channel: of const.CHANNELS
        :param shop_id: membership.shop
        :param key: identity of the document, which may be recorded already
        """
        self.ensure_one()
        occasion = Occasion(self.program_id._membership_date(moment), channel, shop_id or None, self.tier_id.id or None)
        if not self.program_id.has_multipliers:
            return occasion
        multipliers = self.program_id.multiplier_ids
        return occasion._replace(
            celebrated=self._membership_celebrated(occasion.day, set(multipliers.mapped('birthday')) - {False}),
            is_first=any(multipliers.mapped('first_purchase')) and self in self._membership_without_purchase(key))

    def _membership_celebrated(self, day, spans):
        """Return which spans ('day', 'week', 'month') of the member's birthday hold a day."""
        partner = self.partner_id.sudo()  # a till sees whether there is a present, not the birthday
        return frozenset(span for span in spans if is_celebrated(
            day, partner.membership_birthday, partner.membership_birthday_set_on or None, span))

    def _membership_without_purchase(self, key=''):
        """Return those of the accounts whose member has bought nothing yet, but for one document."""
        if not self:
            return self
        known = {card_id for card_id, in self.env.execute_query(SQL(
            """SELECT DISTINCT card_id FROM membership_purchase
                WHERE card_id IN %s AND amount_total > 0 AND document_key <> %s""", tuple(self.ids), key))}
        return self.filtered(lambda account: account.id not in known)

    def _membership_count_budget(self, accounts):
        """Add what was posted to the use of the programmes' budgets.

        :param accounts: {card id: tools.ledger.Account} after posting
        """
        for program, cards in self.grouped('program_id').items():
            if program.earn_budget:
                points = defaultdict(Decimal)
                for entry in (entry for card in cards for entry in accounts[card.id].new_entries):
                    if entry.kind == 'earn' and entry.value_type == 'points':
                        points[period_start(entry.facts.date, program.earn_budget_period)] += entry.amount
                self.env['membership.budget.use'].sudo()._add(program, points)
