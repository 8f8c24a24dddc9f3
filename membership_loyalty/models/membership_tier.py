from odoo import api, fields, models
from odoo.exceptions import ValidationError


class MembershipTier(models.Model):
    _name = 'membership.tier'
    _description = "Membership Tier"
    _order = 'program_id, sequence, id'
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    program_id = fields.Many2one('loyalty.program', string="Programme", required=True, index=True, ondelete='cascade')
    company_id = fields.Many2one(related='program_id.company_id', store=True)
    currency_id = fields.Many2one(related='program_id.currency_id')
    sequence = fields.Integer(default=10, help="Higher tiers have higher numbers.")
    color = fields.Integer(help="Colour of the tier at the till and on the card.")
    multiplier = fields.Float(
        digits=(6, 2), default=1, required=True, help="Members of this tier earn this many times the points.")
    pricelist_id = fields.Many2one(
        'product.pricelist', check_company=True,
        help="Set on the member, so that the till, sales and the web shop show the tier's prices.")
    active = fields.Boolean(default=True)

    _multiplier_positive = models.Constraint(
        'CHECK (multiplier > 0 AND multiplier <= 100)', "The multiplier of a tier lies between 0 and 100.")
    _name_unique = models.UniqueIndex('(program_id, name) WHERE active', "Two tiers of a programme need two names.")

    @api.constrains('pricelist_id', 'program_id')
    def _check_pricelist_currency(self):
        for tier in self:
            if tier.pricelist_id and tier.pricelist_id.currency_id != tier.program_id.currency_id:
                raise ValidationError(self.env._(
                    "The price list %(pricelist)s is in %(theirs)s, the programme %(program)s in %(ours)s. "
                    "Choose a price list in the programme's currency.",
                    pricelist=tier.pricelist_id.name, theirs=tier.pricelist_id.currency_id.name,
                    program=tier.program_id.name, ours=tier.program_id.currency_id.name))
