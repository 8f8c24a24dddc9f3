import uuid

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.rounding import to_amount


class MembershipAdjust(models.TransientModel):
    """Correct a member's balance, with a reason, as an entry of the ledger; above a limit a second person agrees."""

    _name = 'membership.adjust'
    _description = "Adjust a Member's Points"

    account_id = fields.Many2one('loyalty.card', required=True, readonly=True)
    balance = fields.Float(related='account_id.points', string="Balance")
    # Digits are in the view only: rounding what is not a number would fail before it is refused with words.
    amount = fields.Float(string="Points", help="Positive: given to the member. Negative: taken from the member.")
    new_balance = fields.Float(compute='_compute_new_balance')
    reason_id = fields.Many2one(
        'membership.adjust.reason', string="Reason", required=True,
        default=lambda self: self.env['membership.adjust.reason'].search([('sign', '=', 'both')], limit=1))
    reason = fields.Char(
        string="Details", required=True, help="Kept in the ledger for good; the member sees it in the statement.")
    allow_debt = fields.Boolean(string="Balance may fall below zero")
    limit_note = fields.Char(compute='_compute_limit_note')
    # One wizard is one event: a second click on the button posts nothing.
    event = fields.Char(default=lambda self: str(uuid.uuid4()), readonly=True, required=True)

    @api.depends('amount', 'balance')
    def _compute_new_balance(self):
        for wizard in self:
            wizard.new_balance = wizard.balance + wizard.amount

    @api.depends('account_id')
    def _compute_limit_note(self):
        requests = self.env['membership.adjust.request']
        for wizard in self:
            account = wizard.account_id
            limit = account and account.program_id._membership_adjust_limit(self.env.user)
            wizard.limit_note = bool(account) and limit is not None and (requests._why_not_at_all(limit) or self.env._(
                "You may adjust %(limit)s a day on your own; what goes beyond is sent to a manager for approval.",
                limit=account._format_points(float(limit))))

    def action_apply(self):
        """Post the adjustment, or send it to those who can approve it and show it."""
        self.ensure_one()
        self.account_id.check_access('read')
        amount = self._checked_amount()
        request = self.env['membership.adjust.request']._request(
            self.account_id, amount, self.reason_id, self.reason.strip(), self.event, self.allow_debt)
        return {'type': 'ir.actions.act_window_close'} if request.state == 'done' else request._get_records_action()

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
        if not self.reason_id._allows(amount):
            raise UserError(self.env._(
                "The reason \"%(reason)s\" is not one for which points are %(done)s. Choose another reason.",
                reason=self.reason_id.name, done=self.env._("given") if amount > 0 else self.env._("taken")))
        if amount < 0 and not self.allow_debt and self.account_id._membership_is_short(float(-amount)):
            raise UserError(self.env._(
                "The balance would be %(balance)s. Tick \"Balance may fall below zero\" if this is meant.",
                balance=self.account_id._format_points(self.new_balance)))
        return amount
