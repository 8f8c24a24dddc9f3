from odoo import models


class MembershipParty(models.Model):
    """A party takes over what happened at it before it was known here."""

    _inherit = 'membership.party'

    def _adopt_events(self):
        """Give these parties the events that are theirs by their agreements and their shops."""
        self.env['membership.agreement'].sudo().search([
            ('party_id', 'in', self.ids), ('state', '!=', 'draft')])._adopt()
