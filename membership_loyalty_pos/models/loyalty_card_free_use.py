from odoo import api, fields, models


class LoyaltyCard(models.Model):
    """What the till knows of the articles that a member has free."""

    _inherit = 'loyalty.card'

    membership_free_uses = fields.Json(
        compute='_compute_membership_free_uses', compute_sudo=True,
        help="Benefits of the member with what is used and left in their period.")

    @api.depends('tier_id', 'use_ids.quantity')
    def _compute_membership_free_uses(self):
        members = self.filtered('is_membership')
        rows = members._membership_free_use_rows()
        for account in self:
            account.membership_free_uses = rows.get(account) or False

    @api.model
    def _load_pos_data_fields(self, config):
        return super()._load_pos_data_fields(config) + ['membership_free_uses']
