from odoo import api, models


class MembershipCachedRule(models.AbstractModel):
    """Rules that are asked for at every sale and seldom changed: kept in memory until one of them is."""

    _name = 'membership.cached.rule'
    _description = "Membership Rule Kept in Memory"

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()
