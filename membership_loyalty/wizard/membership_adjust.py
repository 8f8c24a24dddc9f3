import uuid

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.rounding import to_amount


class MembershipAdjust(models.TransientModel):
    """Correct a member's balance, with a reason, as an entry of the ledger."""

    _name = 'membership.adjust'
    _description = "Adjust a Member's Points"

    account_id = fields.Many2one('loyalty.card', required=True, readonly=True)
    balance = fields.Float(related='account_id.points', string="Balance")
    # Digits are in the view only: rounding what is not a number would fail before it is refused with words.
    amount = fields.Float(string="Points", help="Positive: given to the member. Negative: taken from the member.")
    new_balance = fields.Float(compute='_compute_new_balance')
    reason = fields.Char(required=True, help="Kept in the ledger for good; the member sees it in the statement.")
    allow_debt = fields.Boolean(string="Balance may fall below zero")
    # One wizard is one event: a second click on the button posts nothing.
    event = fields.Char(default=lambda self: str(uuid.uuid4()), readonly=True, required=True)

    @api.depends('amount', 'balance')
    def _compute_new_balance(self):
        for wizard in self:
            wizard.new_balance = wizard.balance + wizard.amount

    def action_apply(self):
        self.ensure_one()
        amount = self._checked_amount()
        return self.account_id._membership_post_single(
            'adjust', amount, f'adjust:{self.event}', self.reason.strip()) and {'type': 'ir.actions.act_window_close'}

    def _checked_amount(self):
        """Return the points to post, or say what is wrong with them."""
        try:
            amount = to_amount(self.amount)
        except ValueError:
            raise UserError(self.env._("Enter a number of points.")) from None
        if not amount:
            raise UserError(self.env._("Enter how many points to give or, with a minus, to take."))
        if not self.reason.strip():
            raise UserError(self.env._("Say why: the reason is kept in the ledger."))
        if not self.account_id.is_membership:
            raise UserError(self.env._("%(card)s is not a member's account.", card=self.account_id.display_name))
        if amount < 0 and not self.allow_debt and self.account_id._membership_is_short(float(-amount)):
            raise UserError(self.env._(
                "The balance would be %(balance)s. Tick \"Balance may fall below zero\" if this is meant.",
                balance=self.account_id._format_points(self.new_balance)))
        return amount
