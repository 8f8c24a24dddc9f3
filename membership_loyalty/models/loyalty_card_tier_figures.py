from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from ..tools import tiers
from ..tools.rounding import to_decimal


class LoyaltyCard(models.Model):
    """Where members stand today by what they bought."""

    _inherit = 'loyalty.card'

    def _membership_tier_figures(self):
        """Return {account: dict} of what counts today, and of what is missing for the next tier that purchases lead to.

        :return: figures {measure: Decimal}, first and last day counted, next_tier (membership.tier, may be empty),
            missing {measure: Decimal} of what next_tier asks for and is not reached
        """
        standing = {}
        for program, accounts in self.sudo().grouped('program_id').items():
            rules, today = program._membership_tier_rules(), program._membership_date(fields.Datetime.now())
            decision, measures = self.env['membership.tier.decision'], sorted(rules.asked)
            known = {account.id: account for account in accounts}
            self.env.flush_all()
            members = decision._members(program, rules, today, SQL("c.id IN %s", tuple(accounts.ids)), posting=True)
            rows = self.env.execute_query(SQL(
                "SELECT id, NULLIF(now_first, '-infinity'), now_end, best, %s FROM (%s) m",
                SQL(', ').join([SQL('%s::text', SQL.identifier(f'now_{name}')) for name in measures] or [SQL("NULL")]),
                decision._measured(program, rules, today, members, posting=True)))
            for card_id, first, end, best, *values in rows:
                figures = {name: to_decimal(value) for name, value in zip(measures, values, strict=False)}
                account = known[card_id]
                next_id, missing = account._membership_missing(rules, figures, best)
                standing[account] = {
                    'figures': figures, 'first': first, 'last': end - timedelta(days=1), 'missing': missing,
                    'next_tier': self.env['membership.tier'].browse(next_id)}
        return standing

    def _membership_missing(self, rules, figures, best):
        """Return (id of the next tier by purchases, {measure: Decimal} missing), or (None, {}) at the top."""
        ladder, held = rules.ladder, rules.ladder.rank(self.tier_id.id)
        for rank in range(held + 1, len(ladder.levels)):
            level = ladder.levels[rank]
            asked = level.reenter if rank <= best else level.enter
            if level.by_figures and not tiers.reaches(rules.policy, asked, figures):
                missing = {measure: value - figures.get(measure, 0) for measure, value in asked.items()
                           if measure in rules.policy.measures and value > figures.get(measure, 0)}
                if missing:
                    return level.id, missing
        return None, {}
