from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError

from ..tools.rounding import to_decimal
from ..tools.settlement_facts import Fact

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

    is_claimed = fields.Boolean(readonly=True, copy=False, help="Its transactions are claimed and wait to be priced.")
    sums = fields.Json(readonly=True, copy=False, prefetch=False, help="What was claimed, while it waits to be priced.")
    error = fields.Text(readonly=True, copy=False, help="Why it could not be computed.")
    carried_to_id = fields.Many2one(
        'membership.settlement', string="Carried to", readonly=True, copy=False, index='btree_not_null',
        ondelete='restrict', help="Statement that has taken over this balance.")
    carried_from_ids = fields.One2many('membership.settlement', 'carried_to_id', string="Carried from", readonly=True)

    _one_per_period = models.UniqueIndex(
        "(party_id, program_id, currency_id, date_from) WHERE state <> 'cancel'",
        "This party has a statement of this period already.")

    def _compute_access_url(self):
        super()._compute_access_url()
        for settlement in self:
            settlement.access_url = f'/my/settlements/{settlement.id}'

    # ------------------------------------------------------------------ computing

    def _compute_settlement(self):
        """Claim and price what is on these statements, again if they were computed before.

        :raise UserError: for a statement that was sent, or whose period is still open
        :raise LockError: while somebody else computes it
        """
        settlements = self.sudo()
        for settlement in settlements:
            settlement._check_can_compute()
        settlements._release()
        settlements._claim()
        for settlement in settlements:
            settlement._take_adjustments()
        settlements._reprice()

    def _claim_ahead(self):
        """Claim for many statements at once, and keep the sums: each is then priced in a transaction of its own."""
        self._claim()
        # A month's claims are new to the database: without a look at them it would read them one by one.
        self.env.cr.execute("ANALYZE membership_settlement_atom")
        facts = self._all_facts()
        for settlement in self:
            settlement.write({'is_claimed': True, 'sums': [fact.to_json() for fact in facts[settlement.id]]})

    def _price_claimed(self):
        """Price one statement that was claimed ahead: its movements never change, so their sums do not either."""
        self._check_can_compute()
        self._take_adjustments()
        self._finish([Fact.from_json(row) for row in self.sums or []])

    def _reprice(self):
        """Write lines, controls and totals of what is claimed; after something was set aside, too."""
        facts = self._all_facts()
        for settlement in self:
            settlement._finish(facts[settlement.id])

    def _finish(self, facts):
        self._price(facts)
        self._total()
        self.write({'is_claimed': False, 'sums': False, 'error': False})

    def _check_can_compute(self):
        self.ensure_one()
        if not self.try_lock_for_update():
            raise LockError(self.env._(
                "%(settlement)s is being computed by somebody else. Look again in a minute.", settlement=self.name))
        if self.state not in OPEN:
            raise UserError(self.env._(
                "%(settlement)s was sent. Open it again before it is computed.", settlement=self.name))
        if not self.party_id.closed_until or self.party_id.closed_until < self.date_to:
            raise UserError(self.env._(
                "%(party)s is still open for what happens until %(day)s. Compute the monthly run: it closes the "
                "period first.", party=self.party_id.name, day=self.date_to))

    def _total(self):
        self.ensure_one()
        owed = dict.fromkeys(('party_to_hq', 'hq_to_party'), Decimal(0))
        for line in self.line_ids:
            owed[line.direction] += to_decimal(line.amount)
        carried = self._carried_in() if self.state in OPEN else to_decimal(self.carried_in)
        net = owed['hq_to_party'] - owed['party_to_hq']
        self.write({
            'receivable': float(owed['party_to_hq']), 'payable': float(owed['hq_to_party']), 'net': float(net),
            'carried_in': float(carried), 'balance': float(carried + net)})
        if self.state in OPEN:
            something = self.line_ids or carried or self.control['unpriced']
            self.state = 'computed' if something else 'nil'
        self._seal()
        self.run_id.filtered(lambda run: run.state == 'computed')._set_totals()

    def _carried_in(self):
        """Take over the balances of earlier statements that were too small to be paid; return their sum, Decimal."""
        self.ensure_one()
        earlier = self.search([
            ('party_id', '=', self.party_id.id), ('program_id', '=', self.program_id.id),
            ('currency_id', '=', self.currency_id.id), ('date_from', '<', self.date_from), ('state', '!=', 'cancel')],
            order='date_from desc')
        self.previous_id = earlier[:1]
        waiting = earlier.filtered(lambda s: s.state == 'carried' and s.carried_to_id in (self.browse(), self))
        waiting.carried_to_id = self
        return sum(map(to_decimal, waiting.mapped('balance')), Decimal(0))

    # ------------------------------------------------------------------ hooks

    def _check_before_send(self):
        """Return a list of sentences about what should be looked at before these statements are sent; modules that
        know of more extend it. What must not be sent at all is refused by _check_can_send."""
        return []

    def _after_sent(self):
        """Called after these statements were sent; modules that make files or mails extend it."""

    def _after_confirmed(self):
        """Called after these statements were confirmed or carried forward; the documents extend it."""

    @api.model
    def _get_statement_files(self):
        """Return the ir.attachment records of this statement that the party may download; the workbook extends it."""
        return self.env['ir.attachment']
