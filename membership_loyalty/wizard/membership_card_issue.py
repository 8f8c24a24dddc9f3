from odoo import fields, models
from odoo.exceptions import UserError


class MembershipCardIssue(models.TransientModel):
    """Give a member one more card, or a new one in place of an old one."""

    _name = 'membership.card.issue'
    _description = "Issue a Membership Card"

    account_id = fields.Many2one('loyalty.card', string="Member", required=True, readonly=True)
    replaces_id = fields.Many2one('membership.card', string="Replaces", readonly=True)
    kind = fields.Selection(selection='_get_kinds', required=True, default='plastic')
    number = fields.Char(string="Printed number", help="Of a card that is printed already. Empty: a new number.")

    def _get_kinds(self):
        return self.env['membership.card']._fields['kind']._description_selection(self.env)

    def action_issue(self):
        self.ensure_one()
        self.account_id.check_access('read')
        if not self.account_id.is_membership:
            raise UserError(self.env._("%(card)s is not a member's account.", card=self.account_id.display_name))
        numbers = [self.account_id.program_id._membership_check_number(self.number)] if self.number else None
        if self.replaces_id:
            if self.replaces_id.account_id != self.account_id:
                raise UserError(self.env._("The card to replace belongs to another member."))
            card = self.replaces_id._replace(numbers, self.kind)
        else:
            self.env['membership.card']._check_one_of_kind(self.account_id, self.kind)
            card = self.env['membership.card']._issue(self.account_id, self.kind, numbers)
        return card._get_records_action()
