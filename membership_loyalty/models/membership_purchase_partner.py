from odoo import api, models


class MembershipPurchase(models.Model):
    """What members buy with a co-branded card is what the partner behind the card pays commission on."""

    _inherit = 'membership.purchase'

    @api.model
    def _upsert(self, rows):
        super()._upsert(rows)
        self.env['membership.partner.spend'].sudo()._follow([row['document_key'] for row in rows])

    @api.model
    def _forget(self, keys):
        super()._forget(keys)
        self.env['membership.partner.spend'].sudo()._follow(list(keys))
