from decimal import Decimal

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError, ValidationError

from ..tools.rounding import to_decimal


class MembershipSettlementRun(models.Model):
    """A month of a programme, settled with every party."""

    _name = 'membership.settlement.run'
    _description = "Settlement Run"
    _inherit = ['mail.thread', 'mail.activity.mixin']
    _order = 'date_from desc, id desc'
    _rec_name = 'display_name'

    program_id = fields.Many2one(
        'loyalty.program', string="Programme", required=True, ondelete='restrict', tracking=True,
        domain="['|', ('is_membership', '=', True), ('is_stored_value', '=', True)]")
    company_id = fields.Many2one(
        'res.company', string="Operator", required=True, default=lambda self: self.env.company)
    date_from = fields.Date(
        string="From", required=True, tracking=True,
        default=lambda self: fields.Date.today().replace(day=1) - relativedelta(months=1))
    date_to = fields.Date(
        string="To", required=True, compute='_compute_date_to', store=True, precompute=True, readonly=False,
        tracking=True, help="Last day, in the programme's time zone.")
    state = fields.Selection(
        [('draft', "Draft"), ('computing', "Computing"), ('computed', "Computed"), ('closed', "Closed")],
        required=True, readonly=True, default='draft', tracking=True, copy=False)
    settlement_ids = fields.One2many('membership.settlement', 'run_id', string="Statements", readonly=True)
    progress = fields.Float(compute='_compute_progress', help="Percent of the parties that are computed.")
    totals = fields.Json(readonly=True, copy=False, help="Net of all parties and of the operator, per currency.")

    _one_per_month = models.UniqueIndex(
        '(company_id, program_id, date_from)', "This month of the programme has a run already.")
    _dates = models.Constraint('CHECK (date_to >= date_from)', "A period ends after it begins.")

    @api.depends('date_from')
    def _compute_date_to(self):
        for run in self:
            run.date_to = run.date_from and run.date_from + relativedelta(months=1, days=-1)

    @api.depends('settlement_ids.state')
    def _compute_progress(self):
        for run in self:
            done = run.settlement_ids.filtered(lambda settlement: settlement.state != 'draft')
            run.progress = 100 * len(done) / len(run.settlement_ids) if run.settlement_ids else 0

    @api.depends('program_id', 'date_from')
    def _compute_display_name(self):
        for run in self:
            run.display_name = self.env._(
                "%(program)s, %(month)s", program=run.program_id.name or '', month=str(run.date_from or '')[:7])

    @api.constrains('date_to', 'date_from')
    def _check_one_month(self):
        for run in self:
            if run.date_from.replace(day=1) != run.date_to.replace(day=1):
                raise ValidationError(self.env._("A run is about days of one month."))

    def action_compute(self):
        """Begin, or go on: the job computes one party after the other.

        :raise LockError: while somebody else begins the same run
        """
        self.check_access('write')
        if len(self.try_lock_for_update()) < len(self):
            raise LockError(self.env._("Somebody else is working on this run. Look again in a minute."))
        for run in self:
            if run.date_to >= run.program_id._membership_date(fields.Datetime.now()):
                raise UserError(self.env._(
                    "%(run)s is not over yet. It can be settled from the day after %(day)s.",
                    run=run.display_name, day=run.date_to))
            run.sudo()._draft_settlements()
        self.sudo().settlement_ids.filtered('error').error = False
        self.sudo().state = 'computing'
        self.env.ref('membership_loyalty.ir_cron_settlement').sudo()._trigger()

    def _draft_settlements(self):
        """Make the statement of every party that has an agreement, unless it has one."""
        self.ensure_one()
        agreements = self.env['membership.agreement'].search([
            ('program_id', '=', self.program_id.id), ('company_id', '=', self.company_id.id), ('state', '!=', 'draft'),
            ('date_from', '<=', self.date_to)], order='date_from desc')
        known = self.env['membership.settlement'].search([
            ('program_id', '=', self.program_id.id), ('date_from', '=', self.date_from), ('state', '!=', 'cancel')])
        for (party, currency), versions in agreements.grouped(lambda a: (a.party_id, a.currency_id)).items():
            if not known.filtered(lambda s, key=(party, currency): (s.party_id, s.currency_id) == key):
                self.env['membership.settlement'].create({
                    'name': self.env['ir.sequence'].next_by_code('membership.settlement') or '/',
                    'run_id': self.id, 'party_id': party.id, 'program_id': self.program_id.id,
                    'company_id': self.company_id.id, 'currency_id': currency.id, 'agreement_id': versions[0].id,
                    'date_from': self.date_from, 'date_to': self.date_to})

    def _finish(self):
        """Note what all statements add up to: what the parties get and what the operator has left is nothing.

        A run with statements that could not be computed goes back to draft, and says which ones.
        """
        self._set_totals()
        for run in self:
            failed = run.settlement_ids.filtered('error')
            run.state = 'draft' if failed else 'computed'
            for settlement in failed:
                run.message_post(body=self.env._(
                    "%(settlement)s of %(party)s could not be computed: %(error)s", settlement=settlement.name,
                    party=settlement.party_id.name, error=settlement.error))

    def _set_totals(self):
        for run in self:
            nets = {}
            for settlement in run.settlement_ids.filtered(lambda settlement: settlement.state != 'cancel'):
                name = settlement.currency_id.name
                nets[name] = nets.get(name, Decimal(0)) + to_decimal(settlement.net)
            run.totals = {name: {'parties': float(net), 'operator': float(-net)} for name, net in nets.items()}
