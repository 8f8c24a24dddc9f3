from odoo import fields, models


class LoyaltyCard(models.Model):
    """Since when somebody is a member: not since when the account is in this database, which an import makes today."""

    _inherit = 'loyalty.card'

    member_since = fields.Date(
        string="Member since", readonly=True, copy=False,
        help="Day of enrolment; of members who came with a purchase history, the day of their first purchase.")

    def init(self):
        """Accounts that were there before this field have the day on which they were made."""
        super().init()
        self.env.cr.execute(
            "UPDATE loyalty_card SET member_since = create_date::date WHERE is_membership AND member_since IS NULL")
