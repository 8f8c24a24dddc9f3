from odoo import api, fields, models
from odoo.exceptions import ValidationError

KINDS = [
    ('birthday', "Birthday gift"),
    ('welcome', "Welcome gift"),
    ('referrer', "Referral: for the member who brings a friend"),
    ('friend', "Referral: for the friend"),
    ('free_use', "Free article, several times per period"),
]


class MembershipBenefit(models.Model):
    """Something members are given besides the points of their purchases: by occasion, or a number of times."""

    _name = 'membership.benefit'
    _inherit = ['membership.audience.condition']
    _description = "Membership Benefit"
    _check_company_auto = True

    name = fields.Char(help="Shown to the member: on receipts, on the portal page.")
    program_id = fields.Many2one(domain=[('is_membership', '=', True)])
    kind = fields.Selection(KINDS, required=True, default='birthday', help="What the benefit is given for.")

    # ------------------------------------------------------------------ gifts
    points = fields.Float(digits=(16, 2), help="Points that are given. 0: none.")
    coupon_program_id = fields.Many2one(
        'loyalty.program', string="Voucher", check_company=True, ondelete='restrict',
        domain="[('program_type', '=', 'coupons'), ('company_id', 'in', [company_id, False])]",
        help="A coupon programme of Odoo. Each member is given a code of its own, and the e-mail which that programme "
             "sends with a new coupon.")
    coupon_days = fields.Integer(
        string="Voucher valid for", default=30, help="Days from the day it is given. 0: without an end.")
    birthday_window = fields.Selection(
        [('day', "On the birthday"), ('week', "In the week of the birthday"),
         ('month', "In the month of the birthday")],
        string="When", default='day', required=True,
        help="When the gift is given: on the day itself, on the Monday before it or on the first of its month.")
    birthday_lead_days = fields.Integer(
        string="Days in advance", help="The gift comes so many days earlier, so that the member can plan with it.")

    # ------------------------------------------------------------------ free uses
    product_id = fields.Many2one(
        'product.product', string="Free article", check_company=True, ondelete='restrict',
        domain="[('sale_ok', '=', True), ('type', '!=', 'combo')]")
    use_limit = fields.Integer(string="Number of times", default=1)
    use_period = fields.Selection(
        [('day', "Day"), ('week', "Week"), ('month', "Month"), ('year', "Year"), ('term', "Term in the tier")],
        default='month', required=True, help="Uses are counted per calendar day, week from Monday, month or year, or "
                                             "from the day on which the member came to the tier.")
    grant_ids = fields.One2many('membership.benefit.grant', 'benefit_id', string="Gifts", readonly=True)
    grant_count = fields.Integer(string="Given", compute='_compute_grant_count', compute_sudo=True)

    _figures = models.Constraint(
        'CHECK (points >= 0 AND coupon_days >= 0 AND birthday_lead_days BETWEEN 0 AND 60)',
        "Points and days cannot be negative, and a birthday gift comes at most 60 days in advance.")
    _free_use = models.Constraint(
        "CHECK (kind <> 'free_use' OR (use_limit > 0 AND product_id IS NOT NULL))",
        "Say which article is free, and how many times.")
    _gift = models.Constraint(
        "CHECK (kind = 'free_use' OR COALESCE(points, 0) > 0 OR coupon_program_id IS NOT NULL)",
        "Say what is given: points, a voucher or both.")

    def _compute_grant_count(self):
        counts = dict(self.env['membership.benefit.grant']._read_group(
            [('benefit_id', 'in', self.ids)], ['benefit_id'], ['__count']))
        for benefit in self:
            benefit.grant_count = counts.get(benefit, 0)

    @api.constrains('program_id', 'coupon_program_id', 'kind')
    def _check_belongs_together(self):
        for benefit in self:
            if not benefit.program_id.is_membership:
                raise ValidationError(self.env._(
                    "%(program)s is not a membership. Choose the programme whose members have the benefit.",
                    program=benefit.program_id.name))
            if benefit.coupon_program_id and benefit.coupon_program_id.program_type != 'coupons':
                raise ValidationError(self.env._(
                    "%(benefit)s: %(program)s is no coupon programme. Gift cards, wallets and promotions cannot be "
                    "given as a personal voucher.", benefit=benefit.name, program=benefit.coupon_program_id.name))

    @api.constrains('kind')
    def _check_kind_kept(self):
        """What was given or used stays what it was called."""
        for benefit in self:
            uses = self.env['membership.benefit.use'].sudo().search_count([('benefit_id', '=', benefit.id)], limit=1)
            if (benefit.kind == 'free_use' and benefit.grant_count) or (benefit.kind != 'free_use' and uses):
                raise ValidationError(self.env._(
                    "%(benefit)s was given already and cannot become another kind of benefit. Archive it and create a "
                    "new one.", benefit=benefit.name))

    def _is_for(self, account):
        """Tell whether an account's member has this benefit today."""
        self.ensure_one()
        return (self.active and account.active and account.program_id == self.program_id
                and (not self.tier_ids or account.tier_id in self.tier_ids))

    def _when(self):
        """Return the period that free uses are counted in, as a member reads it after "1 of 2 used"."""
        return {
            'day': self.env._("today"), 'week': self.env._("this week"), 'month': self.env._("this month"),
            'year': self.env._("this year"), 'term': self.env._("in this term"),
        }[self.use_period]

    def _use_row(self, used):
        """Return what a screen, till or receipt says of this free use: JSON values.

        :param used: Decimal, in the period
        """
        return {
            'benefit_id': self.id, 'name': self.name, 'used': float(used), 'limit': self.use_limit,
            'left': max(0, self.use_limit - float(used)), 'when': self._when(),
        }

    def action_open_grants(self):
        action = self.env['ir.actions.act_window']._for_xml_id('membership_loyalty.membership_benefit_grant_action')
        return {**action, 'domain': [('benefit_id', 'in', self.ids)], 'context': {}}
