from collections import defaultdict
from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..tools.documents import offsets
from ..tools.rounding import to_decimal

SIDES = {'asset_receivable': 1, 'liability_payable': -1}


class MembershipSettlement(models.Model):
    """What both sides owe each other is offset: invoices and bills stay gross, only the difference is paid."""

    _inherit = 'membership.settlement'

    def action_offset(self):
        """Offset posted invoices and bills in the books of the user's companies.

        :raise UserError: when there is nothing to offset
        """
        self._check_accountant()
        self.lock_for_update()
        for settlement in self:
            entries = self.env['account.move'].sudo()
            for company, _partner in settlement.sudo()._books():
                if company in self.env.companies:
                    entries |= settlement.sudo()._offset(company)
            if not entries:
                raise UserError(self.env._(
                    "%(statement)s: there is nothing to offset. Either not all its documents are posted, or only one "
                    "side owes something.", statement=settlement.name))

    def _offset(self, company):
        """Offset what is open on both sides, taxes included, once all documents of these books are posted.

        What waits for this statement to be paid is offset with it.

        :return: the account.move that offsets, or none when only one side owes
        """
        self.ensure_one()
        documents = self._paid_together()._documents(company)
        entries = self.env['account.move']
        if not documents or any(move.state != 'posted' for move in self._documents(company)):
            return entries
        lines = documents.filtered(lambda move: move.state == 'posted').line_ids.filtered(
            lambda line: line.account_type in SIDES and not line.reconciled)
        for currency, of_currency in lines.grouped('currency_id').items():
            entry = self._post_offset(company, currency, of_currency)
            for account, of_account in (of_currency | entry.line_ids).grouped('account_id').items():
                if len(of_account) > 1 and account.reconcile:
                    of_account.reconcile()
            entries |= entry
        return entries

    def _post_offset(self, company, currency, lines):
        """Post the entry that takes the same amount from both sides."""
        open_amounts = {side: defaultdict(Decimal) for side in SIDES}
        for line in lines:
            open_amounts[line.account_type][line.account_id] += SIDES[line.account_type] * to_decimal(
                line.amount_residual_currency).quantize(to_decimal(str(currency.rounding)))
        pairs = offsets(open_amounts['asset_receivable'], open_amounts['liability_payable'])
        if not pairs:
            return self.env['account.move']
        day, partner = max(lines.mapped('date')), lines.partner_id[:1]
        rows = []
        for receivable, payable, amount in pairs:
            balance = currency._convert(float(amount), company.currency_id, company, day)
            rows += [
                self._prepare_offset_line(account, sign * float(amount), sign * balance, currency, partner)
                for account, sign in ((receivable, -1), (payable, 1))]
        values = {
            'move_type': 'entry', 'company_id': company.id, 'date': day, 'ref': self.name,
            'membership_settlement_id': self.id, 'line_ids': [Command.create(row) for row in rows]}
        if company.membership_netting_journal_id:
            values['journal_id'] = company.membership_netting_journal_id.id
        entry = self.env['account.move'].sudo().with_company(company).create(values)
        entry.action_post()
        return entry

    def _prepare_offset_line(self, account, amount, balance, currency, partner):
        return {
            'account_id': account.id, 'partner_id': partner.id, 'currency_id': currency.id,
            'amount_currency': amount, 'balance': balance,
            'name': self.env._("Offset of statement %(statement)s", statement=self.name)}
