from odoo import fields, models


class LoyaltyCard(models.Model):
    """Where a member stands between tiers: since when, until when, and on what ground."""

    _inherit = 'loyalty.card'

    tier_since = fields.Date(readonly=True, copy=False, help="First day in the present tier.")
    tier_until = fields.Date(
        readonly=True, copy=False,
        help="Last day of the present term; then the tier is kept or not. Empty: the tier is held for ever.")
    tier_basis = fields.Selection(
        [('figures', "Purchases"), ('manual', "By hand"), ('paid', "Paid"), ('invited', "Invitation")],
        string="Tier held by", readonly=True, copy=False,
        help="What the member holds the tier by. By hand, paid and by invitation: until the last day, whatever the "
             "purchases say; from then on the purchases decide.")
    tier_best_id = fields.Many2one(
        'membership.tier', string="Highest tier held", readonly=True, copy=False, ondelete='restrict',
        help="Up to this tier the thresholds for coming back apply.")
    tier_check_on = fields.Date(
        readonly=True, copy=False, help="First day on which the nightly review has to look at this member.")

    _tier_check = models.Index('(tier_check_on) WHERE is_membership AND active AND tier_check_on IS NOT NULL')
