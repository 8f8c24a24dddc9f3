from odoo import fields, models
from odoo.exceptions import UserError


class MembershipSettlement(models.Model):
    """The only way back: all documents of a statement together, by an accountant, with a reason."""

    _inherit = 'membership.settlement'

    def action_withdraw_documents(self):
        """Ask for the reason."""
        self.ensure_one()
        self._check_accountant()
        self._check_own_books()
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Cancel Documents"), 'target': 'new',
            'res_model': 'membership.settlement.withdraw', 'views': [(False, 'form')],
            'context': {'default_settlement_id': self.id}}

    def _withdraw_documents(self, reason):
        """Delete drafts and reverse what is posted, in all books; the statement can be booked again.

        :raise UserError: when a document is paid, or posted in a company of which the user is not
        """
        self.ensure_one()
        self._check_accountant()
        self._check_own_books()
        self.lock_for_update()
        moves = self._all_moves()
        if not moves:
            raise UserError(self.env._("%(statement)s has no documents.", statement=self.name))
        documents = moves.filtered(lambda move: move.is_invoice())
        self._check_withdrawable(documents)
        names = ', '.join(move.name or move.type_name for move in documents)
        drafts = moves.filtered(lambda move: not move.posted_before)
        posted = moves - drafts
        posted.line_ids.remove_move_reconcile()
        moves.write({'membership_settlement_id': False})
        moves.line_ids.write({'membership_settlement_line_id': False})
        self._reverse_withdrawn(posted, reason)
        drafts.unlink()
        self.sudo().state = 'confirmed'
        self.sudo().message_post(body=self.env._(
            "Documents cancelled: %(documents)s. %(reason)s", documents=names, reason=reason))

    def _reverse_withdrawn(self, moves, reason):
        """Reverse moves that are or were posted, as of today: numbers and closed months stay as they are."""
        today = fields.Date.context_today(self)
        for move in moves:
            if move.state == 'posted':
                reference = self.env._("%(statement)s: %(reason)s", statement=self.name, reason=reason)
                move.with_company(move.company_id)._reverse_moves(
                    [{'date': today, 'invoice_date': move.is_invoice() and today, 'ref': reference}], cancel=True)
            elif move.state == 'draft':
                move.button_cancel()

    def _check_withdrawable(self, documents):
        for move in documents.filtered(lambda move: move.state == 'posted'):
            if move.company_id not in self.env.user.company_ids:
                raise UserError(self.env._(
                    "%(document)s is posted in %(company)s. Only an accountant of both companies can cancel the "
                    "documents.", document=move.name, company=move.company_id.name))
            partials = move.line_ids.matched_debit_ids, move.line_ids.matched_credit_ids
            others = (partials[0].debit_move_id | partials[1].credit_move_id).move_id - self._all_moves()
            others = others.filtered(lambda other: not other.exchange_diff_partial_ids)
            if others or move.matched_payment_ids:
                raise UserError(self.env._(
                    "%(document)s is paid or offset by %(others)s. Take that back first, then cancel the documents.",
                    document=move.name, others=', '.join((others or move.matched_payment_ids).mapped('name'))))
