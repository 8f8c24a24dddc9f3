from odoo import api, fields, models

STATES = [('draft', "Draft"), ('active', "Active"), ('ended', "Ended")]


class MembershipAgreement(models.Model):
    """One version of what a party and the operator have agreed: what is paid for what, from one day to another."""

    _name = 'membership.agreement'
    _description = "Settlement Agreement"
    _inherit = ['mail.thread', 'mail.activity.mixin']
    _order = 'party_id, program_id, version desc'
    _rec_name = 'display_name'

    party_id = fields.Many2one('membership.party', required=True, index=True, ondelete='restrict', tracking=True)
    program_id = fields.Many2one(
        'loyalty.program', string="Programme", required=True, ondelete='restrict', tracking=True,
        domain="['|', ('is_membership', '=', True), ('is_stored_value', '=', True)]")
    company_id = fields.Many2one(related='party_id.operator_id', string="Operator", store=True)
    version = fields.Integer(required=True, readonly=True, default=1, copy=False)
    state = fields.Selection(STATES, required=True, readonly=True, default='draft', tracking=True, copy=False)
    date_from = fields.Date(
        string="First day", required=True, tracking=True, help="In the programme's time zone.")
    date_to = fields.Date(string="Last day", tracking=True, help="Empty: until the next version begins.")
    basis = fields.Selection(
        [('issue', "Pays when points are issued"), ('redeem', "Pays when its points are spent")], required=True,
        default='issue', tracking=True,
        help="Who has paid when points expire: with the first, the party; with the second, nobody.")
    currency_id = fields.Many2one(
        'res.currency', required=True, compute='_compute_currency_id', store=True, readonly=False, precompute=True,
        tracking=True)
    rate_ids = fields.One2many('membership.agreement.rate', 'agreement_id', string="Rates", copy=True)
    commission_on = fields.Selection(
        [('card', "Purchases with its card"), ('member', "All purchases of its card holders")],
        string="Commission is paid on", required=True, default='card', tracking=True,
        help="Purchases at which a co-branded card of the party was shown, or everything that is bought by members who "
             "have an active one.")
    bonus_bearer = fields.Selection(
        [('redeemer', "Who accepts it"), ('loader', "Who sold the top-up"), ('hq', "Operator"), ('share', "Shared")],
        string="Bonus money is borne by", required=True, default='loader', tracking=True,
        help="Who pays when bonus money of a top-up is spent at another party than the one that sold it.")
    bonus_share = fields.Float(
        string="Seller's share (%)", digits=(5, 2), tracking=True,
        help="Of shared bonus money: what the seller of the top-up bears, the operator bears the rest.")
    overdraft_bearer = fields.Selection(
        [('redeemer', "Who accepted them"), ('hq', "Operator")], string="Points that were not there are borne by",
        required=True, default='redeemer', tracking=True,
        help="A till that is offline can accept points that were spent elsewhere.")
    late_days = fields.Integer(
        string="Events accepted for (days)", default=90, tracking=True,
        help="Events older than this many days are refused. 0: no limit.")
    dispute_days = fields.Integer(
        string="Days to dispute", default=10, tracking=True,
        help="Days after sending in which a statement can be disputed.")
    is_auto_accept = fields.Boolean(
        string="Accepted by silence", tracking=True, help="A statement is confirmed when the days to dispute are over.")
    min_amount = fields.Monetary(
        string="Smallest payment", tracking=True,
        help="Less than this is carried to the next statement. 0: everything is paid.")
    min_policy = fields.Selection(
        [('carry', "Nothing is booked"), ('always', "Documents are booked, payment waits")], string="Below it",
        required=True, default='always', tracking=True, help="What happens to a statement of less than that.")
    document_mode = fields.Selection(
        [('gross', "Invoice and bill"), ('net', "One document")], string="Documents", required=True,
        default='gross', tracking=True,
        help="Two supplies are two documents for value added tax; payment is netted either way.")
    payment_term_id = fields.Many2one(
        'account.payment.term', string="Payment terms", tracking=True,
        help="Of the documents. Empty: those of the contact.")
    reversal_grace_days = fields.Integer(
        string="Grace after a reversal (days)", tracking=True,
        help="Points that come back by a reversal can be spent for at least this many days.")
    analytic_distribution = fields.Json()
    priced_by_ids = fields.Many2many(
        'res.users', string="Priced by", readonly=True, copy=False,
        help="Who wrote or activated these rates: they cannot confirm a statement that is priced by them.")

    _dates = models.Constraint('CHECK (date_to IS NULL OR date_to >= date_from)', "An agreement ends after it begins.")
    _amounts = models.Constraint(
        'CHECK (late_days >= 0 AND dispute_days >= 0 AND min_amount >= 0 AND reversal_grace_days >= 0'
        ' AND bonus_share BETWEEN 0 AND 100)', "Days, the smallest payment and shares are not negative.")
    _version_unique = models.UniqueIndex(
        '(party_id, program_id, version)', "This version of the agreement exists already.")
    # Ranges of one number each, as equality: plain PostgreSQL has no GiST index of numbers.
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (int4range(party_id, party_id, '[]') WITH &&,"
        " int4range(program_id, program_id, '[]') WITH &&, daterange(date_from, date_to, '[]') WITH &&)"
        " WHERE (state <> 'draft')",
        "Two versions of one agreement hold on the same day. Begin the new one after the last day of the other.")

    @api.depends('party_id')
    def _compute_currency_id(self):
        for agreement in self:
            agreement.currency_id = agreement.party_id.currency_id or agreement.currency_id

    @api.depends('party_id', 'program_id', 'version')
    def _compute_display_name(self):
        for agreement in self:
            agreement.display_name = self.env._(
                "%(party)s, %(program)s, version %(version)s", party=agreement.party_id.name or '',
                program=agreement.program_id.name or '', version=agreement.version)
