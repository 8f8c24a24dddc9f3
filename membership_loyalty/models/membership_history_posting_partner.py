from odoo import api, models
from odoo.tools import SQL


class MembershipHistoryPosting(models.AbstractModel):
    """Imported purchases count for co-branded partners as those of a till do."""

    _inherit = 'membership.history.posting'

    @api.model
    def _insert_purchases(self, posted):
        super()._insert_purchases(posted)
        self.env['membership.partner.spend'].sudo()._follow(SQL("SELECT key FROM membership_import_row"))
