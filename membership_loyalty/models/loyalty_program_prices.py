from odoo import models


class LoyaltyProgram(models.Model):
    """Members of a programme that is closed have the prices again that they had before; they come back with it."""

    _inherit = 'loyalty.program'

    def write(self, vals):
        turned = self.filtered(lambda program: program.is_membership and program.active != bool(vals['active'])) \
            if 'active' in vals else self.browse()
        result = super().write(vals)
        for tier in turned.with_context(active_test=False).tier_ids.filtered('pricelist_id'):
            none = tier.pricelist_id.browse()
            prices = (none, tier.pricelist_id) if vals['active'] else (tier.pricelist_id, none)
            tier._membership_accounts()._membership_change_prices(*prices)
        return result
