from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError


class MembershipClearing(models.TransientModel):
    """The proof as a screen, and on paper."""

    _name = 'membership.clearing'
    _description = "Clearing Accounts of Stored Value"

    program_id = fields.Many2one(
        'loyalty.program', string="Stored value", required=True, domain="[('is_stored_value', '=', True)]",
        default=lambda self: self.env['loyalty.program'].search([('is_stored_value', '=', True)], limit=1))
    date_from = fields.Date(
        string="Prepaid money from", required=True,
        default=lambda self: fields.Date.start_of(fields.Date.context_today(self), 'quarter') - relativedelta(months=3),
        help="First day of the report on prepaid money, which authorities want for each quarter.")
    date_to = fields.Date(
        string="To", required=True,
        default=lambda self: fields.Date.start_of(fields.Date.context_today(self), 'quarter') - relativedelta(days=1))
    html = fields.Html(compute='_compute_html', sanitize=False)

    @api.depends('program_id')
    def _compute_display_name(self):
        for clearing in self:
            clearing.display_name = self.env._("Clearing of stored value")

    @api.depends('program_id', 'date_from', 'date_to')
    def _compute_html(self):
        for clearing in self:
            is_ready = clearing.program_id and clearing.date_from and clearing.date_to
            clearing.html = is_ready and self.env['ir.qweb']._render(
                'membership_loyalty.clearing_proof_table', clearing._values())

    def _values(self):
        """Return what the template shows. Sums of all companies are for whoever may see the operator's."""
        self.ensure_one()
        self.program_id.check_access('read')
        proofs = self.env['membership.clearing.proof'].sudo()
        operators = proofs._operators(self.program_id.sudo())
        if operators and not operators & self.env.companies:
            raise AccessError(self.env._(
                "The clearing accounts of all companies are shown to those who work for %(operator)s.",
                operator=operators[0].name))
        return {
            'program': self.program_id, 'currency': self.program_id.currency_id,
            'date_from': self.date_from, 'date_to': self.date_to,
            'prepaid': proofs._prepaid(self.program_id.sudo(), self.date_from, self.date_to),
            **proofs._proof(self.program_id.sudo())}

    def action_print(self):
        self.ensure_one()
        return self.env.ref('membership_loyalty.membership_clearing_report').report_action(self)
