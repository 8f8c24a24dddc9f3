from odoo import fields, models


class MembershipTierChange(models.Model):
    """Every move of a member between tiers, with the reason."""

    _name = 'membership.tier.change'
    _description = "Membership Tier Change"
    _order = 'id desc'
    _rec_name = 'reason'

    card_id = fields.Many2one(
        'loyalty.card', string="Account", required=True, readonly=True, index=True, ondelete='cascade')
    partner_id = fields.Many2one(related='card_id.partner_id', string="Member")
    company_id = fields.Many2one(related='card_id.company_id')
    old_tier_id = fields.Many2one('membership.tier', readonly=True, ondelete='restrict')
    new_tier_id = fields.Many2one('membership.tier', readonly=True, ondelete='restrict')
    date = fields.Date(required=True, readonly=True)
    basis = fields.Selection(
        [('figures', "Purchases"), ('manual', "By hand"), ('paid', "Paid"), ('invited', "Invitation")], readonly=True)
    old_basis = fields.Selection(
        [('figures', "Purchases"), ('manual', "By hand"), ('paid', "Paid"), ('invited', "Invitation")],
        string="Held before by", readonly=True)
    old_until = fields.Date(
        string="Held before until", readonly=True, help="Last day of the term that ended with this move.")
    rule = fields.Char(
        readonly=True, help="What decided: enter, keep, reenter, drop, refund, override, paid, invited, enrolment.")
    until = fields.Date(readonly=True, help="Last day of the term that began with this move.")
    figures = fields.Json(readonly=True, help="What was measured, by measure, with the first and last day counted.")
    thresholds = fields.Json(readonly=True, help="What it took, by measure.")
    policy_version = fields.Integer(readonly=True)
    reason = fields.Char(required=True, readonly=True)
