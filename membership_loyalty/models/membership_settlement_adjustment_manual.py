from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

# What stays to be written when a statement has taken the adjustment: nothing that changes what it says.
FROZEN = {
    'party_id', 'program_id', 'charge', 'direction', 'amount', 'currency_id', 'reason', 'date', 'origin_line_id',
    'dispute_id',
}


class MembershipSettlementAdjustment(models.Model):
    """Adjustments written by hand, and those that decide a dispute."""

    _inherit = 'membership.settlement.adjustment'
    _mail_post_access = 'read'

    dispute_id = fields.Many2one(
        'membership.settlement.dispute', string="Dispute", readonly=True, index='btree_not_null', ondelete='restrict',
        help="Dispute whose decision it is.")
    origin_settlement_id = fields.Many2one(
        'membership.settlement', string="About statement", compute='_compute_origin_settlement_id', compute_sudo=True)

    _amount_positive = models.Constraint(
        'CHECK (amount > 0)', "The amount of an adjustment is above zero: who pays is said by its direction.")

    @api.depends('origin_line_id.settlement_id', 'dispute_id.settlement_id')
    def _compute_origin_settlement_id(self):
        for adjustment in self:
            adjustment.origin_settlement_id = (
                adjustment.origin_line_id.settlement_id or adjustment.dispute_id.settlement_id)

    @api.constrains('origin_line_id', 'party_id')
    def _check_origin(self):
        for adjustment in self:
            line = adjustment.origin_line_id
            if line and line.sudo().settlement_id.party_id != adjustment.party_id:
                raise ValidationError(self.env._(
                    "The line it is about is on a statement of another party. Choose a line of %(party)s.",
                    party=adjustment.party_id.name))

    @api.constrains('reason')
    def _check_reason(self):
        if any(not (adjustment.reason or '').strip() for adjustment in self):
            raise ValidationError(self.env._("Say why: the party reads the reason on its statement."))

    def write(self, vals):
        if FROZEN & vals.keys():
            self._check_not_taken()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_taken(self):
        self._check_not_taken()
        if self.dispute_id and not self.env.su:
            raise UserError(self.env._("The decision of a dispute is not deleted. Write an adjustment against it."))

    def _check_not_taken(self):
        for adjustment in self:
            if adjustment.settlement_id:
                raise UserError(self.env._(
                    "%(statement)s has taken this adjustment, so it is not changed any more. Write another one against "
                    "it.", statement=adjustment.sudo().settlement_id.name))
            if adjustment.dispute_id and not self.env.su:
                raise UserError(self.env._(
                    "This adjustment is the decision of a dispute and is not changed. Write another one against it."))
