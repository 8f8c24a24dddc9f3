from odoo import api, models
from odoo.tools import SQL


class MembershipTierDecision(models.AbstractModel):
    """How many members figures would put into each tier, for the preview of a policy that is not saved yet."""

    _inherit = 'membership.tier.decision'

    @api.model
    def _count_by_rank(self, program, rules, today):
        """Return {rank in the ladder: members of the programme} if all of them entered today.

        :param program: the programme as it is stored
        :param rules: TierRules, also of a form that is not saved
        """
        self.env.flush_all()
        members = SQL(
            """SELECT c.id, c.partner_id, NULL::date AS tier_since, NULL AS risen_by, c.member_since AS enrolled
                 FROM loyalty_card c WHERE c.program_id = %s AND c.is_membership AND c.active""", program.id)
        measured = self._measured(program, rules, today, members, posting=True)
        return dict(self.env.execute_query(SQL(
            "SELECT %s AS rank, count(*) FROM (%s) m GROUP BY rank", self._highest(rules, 'now'), measured)))
