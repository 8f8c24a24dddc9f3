from odoo import api, fields, models


class MembershipSettlement(models.Model):
    """What is left to be paid, and what waits because it is less than the smallest payment."""

    _inherit = 'membership.settlement'

    payment_due = fields.Monetary(
        string="To be paid", compute='_compute_payment_due', compute_sudo=True,
        help="Open on the operator's documents, taxes included, with what waits from earlier statements: above zero "
             "the operator pays, below zero the party pays.")
    is_payment_waiting = fields.Boolean(
        compute='_compute_payment_due', compute_sudo=True,
        help="What is to be paid is less than the smallest payment of the agreement: it waits for the next statement.")

    @api.depends('state', 'agreement_id.min_amount', 'previous_id', 'move_ids.state', 'move_ids.amount_residual')
    def _compute_payment_due(self):
        for settlement in self:
            due = sum(move.amount_residual * (1 if move.is_outbound() else -1)
                      for move in settlement._paid_together()._documents(settlement.company_id))
            compare = settlement.currency_id.compare_amounts
            settlement.payment_due = due
            settlement.is_payment_waiting = settlement.state == 'invoiced' and compare(due, 0) != 0 and compare(
                abs(due), settlement.agreement_id.min_amount) < 0

    def _paid_together(self):
        """Return this statement and those before it whose payment has waited for it."""
        self.ensure_one()
        previous = self.previous_id
        return self | previous._paid_together() if previous.is_payment_waiting else self

    def _documents(self, company):
        """Return the invoices, bills, credit notes and refunds of these statements in the books of a company."""
        return self._all_moves().filtered(lambda move: move.company_id == company and move.is_invoice())

    def _all_moves(self):
        """Return documents and offsets of these statements in all books, whoever looks and whatever is cached."""
        return self.env['account.move'].sudo().search([('membership_settlement_id', 'in', self.ids)])
