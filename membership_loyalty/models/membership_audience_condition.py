from odoo import api, fields, models
from odoo.exceptions import ValidationError


class MembershipAudienceCondition(models.AbstractModel):
    """Members of a programme, of all tiers or of some: whom multipliers, benefits and other rules are for."""

    _name = 'membership.audience.condition'
    _description = "Audience of a Membership Rule"
    _order = 'program_id, sequence, id'

    name = fields.Char(required=True, translate=True)
    program_id = fields.Many2one('loyalty.program', string="Programme", required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='program_id.company_id', store=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    tier_ids = fields.Many2many(
        'membership.tier', string="Tiers", domain="[('program_id', '=', program_id)]", help="Empty: all members.")

    @api.constrains('tier_ids', 'program_id')
    def _check_tiers(self):
        for rule in self:
            if rule.tier_ids.program_id - rule.program_id:
                raise ValidationError(self.env._(
                    "The tiers of %(name)s must be of %(program)s.", name=rule.name, program=rule.program_id.name))
