from typing import NamedTuple

from odoo import fields, models
from odoo.exceptions import UserError

from ..tools.documents import move_type_of, sign_on, way_of
from ..tools.rounding import to_amount


class Plan(NamedTuple):
    """A document that is going to be created."""

    settlement: models.Model
    draft: models.Model  # account.move that is not stored: company, partner, journal, dates
    move_type: str
    parts: list  # [(statement line, account.move.line that is not stored)]

    @property
    def company(self):
        return self.draft.company_id

    def amount(self, line):
        """Return the amount of a statement line as it stands on this document."""
        return line.amount * sign_on(self.move_type, self.company == self.settlement.company_id, line.direction)

    @property
    def untaxed(self):
        return sum(self.amount(line) for line, _part in self.parts)

    @property
    def tax(self):
        taxes = self.parts[0][1].tax_ids.with_company(self.company)
        return sum(
            result['total_included'] - result['total_excluded'] for result in (
                taxes.compute_all(self.amount(line), self.settlement.currency_id) for line, _part in self.parts))

    @property
    def accounting_date(self):
        """Return the day on which Odoo will book the document: past the lock dates of the company."""
        has_tax = bool(self.parts[0][1].tax_ids)
        wanted = self.draft.invoice_date
        locks = self.draft._get_violated_lock_dates(wanted, has_tax)
        if locks or self.draft.is_purchase_document():
            return self.draft._get_accounting_date(wanted, has_tax, lock_dates=locks)
        return wanted


class MembershipSettlement(models.Model):
    """Which documents a statement becomes: one for each company, side and set of taxes."""

    _inherit = 'membership.settlement'

    def _carried_chain(self):
        """Return this statement and those whose balance it has taken over, directly or by another one."""
        chain = self
        while more := chain.carried_from_ids - chain:
            chain |= more
        return chain

    def _lines_to_book(self):
        """Return the lines to make documents of: those of this statement, and of those that were carried to it."""
        return self._carried_chain().line_ids.filtered(lambda line: not line.currency_id.is_zero(line.amount)).sorted(
            lambda line: (line.settlement_id.date_from, line.sequence, line.id))

    def _books(self):
        """Return [(company, partner)]: in whose books the documents stand, and who the other one is."""
        self.ensure_one()
        books = [(self.company_id, self.partner_id)]
        if self.party_id.company_id:
            books.append((self.party_id.company_id, self.company_id.partner_id))
        return books

    def _plan_documents(self):
        """Return the Plans of all documents of this statement.

        :raise UserError: names the company and what it lacks
        """
        self.ensure_one()
        lines = self._lines_to_book()
        is_net = self.agreement_id.document_mode == 'net'
        main = 'party_to_hq' if self._owed(lines, 'party_to_hq') >= self._owed(lines, 'hq_to_party') else 'hq_to_party'
        plans = []
        for company, partner in self._books():
            for way, of_way in lines.grouped(lambda line: main if is_net else line.direction).items():
                is_sale = way_of(True, company == self.company_id) == way
                self._check_books(company, partner, is_sale)
                plans += self._plan_side(company, partner, is_sale, of_way)
        return plans

    @staticmethod
    def _owed(lines, way):
        return sum(to_amount(line.amount) for line in lines if line.direction == way)

    def _plan_side(self, company, partner, is_sale, lines):
        """Return the Plans of invoices or of bills in one company: one for each set of taxes.

        Accounts, taxes and fiscal position are asked of Odoo, by a document that is not stored.
        """
        draft = self.env['account.move'].sudo().with_company(company).new(
            self._prepare_document(company, partner, f'{"out" if is_sale else "in"}_invoice'))
        parts, plans = {}, []
        for line in lines:
            part = draft.invoice_line_ids.new({**line._prepare_document_line(company, partner), 'move_id': draft})
            part.tax_ids = part._get_computed_taxes() if line.value_type != 'principal' else False
            self._check_part(part, company)
            parts.setdefault(tuple(part.tax_ids.ids), []).append((line, part))
        for of_taxes in parts.values():
            total = sum(line.amount * sign_on(draft.move_type, company == self.company_id, line.direction)
                        for line, _part in of_taxes)
            plans.append(Plan(self, draft, move_type_of(is_sale, total), of_taxes))
        return plans

    def _prepare_document(self, company, partner, move_type):
        """Return the values of one document, lines apart; modules that add to documents extend it."""
        journal = company.membership_sale_journal_id if move_type.startswith('out') else (
            company.membership_purchase_journal_id)
        values = {
            'move_type': move_type, 'company_id': company.id, 'partner_id': partner.id,
            'currency_id': self.currency_id.id, 'ref': self.name, 'invoice_origin': self.name,
            'invoice_date': self.date_to if company.membership_document_date == 'period_end'
            else fields.Date.context_today(self)}
        if journal:
            values['journal_id'] = journal.id
        if self.agreement_id.payment_term_id:
            values['invoice_payment_term_id'] = self.agreement_id.payment_term_id.id
        return values

    # ------------------------------------------------------------------ what is missing

    def _check_books(self, company, partner, is_sale):
        """Refuse when a company has no journal or no account for its documents, and say where to set it."""
        kind, chosen = ('sale', company.membership_sale_journal_id) if is_sale else (
            'purchase', company.membership_purchase_journal_id)
        journals = self.env['account.journal'].sudo()
        if not chosen and not journals.search_count(
                [*journals._check_company_domain(company), ('type', '=', kind)], limit=1):
            raise UserError(self.env._(
                "%(company)s has no journal for %(documents)s. Create one in Accounting, Configuration, Journals, or "
                "load a chart of accounts in Settings, Accounting.", company=company.name,
                documents=self.env._("invoices") if is_sale else self.env._("bills")))
        account = partner.with_company(company).sudo()[
            'property_account_receivable_id' if is_sale else 'property_account_payable_id']
        if not account:
            raise UserError(self.env._(
                "%(partner)s has no %(account)s account in %(company)s. Set it on the contact, page Accounting.",
                partner=partner.display_name, company=company.name,
                account=self.env._("receivable") if is_sale else self.env._("payable")))

    def _check_part(self, part, company):
        if not part.account_id:
            raise UserError(self.env._(
                "%(product)s has no account in %(company)s. Set its income and expense accounts there, on the article "
                "or its category, or a default account on the journal.", product=part.product_id.display_name,
                company=company.name))
        for tax in part.tax_ids.filtered('price_include'):
            raise UserError(self.env._(
                "Tax %(tax)s of %(product)s is included in the price, and statements are without tax. Use a tax in "
                "%(company)s that is added to the price.", tax=tax.name, product=part.product_id.display_name,
                company=company.name))
