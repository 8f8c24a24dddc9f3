from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.membership_settlement import FINAL
from ..tools.rounding import to_decimal
from ..tools.settlement_dispute import is_within


class MembershipSettlementDecide(models.TransientModel):
    """A settlement manager decides a dispute, and says why."""

    _name = 'membership.settlement.decide'
    _description = "Decide a Dispute"

    dispute_id = fields.Many2one('membership.settlement.dispute', required=True, readonly=True)
    currency_id = fields.Many2one(related='dispute_id.currency_id')
    amount = fields.Monetary(related='dispute_id.amount')
    reason = fields.Text(related='dispute_id.reason', string="The party says")
    is_final = fields.Boolean(compute='_compute_is_final')
    decision = fields.Selection(
        [('accepted', "Accept: these transactions do not count"), ('rejected', "Reject: they count as computed"),
         ('partly', "They count in part")], required=True, default='accepted')
    resolution = fields.Text(string="Reason for the party", required=True)
    line_ids = fields.One2many('membership.settlement.decide.line', 'wizard_id', string="Amounts")

    @api.depends('dispute_id')
    def _compute_is_final(self):
        for wizard in self:
            wizard.is_final = wizard.dispute_id.settlement_id.state in FINAL

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        dispute = self.env['membership.settlement.dispute'].browse(values.get('dispute_id'))
        values['line_ids'] = [Command.create({'part_id': part.id}) for part in dispute.part_ids]
        return values

    def action_decide(self):
        """Decide; what counts of it is on this statement, or comes onto the next one."""
        self.ensure_one()
        self.dispute_id._check_manager()
        if not self.resolution.strip():
            raise UserError(self.env._("Say why: the party reads the reason."))
        self.dispute_id._decide(self.decision, self.resolution.strip(), self._charged())
        return {'type': 'ir.actions.act_window_close'}

    def _charged(self):
        """Return {part: amount that is charged} of a decision in part, or say which amount is wrong."""
        if self.decision != 'partly':
            return {}
        charged = {line.part_id: to_decimal(line.charged) for line in self.line_ids}
        if set(charged) != set(self.dispute_id.part_ids):
            raise UserError(self.env._("Give an amount for every line of the dispute, 0 for what does not count."))
        for part, amount in charged.items():
            if not is_within(amount, to_decimal(part.amount)):
                raise UserError(self.env._(
                    "%(line)s: between 0 and %(amount)s can count.", line=part.display_name, amount=part.amount))
        return charged


class MembershipSettlementDecideLine(models.TransientModel):
    _name = 'membership.settlement.decide.line'
    _description = "Amount of a Decision"

    wizard_id = fields.Many2one('membership.settlement.decide', required=True, ondelete='cascade')
    part_id = fields.Many2one('membership.settlement.dispute.part', string="Line", required=True, readonly=True)
    currency_id = fields.Many2one(related='part_id.currency_id')
    direction = fields.Selection(related='part_id.direction')
    quantity = fields.Float(related='part_id.quantity')
    amount = fields.Monetary(related='part_id.amount', string="In dispute")
    charged = fields.Monetary(string="Counts", help="Amount that counts, between 0 and what is in dispute.")
