import uuid

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.membership_card_holder import PERMISSIONS


class MembershipFamilyAdd(models.TransientModel):
    """Give somebody of a member's family a card for the member's account."""

    _name = 'membership.family.add'
    _description = "Add a Family Member"

    account_id = fields.Many2one('loyalty.card', string="Family of", required=True, readonly=True)
    holder_id = fields.Many2one('res.partner', string="Family member", required=True)
    own_account_id = fields.Many2one('loyalty.card', compute='_compute_own_account', compute_sudo=True)
    own_points = fields.Char(string="Own balance", compute='_compute_own_account', compute_sudo=True)
    join = fields.Boolean(
        string="Move the own points to the family",
        help="The points of this person go to the family and the own account is closed. Otherwise this person goes on "
             "using the own account, whichever card is shown.")
    holder_may_earn = fields.Boolean(string="Earns points", default=True)
    holder_may_spend = fields.Boolean(string="Spends points")
    holder_spend_limit = fields.Float(
        string="Points a month at most", digits=(16, 2), help="What this person may spend in a month. 0: no limit.")
    number = fields.Char(string="Printed number", help="Of a card that is printed already. Empty: a new number.")
    owner_agrees = fields.Boolean(string="The owner of the account agrees")
    event = fields.Char(default=lambda self: str(uuid.uuid4()), readonly=True, required=True)

    @api.depends('holder_id', 'account_id')
    def _compute_own_account(self):
        for wizard in self:
            program, holder = wizard.account_id.program_id, wizard.holder_id
            own = program._membership_own_accounts(holder).get((program.id, holder.id)) if holder else None
            wizard.own_account_id = own
            wizard.own_points = own and own.points_display

    def action_add(self):
        """Issue the card, or let the member join with the own points and cards; show the family's account."""
        self.ensure_one()
        self.account_id.check_access('read')
        self.holder_id.check_access('read')
        if not self.owner_agrees:
            raise UserError(self.env._("Ask the owner of the account, and tick that the owner agrees."))
        if self.holder_spend_limit < 0:
            raise UserError(self.env._("The limit cannot be negative. 0 means no limit."))
        permissions = {name: self[name] for name in PERMISSIONS}
        if self.join and self.own_account_id:
            self.own_account_id.with_env(self.env).check_access('read')
            self.own_account_id.with_env(self.env)._membership_join(self.account_id, permissions, self.event)
        else:
            numbers = [self.account_id.program_id._membership_check_number(self.number)] if self.number else None
            self.account_id._membership_add_holder(self.holder_id, permissions, numbers)
        return self.account_id._get_records_action(
            views=[(self.env.ref('membership_loyalty.membership_account_view_form').id, 'form')])
