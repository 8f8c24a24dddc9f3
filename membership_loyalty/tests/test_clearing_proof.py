from datetime import date

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_clearing import ClearingCommon


@tagged('post_install', '-at_install')
class TestClearingProof(ClearingCommon):
    """Books of three companies: what clearing accounts show is what is left in the wallets, or the difference has a
    name."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.discount = cls.stored.payment_program_discount_product_id
        cls.discount.sudo().taxes_id = False
        cls.charge = {article.charge: article.product_id for article in cls.env['membership.charge.product'].search([])}
        cls.accounts = {code: cls.set_up_books(code) for code in cls.companies}
        cls.hq_accountant = cls.create_user(
            'hq_accountant', 'membership_loyalty.group_membership_accountant', 'account.group_account_invoice',
            'membership_loyalty.group_settlement_manager', company_id=cls.companies['HQ'].id,
            company_ids=cls.companies['HQ'].ids)
        cls.agree()

    @classmethod
    def set_up_books(cls, code):
        """Give a company its clearing accounts: money taken in and accepted, and what statements book."""
        company = cls.companies[code]
        company.membership_is_posted = True
        due_to, due_from, cost = cls.env['account.account'].with_company(company).create([
            {'name': name, 'code': f'98{number}{company.id}', 'account_type': kind, 'company_ids': company.ids}
            for number, (name, kind) in enumerate((
                ("Stored value collected", 'liability_current'), ("Stored value accepted", 'asset_current'),
                ("Bonus money", 'expense')))])
        is_hq = code == 'HQ'
        due_from = due_to if is_hq else due_from
        (cls.package_product | cls.plain_product).with_company(company).property_account_income_id = due_to
        cls.discount.with_company(company).property_account_income_id = due_from
        for charge, income, expense in (
                ('svl', due_to, due_to), ('svr', due_to, due_to), ('svs', due_from, due_from),
                ('svbon', cost if is_hq else due_from, cost)):
            cls.charge[charge].with_company(company).write({
                'property_account_income_id': income.id, 'property_account_expense_id': expense.id})
        return due_to, due_from, cost

    def invoiced(self, order):
        return self.invoice(order.sudo().with_company(order.company_id))

    def proof(self):
        return self.env['membership.clearing.proof']._proof(self.stored)

    def figures(self):
        """Return (named items, balance, difference) of the proof, and the balance of each company."""
        proof = self.proof()
        return ([float(amount) for _label, amount in proof['bridge']], float(proof['balance']),
                float(proof['difference'])), {
            next(code for code, company in self.companies.items() if company == row.company): float(row.balance)
            for row in proof['rows'] if row.balance}

    def book(self):
        """Confirm and book all statements, with the mirror documents in the other companies."""
        for statement in self.statements.values():
            if statement.state == 'computed':
                statement.sudo().state = 'confirmed'
                mine = statement.with_user(self.hq_accountant).with_context(
                    allowed_company_ids=self.companies['HQ'].ids)
                mine._create_documents(is_posted=True)

    def test_books_agree_before_and_after_the_statements_are_booked(self):
        self.invoiced(self.load('S1'))
        self.invoiced(self.spend('S2', 600))
        self.assertEqual(self.figures(), (([500, 0, 0, -100], 400, 0), {'S1': 1000, 'S2': -600}))
        self.settle()
        self.book()
        # The bonus was paid by who sold it: nothing is left but the principal, at the operator.
        self.assertEqual(self.figures(), (([500, 0, 0, 0], 500, 0), {'HQ': 500}))
        self.assertEqual(self.proof()['hint'], '')

    def test_principal_that_was_kept_is_named(self):
        sold = self.load('S1')
        self.invoiced(sold)
        self.invoiced(self.spend('S2', 600))
        self.give_back(sold)
        self.env['account.move'].search([('ref', '=', "Moves away")]).action_post()
        self.settle()
        self.book()
        self.assertEqual(self.figures(), (([0, 100, 0, 0], 100, 0), {'HQ': 100}))

    def test_the_report_on_prepaid_money_rolls_forward_from_quarter_to_quarter(self):
        self.load('S1', self.plain_product, price=300, day='2026-09-20')
        sold = self.load('S1')
        self.spend('S2', 900)
        self.give_back(sold)
        report = self.env['membership.clearing.proof']._prepaid
        before = report(self.stored, date(2026, 7, 1), date(2026, 9, 30))
        self.assertEqual((before['opening'], before['closing']), (0, 300))
        after = report(self.stored, date(2026, 10, 1), date(2026, 12, 31))
        self.assertEqual((after['opening'], after['closing']), (300, 0))
        self.assertEqual(
            {company: {move: float(amount) for move, amount in moves.items() if amount}
             for company, moves in after['companies']},
            {self.companies['S1']: {'loaded': 1000, 'refunded': -400, 'other': -100},
             self.companies['S2']: {'spent': -800}})

    def test_an_order_that_is_not_invoiced_is_named_with_its_company(self):
        self.invoiced(self.load('S1'))
        self.spend('S2', 600)
        proof = self.proof()
        self.assertEqual(float(proof['difference']), 600)
        self.assertIn("Company S2", proof['hint'])
        self.assertNotIn(self.env.company.name, proof['hint'])

    def test_it_is_shown_to_those_who_work_for_the_operator(self):
        self.invoiced(self.load('S1'))
        screen = self.env['membership.clearing'].with_user(self.hq_accountant).create({'program_id': self.stored.id})
        self.assertIn("1,000.00", screen.html)
        outsider = self.create_user(
            'shop_auditor', 'membership_loyalty.group_membership_auditor', company_id=self.companies['S2'].id,
            company_ids=self.companies['S2'].ids)
        with self.assertRaises(AccessError):
            self.env['membership.clearing'].with_user(outsider).create({'program_id': self.stored.id}).html  # noqa: B018

    def test_the_check_of_accounts_finds_a_charge_that_empties_the_wrong_account(self):
        everywhere = {'allowed_company_ids': [company.id for company in self.companies.values()]}
        check = self.env['membership.account.check'].with_context(**everywhere)
        self.assertTrue(check.browse(check.action_check()['res_id']).is_well)
        self.charge['svs'].with_company(self.companies['S2']).property_account_income_id = False
        [line] = check.browse(check.action_check()['res_id']).line_ids
        self.assertEqual((line.company_id, line.product_id), (self.companies['S2'], self.charge['svs']))
        self.assertIn("income account", line.problem)
