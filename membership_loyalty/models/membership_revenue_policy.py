from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

RATE_DIGITS = (5, 4)
VALUE_DIGITS = (16, 6)


class MembershipRevenuePolicy(models.Model):
    """How one company books what it owes for points sold with goods: their worth, the estimate, the accounts."""

    _name = 'membership.revenue.policy'
    _description = "Liability of Points"
    _inherit = ['mail.thread']
    _order = 'program_id, company_id'
    _check_company_auto = True

    program_id = fields.Many2one(
        'loyalty.program', string="Programme", required=True, ondelete='restrict', index=True,
        domain="[('is_membership', '=', True), ('company_id', 'in', [company_id, False])]")
    company_id = fields.Many2one(
        'res.company', required=True, default=lambda self: self.env.company,
        help="The company whose sales give the points, and in whose books they are owed. A company that pays the "
             "operator for each point it gives needs no settings here: the operator owes the points.")
    currency_id = fields.Many2one(related='company_id.currency_id')
    active = fields.Boolean(default=True)
    point_value = fields.Float(
        string="Worth of a point", digits=VALUE_DIGITS, required=True, tracking=True,
        help="What a member saves with one redeemed point, in the company's currency: its stand-alone selling price. "
             "With 0.10, 100 points are worth 10.00. A change counts for months that were not booked yet.")
    expected_rate = fields.Float(
        string="Expected to be redeemed", digits=RATE_DIGITS, required=True, default=1, tracking=True,
        help="Share of the points given that members will redeem in the end. It decides how much of a sale is owed for "
             "its points. A change counts for months that were not booked yet; Re-estimate changes the others.")
    history_months = fields.Integer(
        string="History: months and older", required=True, default=12,
        help="The proposed rate is taken from points that were given at least this many months ago.")
    liability_account_id = fields.Many2one(
        'account.account', string="Contract liability", required=True, check_company=True, ondelete='restrict',
        domain="[('account_type', 'in', ('liability_current', 'liability_non_current'))]",
        help="Shows what is owed to members for points that they have not redeemed yet. Keep it for this alone, so "
             "that its balance can be compared with the cohorts.")
    revenue_account_id = fields.Many2one(
        'account.account', string="Revenue", required=True, check_company=True, ondelete='restrict',
        domain="[('account_type', 'in', ('income', 'income_other'))]",
        help="Sales are reduced here when points are given, and increased when they are redeemed.")
    breakage_account_id = fields.Many2one(
        'account.account', string="Breakage", required=True, check_company=True, ondelete='restrict',
        domain="[('account_type', 'in', ('income', 'income_other'))]",
        help="Revenue from points that expire. It may be the same account as Revenue.")
    journal_id = fields.Many2one(
        'account.journal', required=True, check_company=True, ondelete='restrict', domain="[('type', '=', 'general')]",
        help="The monthly entry is made in this journal.")
    cohort_ids = fields.One2many('membership.revenue.cohort', 'policy_id', string="Cohorts", readonly=True)

    _once = models.UniqueIndex('(program_id, company_id)', "This company has settings for this programme already.")
    _shares = models.Constraint(
        'CHECK (point_value > 0 AND expected_rate BETWEEN 0 AND 1 AND history_months > 0)',
        "A point is worth something, the share that is redeemed is between 0 and 100 %, and history begins at least a "
        "month ago.")

    @api.constrains('program_id', 'company_id')
    def _check_program(self):
        for policy in self:
            if not policy.program_id.is_membership:
                raise ValidationError(self.env._(
                    "%(program)s gives no points of a membership: nothing is to be deferred. Choose a membership.",
                    program=policy.program_id.name))
            if policy.program_id.company_id not in (policy.company_id, self.env['res.company']):
                raise ValidationError(self.env._(
                    "%(program)s belongs to another company than %(company)s.", program=policy.program_id.name,
                    company=policy.company_id.name))

    @api.depends('program_id.name', 'company_id.name')
    def _compute_display_name(self):
        for policy in self:
            policy.display_name = f"{policy.program_id.name} · {policy.company_id.name}"

    def write(self, vals):
        booked = self.filtered(lambda policy: policy.cohort_ids)
        if booked and {'program_id', 'company_id', 'liability_account_id'} & vals.keys():
            raise UserError(self.env._(
                "%(policy)s: points were booked already, so programme, company and liability account stay. To move the "
                "liability to another account, book an entry between the two and open new settings.",
                policy=booked[0].display_name))
        return super().write(vals)

    # ------------------------------------------------------------------ buttons

    def action_open_close(self):
        """Open the screen of the accountant for these settings."""
        self.ensure_one()
        return self.env['membership.revenue.close'].create({'policy_id': self.id})._get_records_action()

    def action_open_cohorts(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('membership_loyalty.membership_revenue_cohort_action')
        return {**action, 'domain': [('policy_id', '=', self.id)]}

    def action_estimate(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('membership_loyalty.membership_revenue_estimate_action')
        return {**action, 'context': {'default_policy_id': self.id}}
