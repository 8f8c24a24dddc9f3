from odoo import fields
from odoo.fields import Command
from odoo.tests.common import new_test_user

from .common_settlement import SettlementCommon

ACCOUNTANT = 'membership_loyalty.group_membership_accountant'


class DocumentsCommon(SettlementCommon):
    """Operator and store with a chart of accounts each; no tax on charges until a test sets one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for company in cls.operator + cls.store:
            cls.env['account.chart.template'].try_loading('generic_coa', company=company, install_demo=False)
            company.currency_id = cls.cny
        cls.articles = cls.env['membership.charge.product'].search([]).product_id
        cls.articles.write({'taxes_id': [Command.clear()], 'supplier_taxes_id': [Command.clear()]})
        cls.manager = cls.user('settlement_manager', cls.operator, 'membership_loyalty.group_settlement_manager')
        cls.accountant = cls.user('settlement_accountant', cls.operator, ACCOUNTANT)

    @classmethod
    def user(cls, login, companies, *groups):
        return new_test_user(
            cls.env, login=login, groups=','.join(groups), company_id=companies[0].id,
            company_ids=[Command.set(companies.ids)])

    @classmethod
    def tax(cls, use, percent=6, company=None, articles=None):
        """Create a tax and put it on the articles of all charges."""
        company = company or cls.operator
        tax = cls.env['account.tax'].with_company(company).create({
            'name': f"{percent} % {use}", 'amount': percent, 'type_tax_use': use, 'company_id': company.id,
            'price_include_override': 'tax_excluded'})
        (articles or cls.articles).write(
            {'taxes_id' if use == 'sale' else 'supplier_taxes_id': [Command.link(tax.id)]})
        return tax

    def agree_again(self, code, rates, since='2026-10-01', **values):
        """End the agreement of a party and begin another version."""
        agreement = self.parties[code].agreement_ids
        agreement.date_to = fields.Date.subtract(fields.Date.to_date(since), days=1)
        agreement.flush_recordset()
        return self.agree(self.parties[code], since, rates, **values)

    def confirm(self, settlement):
        """Send and confirm a statement as the manager does."""
        mine = settlement.with_user(self.manager).with_context(allowed_company_ids=self.operator.ids)
        mine.action_send()
        mine.action_confirm()
        return settlement

    def confirmed(self, code, month='2026-10', last=31):
        """Compute a month and confirm the statement of one party."""
        return self.confirm(self.settle(f'{month}-01', f'{month}-{last}')[code])

    def as_accountant(self, records, user=None):
        """Return records as the accountant sees them, in the companies of that user."""
        user = user or self.accountant
        return records.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)

    def book(self, settlement, is_posted=True, user=None):
        """Create the documents through the wizard, as the accountant does; return those of the operator."""
        mine = self.as_accountant(settlement, user)
        wizard = mine.env['membership.settlement.book'].browse(mine.action_create_documents()['res_id'])
        wizard.is_posted = is_posted
        wizard.action_create()
        return self.documents(settlement)

    def documents(self, settlement, company=None):
        return settlement.move_ids.filtered(
            lambda move: move.company_id == (company or self.operator) and move.is_invoice()).sorted('move_type')

    def figures(self, moves):
        """Return [(kind, without tax, total)]."""
        return [(move.move_type, move.amount_untaxed, move.amount_total) for move in moves]

    def pay(self, moves):
        """Register one payment for documents, as the accountant does."""
        register = self.env['account.payment.register'].with_company(moves.company_id).with_context(
            active_model='account.move', active_ids=moves.ids)
        return register.create({'group_payment': True})._create_payments()
