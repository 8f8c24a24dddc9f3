from odoo import models


class ResPartner(models.Model):
    _inherit = 'res.partner'

    def _membership_tier_by_program(self):
        """Return {partner id: {programme id: membership.tier}} of those of these contacts who are members; sudo.

        Family members have the tier of their family, contacts of a company that is a member have the company's.
        """
        used = self.env['loyalty.card']._membership_used_by(self | self.commercial_partner_id)
        tiers = {}
        for partner in self if used else ():
            for user in (partner.commercial_partner_id, partner):  # the own account counts
                tiers.setdefault(partner.id, {}).update({
                    program_id: account.tier_id for (program_id, user_id), account in used.items()
                    if user_id == user.id})
        return {partner_id: own for partner_id, own in tiers.items() if own}
