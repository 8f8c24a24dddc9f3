from odoo import api, fields, models
from odoo.exceptions import UserError

STATES = [
    ('draft', "Draft"),
    ('computed', "Computed"),
    ('nil', "Nothing to settle"),
    ('sent', "Sent"),
    ('disputed', "Disputed"),
    ('confirmed', "Confirmed"),
    ('invoiced', "Invoiced"),
    ('settled', "Settled"),
    ('carried', "Carried forward"),
    ('cancel', "Cancelled"),
]
OPEN = ('draft', 'computed', 'nil')  # can be computed again
FINAL = ('confirmed', 'invoiced', 'settled', 'carried')  # never changes any more


class MembershipSettlement(models.Model):
    """The statement of one party for one month of one programme."""

    _name = 'membership.settlement'
    _description = "Settlement"
    _inherit = ['portal.mixin', 'mail.thread', 'mail.activity.mixin']
    _order = 'date_from desc, id desc'
    _check_company_auto = True

    name = fields.Char(required=True, readonly=True, default="/", copy=False)
    run_id = fields.Many2one('membership.settlement.run', readonly=True, index=True, ondelete='restrict')
    party_id = fields.Many2one('membership.party', required=True, readonly=True, index=True, ondelete='restrict')
    partner_id = fields.Many2one(related='party_id.partner_id', string="Contact")
    program_id = fields.Many2one(
        'loyalty.program', string="Programme", required=True, readonly=True, ondelete='restrict')
    company_id = fields.Many2one('res.company', string="Operator", required=True, readonly=True)
    agreement_id = fields.Many2one(
        'membership.agreement', readonly=True, ondelete='restrict', help="Version that holds at the end of the period.")
    currency_id = fields.Many2one('res.currency', required=True, readonly=True)
    date_from = fields.Date(
        string="From", required=True, readonly=True,
        help="First day, in the programme's time zone.")
    date_to = fields.Date(string="To", required=True, readonly=True, help="Last day, in the programme's time zone.")
    state = fields.Selection(STATES, required=True, readonly=True, default='draft', tracking=True, copy=False)
    revision = fields.Integer(readonly=True, copy=False, help="How often it was opened again after it was sent.")
    line_ids = fields.One2many('membership.settlement.line', 'settlement_id', string="Lines", readonly=True)
    adjustment_ids = fields.One2many(
        'membership.settlement.adjustment', 'settlement_id', string="Adjustments", readonly=True)
    receivable = fields.Monetary(string="Party owes", readonly=True, help="What the party owes for this period.")
    payable = fields.Monetary(string="Operator owes", readonly=True, help="What the operator owes for this period.")
    net = fields.Monetary(
        readonly=True,
        help="Of this period: above zero the operator owes the party, below zero the party owes.")
    carried_in = fields.Monetary(
        string="Carried in", readonly=True,
        help="From statements that were too small to be paid.")
    balance = fields.Monetary(
        readonly=True,
        help="Net and what was carried in: above zero the operator pays, below zero the party pays.")
    control = fields.Json(readonly=True, copy=False, help="Counts and sums of what is on the statement.")
    roll_forward = fields.Json(
        readonly=True, copy=False,
        help="Opening, issued, redeemed, expired, adjusted, closing of its points.")
    content_hash = fields.Char(
        readonly=True, copy=False,
        help="SHA-256 of lines and totals; shows that nothing has changed.")
    sent_at = fields.Datetime(readonly=True, copy=False)
    dispute_until = fields.Date(readonly=True, copy=False, help="Last day on which the party can dispute it.")
    confirmed_by_id = fields.Many2one('res.users', readonly=True, copy=False)
    confirmed_at = fields.Datetime(readonly=True, copy=False)
    previous_id = fields.Many2one(
        'membership.settlement', string="Statement before", readonly=True, copy=False, ondelete='restrict')

    _one_per_period = models.UniqueIndex(
        "(party_id, program_id, currency_id, date_from) WHERE state <> 'cancel'",
        "This party has a statement of this period already.")

    def _compute_access_url(self):
        super()._compute_access_url()
        for settlement in self:
            settlement.access_url = f'/my/settlements/{settlement.id}'

    # ------------------------------------------------------------------ life

    def _compute_settlement(self):
        """Claim and price what is on these statements, again if they were computed before.

        :raise UserError: for a statement that was sent
        """
        for settlement in self.sudo():
            if settlement.state not in OPEN:
                raise UserError(self.env._(
                    "%(settlement)s was sent. Open it again before it is computed.", settlement=settlement.name))
            settlement._release()
            settlement._claim()
            settlement._take_adjustments()
            settlement._price()
            settlement._total()

    def _total(self):
        self.ensure_one()
        owed = {way: sum(self.line_ids.filtered(lambda line, way=way: line.direction == way).mapped('amount'))
                for way in ('party_to_hq', 'hq_to_party')}
        carried = self._carried_in()
        net = owed['hq_to_party'] - owed['party_to_hq']
        self.write({
            'receivable': owed['party_to_hq'], 'payable': owed['hq_to_party'], 'net': net, 'carried_in': carried,
            'balance': carried + net, 'state': 'computed' if self.line_ids or carried else 'nil'})

    def _carried_in(self):
        """Return the balance of the statement before, if that was carried forward."""
        self.previous_id = self.search([
            ('party_id', '=', self.party_id.id), ('program_id', '=', self.program_id.id),
            ('currency_id', '=', self.currency_id.id), ('date_from', '<', self.date_from), ('state', '!=', 'cancel')],
            order='date_from desc', limit=1)
        return self.previous_id.balance if self.previous_id.state == 'carried' else 0

    def action_compute(self):
        self._check_group('membership_loyalty.group_settlement_user')
        self._compute_settlement()

    def action_send(self):
        self._check_group('membership_loyalty.group_settlement_manager')
        self._move_from({'computed'}, self.env._("sent"))
        today = fields.Date.context_today(self)
        for settlement in self.sudo():
            settlement.write({
                'state': 'sent', 'sent_at': fields.Datetime.now(),
                'dispute_until': fields.Date.add(today, days=settlement.agreement_id.dispute_days)})
        self._after_sent()

    def action_confirm(self):
        self._check_group('membership_loyalty.group_settlement_manager')
        self._move_from({'sent'}, self.env._("confirmed"))
        for settlement in self.sudo():
            if self.env.user in settlement.line_ids.agreement_id.priced_by_ids:
                raise UserError(self.env._(
                    "You have set the rates of %(settlement)s. Somebody else has to confirm it.",
                    settlement=settlement.name))
        self._confirm()

    def _confirm(self):
        self.sudo().write({
            'state': 'confirmed', 'confirmed_by_id': self.env.uid, 'confirmed_at': fields.Datetime.now()})
        self._after_confirmed()

    def action_cancel(self):
        self._check_group('membership_loyalty.group_settlement_manager')
        self._move_from({'draft', 'computed', 'nil', 'sent', 'disputed'}, self.env._("cancelled"))
        self.sudo()._release()
        self.sudo().write({'state': 'cancel'})

    def _check_group(self, group):
        self.check_access('read')
        if not self.env.user.has_group(group):
            raise UserError(self.env._("This is done by a %(group)s.", group=self.env.ref(group).sudo().display_name))

    def _move_from(self, states, wanted):
        labels = dict(self._fields['state']._description_selection(self.env))
        for settlement in self:
            if settlement.state not in states:
                raise UserError(self.env._(
                    "%(settlement)s is %(state)s and cannot be %(wanted)s.", settlement=settlement.name,
                    state=labels[settlement.state], wanted=wanted))

    # ------------------------------------------------------------------ hooks

    def _after_sent(self):
        """Called after these statements were sent; modules that make files or mails extend it."""

    def _after_confirmed(self):
        """Called after these statements were confirmed; the documents extend it."""

    @api.model
    def _get_statement_files(self):
        """Return the ir.attachment records of this statement that the party may download; the workbook extends it."""
        return self.env['ir.attachment']
