from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ..guard import not_held

DAY = timedelta(days=1)
EARNED = {('earn', 'points'), ('bonus', 'points')}
TOPPED_UP = {('top_up', 'principal')}


class MembershipTierReview(models.AbstractModel):
    """What a posting sets going: who rises at once does so now, by one statement for all members concerned; the others
    have their turn at the next review. Where no tier asks for what was posted, nothing is read at all."""

    _inherit = 'membership.tier.review'

    @api.model
    def _after_posting(self, accounts, measures, first=None):
        """Look at members after a posting.

        :param accounts: loyalty.card of memberships
        :param measures: what the posting may have moved, of const.MEASURES
        :param first: day of the earliest thing posted, by default today
        """
        for program, members in accounts.grouped('program_id').items():
            if not_held(program):
                self._look_at(program, SQL("c.id IN %s", tuple(members.ids)), measures, first)

    @api.model
    def _look_at(self, program, chosen, measures, first=None):
        """Look at the members of a programme that a condition on loyalty_card c chooses; parameters as above."""
        rules = program._membership_tier_rules()
        if not rules.asked & set(measures):
            return
        today = self._today(program)
        if rules.policy.upgrade == 'at_once' or rules.policy.refund == 'now':
            self._move(program, today, chosen, posting=True)
        if rules.policy.upgrade == 'at_review':
            self._mark(chosen, (first or today) + DAY)

    @api.model
    def _mark(self, chosen, day):
        """Have the nightly review look at members from a day on."""
        self.env['loyalty.card'].flush_model(['tier_check_on'])
        self.env.cr.execute(SQL(
            """UPDATE loyalty_card c SET tier_check_on = %s
                WHERE %s AND (tier_check_on IS NULL OR tier_check_on > %s)""", day, chosen, day))
        if self.env.cr.rowcount:
            self.env['loyalty.card'].invalidate_model(['tier_check_on'], flush=False)

    @api.model
    def _after_entries(self, cards, accounts):
        """Look at members after a posting to the ledger.

        :param cards: loyalty.card, of memberships and wallets
        :param accounts: {card id: tools.ledger.Account} after posting
        """
        earned, topped_up, days = cards.browse(), cards.browse(), []
        for card in cards:
            new = accounts[card.id].new_entries
            moved = {(entry.kind, entry.value_type) for entry in new}
            if moved & EARNED:
                earned |= card._membership_final()
            if moved & TOPPED_UP:
                topped_up |= card
            days += [entry.facts.date for entry in new]
        if earned:
            self._after_posting(earned, {'points'}, min(days))
        if topped_up:
            self._after_top_up(topped_up.partner_id, min(days))

    @api.model
    def _after_top_up(self, partners, first):
        measures = {'top_up', 'top_up_total'}
        programs = self._programs().filtered(lambda program: program._membership_tier_rules().asked & measures)
        if programs:
            members = programs._membership_accounts(partners).values()
            self._after_posting(self.env['loyalty.card'].sudo().concat(*members), measures, first)

    @api.model
    def _after_import(self, program):
        """Look once at all members of a history that is being imported, see membership.history.import."""
        [(first,)] = self.env.execute_query(SQL(
            "SELECT min(occurred_at AT TIME ZONE 'UTC' AT TIME ZONE %s)::date FROM membership_import_row",
            program.membership_tz or 'UTC'))
        if first:
            self._look_at(program, SQL("c.id IN (SELECT card_id FROM membership_import_row)"),
                          {'spend', 'visits', 'points'}, first)
