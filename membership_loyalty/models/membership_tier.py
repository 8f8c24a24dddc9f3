from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..const import THRESHOLDS


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
    entry = fields.Selection(
        [('figures', "By purchases"), ('paid', "Bought"), ('invitation', "By invitation")], default='figures',
        required=True,
        help="How members come into this tier. Bought tiers and invitations are not reached by purchases.")
    # What it takes, in the programme's period. 0 asks for nothing of that measure.
    enter_spend = fields.Float(string="Spending to enter", digits=(16, 2))
    keep_spend = fields.Float(string="Spending to keep", digits=(16, 2), help="0: as to enter.")
    reenter_spend = fields.Float(string="Spending to come back", digits=(16, 2), help="0: as to enter.")
    enter_visits = fields.Integer(string="Visits to enter")
    keep_visits = fields.Integer(string="Visits to keep", help="0: as to enter.")
    reenter_visits = fields.Integer(string="Visits to come back", help="0: as to enter.")
    enter_points = fields.Float(string="Tier points to enter", digits=(16, 2))
    keep_points = fields.Float(string="Tier points to keep", digits=(16, 2), help="0: as to enter.")
    reenter_points = fields.Float(string="Tier points to come back", digits=(16, 2), help="0: as to enter.")
    enter_top_up = fields.Float(string="One top-up to enter", digits=(16, 2))
    keep_top_up = fields.Float(string="One top-up to keep", digits=(16, 2), help="0: as to enter.")
    reenter_top_up = fields.Float(string="One top-up to come back", digits=(16, 2), help="0: as to enter.")
    enter_top_up_total = fields.Float(string="Top-ups to enter", digits=(16, 2))
    keep_top_up_total = fields.Float(string="Top-ups to keep", digits=(16, 2), help="0: as to enter.")
    reenter_top_up_total = fields.Float(string="Top-ups to come back", digits=(16, 2), help="0: as to enter.")

    _multiplier_positive = models.Constraint(
        'CHECK (multiplier > 0 AND multiplier <= 100)', "The multiplier of a tier lies between 0 and 100.")
    _name_unique = models.UniqueIndex('(program_id, name) WHERE active', "Two tiers of a programme need two names.")

    _thresholds_positive = models.Constraint(
        f"CHECK (LEAST({', '.join(THRESHOLDS)}) >= 0)",
        "The thresholds of a tier cannot be negative.")

    @api.constrains('pricelist_id', 'program_id')
    def _check_pricelist_currency(self):
        for tier in self:
            if tier.pricelist_id and tier.pricelist_id.currency_id != tier.program_id.currency_id:
                raise ValidationError(self.env._(
                    "The price list %(pricelist)s is in %(theirs)s, the programme %(program)s in %(ours)s. "
                    "Choose a price list in the programme's currency.",
                    pricelist=tier.pricelist_id.name, theirs=tier.pricelist_id.currency_id.name,
                    program=tier.program_id.name, ours=tier.program_id.currency_id.name))
