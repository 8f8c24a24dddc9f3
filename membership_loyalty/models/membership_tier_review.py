from odoo import api, fields, models
from odoo.tools import SQL

from .membership_document import local_date

BATCH = 50_000  # members; some seconds of work


class MembershipTierReview(models.AbstractModel):
    """Every night: tiers whose term is over, members with purchases that nobody has looked at yet, and everybody when
    the programme's policy is another one."""

    _name = 'membership.tier.review'
    _inherit = ['membership.tier.decision', 'membership.job.mixin']
    _description = "Review of Tiers"

    # ------------------------------------------------------------------ job

    @api.model
    def _job_count(self):
        self.env.flush_all()
        return sum(self._count(program, self._to_do(program)[0]) for program in self._programs())

    @api.model
    def _job_batch(self):
        """Review the next members in the order of their accounts, so that the index on their purchases is read from
        one end to the other; only what is different is written."""
        # Without these, PostgreSQL sorts on disk and compiles expressions that are used once.
        self.env.cr.execute("SET LOCAL work_mem = '64MB'; SET LOCAL jit = off; SET LOCAL random_page_cost = 1.1")
        for program in self._programs():
            for condition in self._to_do(program):
                [(first, last, count)] = self.env.execute_query(SQL(
                    "SELECT min(id), max(id), count(*) FROM (%s ORDER BY c.id LIMIT %s) due",
                    self._due(program, condition), BATCH))
                self.env['membership.tier.progress']._advance(program, last)
                if count:
                    return count, self._move(program, self._today(program), SQL(
                        "%s AND c.id BETWEEN %s AND %s", condition, first, last))
        return 0, 0

    @api.model
    def _programs(self):
        return self.env['loyalty.program'].sudo().search([('is_membership', '=', True)])

    @api.model
    def _to_do(self, program):
        """Return the conditions on loyalty_card c of who is to be reviewed: everybody, if the policy is another one
        than they were reviewed by; then those whose day has come."""
        position = self.env['membership.tier.progress']._position(program)
        everybody = [] if position is None else [SQL("c.id > %s", position)]
        return [*everybody, SQL("c.tier_check_on <= %s", self._today(program))]

    @api.model
    def _due(self, program, condition):
        return SQL("SELECT c.id FROM loyalty_card c WHERE c.program_id = %s AND c.is_membership AND c.active AND %s",
                   program.id, condition)

    @api.model
    def _count(self, program, condition):
        [(count,)] = self.env.execute_query(SQL(
            "SELECT count(*) FROM (%s) due", self._due(program, condition)))
        return count

    @api.model
    def _today(self, program):
        return local_date(fields.Datetime.now(), program._membership_tier_rules().timezone)
