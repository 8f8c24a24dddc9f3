import uuid
from math import isfinite

from odoo import api, fields, models
from odoo.exceptions import UserError


class MembershipTransferWizard(models.TransientModel):
    """Give points of one member to another, by the staff."""

    _name = 'membership.transfer.wizard'
    _description = "Transfer Points to Another Member"

    account_id = fields.Many2one('loyalty.card', string="From", required=True, readonly=True)
    program_id = fields.Many2one(related='account_id.program_id')
    balance = fields.Char(related='account_id.points_display', string="Balance")
    partner_id = fields.Many2one(
        'res.partner', string="To", required=True, domain="[('is_member', '=', True)]",
        help="Name, phone or card number of another member of the programme.")
    # Digits are in the view only: rounding what is not a number would fail before it is refused with words.
    amount = fields.Float(string="Points", help="What the giver has less afterwards.")
    fee = fields.Float(compute='_compute_fee', digits=(16, 2), help="Kept back by the programme.")
    received = fields.Float(compute='_compute_fee', digits=(16, 2), help="What the other member has more afterwards.")
    note = fields.Char(help="Both members see it in their statement.")
    # One wizard is one event: a second click on the button posts nothing.
    event = fields.Char(default=lambda self: str(uuid.uuid4()), readonly=True, required=True)

    @api.depends('amount', 'account_id')
    def _compute_fee(self):
        for wizard in self:
            is_some = isfinite(wizard.amount) and wizard.amount > 0
            fee = float(wizard.program_id._membership_transfer_fee(wizard.amount)) if is_some else 0
            wizard.fee, wizard.received = fee, wizard.amount - fee

    def action_apply(self):
        """Post the transfer, and show it."""
        self.ensure_one()
        self.account_id.check_access('read')
        key = (self.program_id.id, self.partner_id.id)
        receiver = self.program_id._membership_accounts(self.partner_id).get(key)
        if not receiver:
            raise UserError(self.env._(
                "%(contact)s is not a member of %(program)s.",
                contact=self.partner_id.display_name, program=self.program_id.name))
        transfer = self.env['membership.transfer']._make(
            self.account_id, receiver, self.amount, self.event, note=(self.note or '').strip())
        return transfer._get_records_action()
