from odoo import fields, models


class MembershipTier(models.Model):
    """A tier that gets another price list gives it to its members in the same transaction."""

    _inherit = 'membership.tier'

    pricelist_id = fields.Many2one(help=(
        "Set on the member, so that the till, sales and the web shop show the tier's prices. While the member is in "
        "the tier it takes the place of any other price list, also of that of a level of Odoo's Partnership; the other "
        "one comes back afterwards, and the account's log says so."))

    def write(self, vals):
        if 'pricelist_id' not in vals:
            return super().write(vals)
        before = {tier: tier.pricelist_id for tier in self}
        result = super().write(vals)
        for tier, pricelist in before.items():
            tier._membership_accounts()._membership_apply_prices(pricelist, tier.pricelist_id)
        return result

    def _membership_accounts(self):
        """Return the accounts that are in these tiers."""
        return self.env['loyalty.card'].sudo().search([('tier_id', 'in', self.ids), ('is_membership', '=', True)])
