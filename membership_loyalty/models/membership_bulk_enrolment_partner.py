from odoo import api, models
from odoo.tools import SQL


class MembershipBulkEnrolment(models.AbstractModel):
    """Cards that come by the thousand are copies of one: each has the partner of its own number."""

    _inherit = 'membership.bulk.enrolment'

    @api.model
    def _make_cards(self, program):
        [[latest]] = self.env.execute_query(SQL("SELECT COALESCE(max(id), 0) FROM membership_card"))
        super()._make_cards(program)
        cards = self.env['membership.card'].sudo().search([('id', '>', latest), ('program_id', '=', program.id)])
        cards._membership_follow_ranges()
