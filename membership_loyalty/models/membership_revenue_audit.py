from odoo import api, models
from odoo.tools import SQL

from .membership_revenue_posting import STANDS

# A difference is told with an account of the programme, as every check of the audit does.
AN_ACCOUNT = SQL("(SELECT min(c.id) FROM loyalty_card AS c WHERE c.program_id = r.program_id)")
CHECKS = {
    'revenue_liability_is_not_negative': SQL("""
        SELECT %s, sum(p.allocated - p.redeemed - p.breakage), 0
          FROM membership_revenue_posting AS p JOIN membership_revenue_policy AS r ON r.id = p.policy_id
         WHERE %s GROUP BY p.cohort_id, r.program_id HAVING sum(p.allocated - p.redeemed - p.breakage) < 0""",
        AN_ACCOUNT, STANDS),
    'revenue_entries_tie_to_cohorts': SQL("""
        SELECT %s, COALESCE(l.amount, 0), sum(p.allocated - p.redeemed - p.breakage)
          FROM membership_revenue_posting AS p
          JOIN membership_revenue_policy AS r ON r.id = p.policy_id
          LEFT JOIN (SELECT move_id, account_id, -sum(balance) AS amount FROM account_move_line
                      GROUP BY move_id, account_id) AS l
                 ON l.move_id = p.move_id AND l.account_id = r.liability_account_id
         WHERE %s GROUP BY p.policy_id, p.move_id, r.program_id, l.amount
        HAVING COALESCE(l.amount, 0) <> sum(p.allocated - p.redeemed - p.breakage)""", AN_ACCOUNT, STANDS),
}


class MembershipLedgerAudit(models.AbstractModel):
    """The books of the liability: each cohort within its bounds, each entry as its cohorts say."""

    _inherit = 'membership.ledger.audit'

    @api.model
    def _differences(self, limit=20):
        differences = super()._differences(limit)
        return {**differences, **{
            name: self.env.execute_query(SQL("%s LIMIT %s", query, limit)) for name, query in CHECKS.items()}}

    @api.model
    def _labels(self):
        return {
            **super()._labels(),
            'revenue_liability_is_not_negative': self.env._("Points: what is owed for a cohort is not negative"),
            'revenue_entries_tie_to_cohorts': self.env._("Points: what was booked = what the cohorts say"),
        }
