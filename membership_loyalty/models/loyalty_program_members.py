from odoo import models


class LoyaltyProgram(models.Model):
    """Whose account a contact uses in a programme."""

    _inherit = 'loyalty.program'

    def _membership_accounts(self, partners):
        """Return {(program id, partner id): account} that these contacts earn on and spend from: their own account,
        else that of a family which gave them a card."""
        used = self.env['loyalty.card']._membership_used_by(partners)
        return {key: account for key, account in used.items() if key[0] in self.ids}
