from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_documents import ACCOUNTANT, DocumentsCommon


@freeze_time('2026-11-12 04:00:00')
@tagged('post_install', '-at_install')
class TestSettlementDocumentCompanies(DocumentsCommon):
    """The operator invoices its own store, the store books the bill: the same reference in both books."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.store_accountant = cls.user('store_accountant', cls.store, ACCOUNTANT)

    def month_of_the_store(self):
        self.earn('A', 10000, '2026-10-05 03:00:00')
        self.redeem('A', 5000, '2026-10-06 03:00:00')
        return self.confirmed('A')

    def test_the_invoice_of_the_operator_is_the_bill_of_the_store(self):
        self.tax('sale', 6)
        self.tax('purchase', 6, self.store)
        settlement = self.month_of_the_store()
        ours, theirs = self.book(settlement), self.documents(settlement, self.store)
        self.assertEqual(self.figures(ours), [('in_invoice', 400, 400), ('out_invoice', 900, 954)])
        self.assertEqual(self.figures(theirs), [('in_invoice', 900, 954), ('out_invoice', 400, 400)])
        self.assertEqual(set((ours + theirs).mapped('ref')), {settlement.name})
        self.assertEqual(ours.partner_id, self.store.partner_id)
        self.assertEqual(theirs.partner_id, self.operator.partner_id)
        self.assertEqual(theirs.line_ids.account_id.company_ids, self.store)
        self.assertEqual(theirs.journal_id.company_id, self.store)
        self.assertEqual(len(settlement.line_ids), 2)
        for moves in (ours, theirs):
            self.assertEqual(moves.invoice_line_ids.membership_settlement_line_id, settlement.line_ids)

    def test_each_accountant_sees_and_posts_the_documents_of_the_own_company(self):
        settlement = self.month_of_the_store()
        ours = self.book(settlement)
        theirs = self.documents(settlement, self.store)
        self.assertEqual((set(ours.mapped('state')), set(theirs.mapped('state'))), ({'posted'}, {'draft'}))
        self.env.invalidate_all()
        mine = self.as_accountant(settlement, self.store_accountant)
        self.assertEqual(mine.move_ids, theirs)
        self.assertEqual(mine.move_count, 2)
        self.assertEqual(mine.payment_due, -500, "what is paid to the operator does not depend on who looks")
        with self.assertRaises(AccessError):
            self.as_accountant(ours, self.store_accountant).read(['amount_total'])
        with self.assertRaises(AccessError):
            self.as_accountant(theirs).read(['amount_total'])
        self.as_accountant(theirs, self.store_accountant).action_post()
        self.assertEqual(theirs.mapped('payment_state'), ['partial', 'paid'])
        self.assertEqual(settlement.state, 'invoiced')

    def test_a_statement_is_settled_when_it_is_paid_in_both_books(self):
        self.store.membership_is_posted = True
        settlement = self.month_of_the_store()
        ours = self.book(settlement)
        self.assertEqual(settlement.payment_due, -500)
        self.pay(ours.filtered('amount_residual'))
        self.assertEqual(settlement.state, 'invoiced')
        bill = self.documents(settlement, self.store).filtered('amount_residual')
        self.pay(bill)
        self.assertEqual(settlement.state, 'settled')
        bill.line_ids.remove_move_reconcile()
        self.assertEqual(settlement.state, 'invoiced', "a payment that is taken back opens it again")

    def test_each_accountant_sees_the_taxes_and_accounts_of_the_own_company(self):
        ours, theirs = self.tax('sale', 6), self.tax('sale', 9, self.store)
        charges = self.env['membership.charge.product'].search([])
        self.assertEqual(len(charges), len(charges._fields['charge'].selection), "every charge has an article")
        for user, tax in ((self.accountant, ours), (self.store_accountant, theirs)):
            mine = self.as_accountant(charges, user)
            self.assertEqual(mine.sale_tax_ids, tax)
            self.assertEqual((mine.income_account_id | mine.expense_account_id).company_ids, user.company_id)
            mine.web_read({'sale_tax_ids': {'fields': {'display_name': {}}}, 'income_account_id': {}})
        with self.assertRaises(AccessError):
            charges.with_user(self.manager).write({'product_id': charges[0].product_id.id})

    def test_nothing_is_booked_when_the_other_company_has_no_books(self):
        settlement = self.month_of_the_store()
        self.env['account.journal'].search([('company_id', '=', self.store.id)]).active = False
        with self.assertRaisesRegex(UserError, "Store A has no journal for"):
            self.as_accountant(settlement).action_create_documents()
        self.assertFalse(settlement.move_ids)

    def test_posted_documents_of_another_company_are_not_cancelled_over_its_head(self):
        self.store.membership_is_posted = True
        settlement = self.month_of_the_store()
        self.book(settlement)
        with self.assertRaisesRegex(UserError, "is posted in Store A"):
            self.as_accountant(settlement)._withdraw_documents("Wrong month")
        self.accountant.company_ids += self.store
        self.as_accountant(settlement)._withdraw_documents("Wrong month")
        self.assertEqual(settlement.state, 'confirmed')

    def test_the_store_does_not_create_the_documents_of_the_operator(self):
        settlement = self.month_of_the_store()
        with self.assertRaisesRegex(UserError, "is booked by an accountant of Operator"):
            self.as_accountant(settlement, self.store_accountant).action_create_documents()

    # ------------------------------------------------------------------ stored value

    def month_of_stored_value(self):
        """The store sells a top-up of 1,000 and accepts 600."""
        club, self.program = self.program, self.env['loyalty.program'].create({
            **self.env['loyalty.program']._stored_value_template(), 'name': "Wallet", 'membership_tz': 'UTC',
            'currency_id': self.cny.id, 'company_id': False, 'rule_ids': []})
        self.env['membership.agreement'].create({
            'party_id': self.parties['A'].id, 'program_id': self.program.id, 'date_from': '2026-01-01',
        }).action_activate()
        self.member = self.program._open_wallet(self.member.partner_id)
        self.post('A', 'top_up', 1000, '2026-10-05 03:00:00', value_type='principal')
        self.post('A', 'spend', -600, '2026-10-06 03:00:00', value_type='principal')
        settlement = self.confirmed('A')
        self.program = club
        return settlement

    def test_principal_is_handed_on_without_tax_and_with_the_remark_of_the_tax_office(self):
        self.tax('sale', 6)
        self.tax('sale', 6, self.store)
        self.store.account_fiscal_country_id = self.env.ref('base.cn')
        settlement = self.month_of_stored_value()
        self.book(settlement)
        ours, theirs = self.documents(settlement), self.documents(settlement, self.store)
        self.assertEqual(self.figures(ours), [('in_invoice', 600, 600), ('out_invoice', 1000, 1000)])
        self.assertEqual(self.figures(theirs), [('in_invoice', 1000, 1000), ('out_invoice', 600, 600)])
        self.assertEqual([str(move.narration or '') for move in theirs], ['', '<p>收到预付卡结算款</p>'])

    def test_a_company_writes_its_own_remark(self):
        self.operator.membership_stored_value_note = "Stored value, settled"
        ours = self.book(self.month_of_stored_value())
        self.assertEqual([str(move.narration or '') for move in ours], ['<p>Stored value, settled</p>', ''])

    # ------------------------------------------------------------------ currency

    def rates(self):
        self.env['res.currency.rate'].create([
            {'currency_id': self.hkd.id, 'company_id': self.operator.id, 'name': day, 'rate': rate}
            for day, rate in (('2026-10-01', 1.2), ('2026-10-31', 1.25))])

    def test_a_partner_with_another_currency_gets_documents_in_it(self):
        self.rates()
        self.earn('D', 1000, '2026-10-05 03:00:00')
        self.redeem('D', 500, '2026-10-06 03:00:00')
        settlement = self.confirmed('D')
        documents = self.book(settlement)
        self.assertEqual(documents.currency_id, self.hkd)
        self.assertEqual(self.figures(documents), [('in_invoice', 47.5, 47.5), ('out_invoice', 110, 110)])
        self.assertEqual(documents.mapped('amount_total_signed'), [-38, 88])
        self.assertEqual(settlement.payment_due, -62.5)
        self.assertFalse(any(settlement.line_ids.mapped('fx_rate')), "points are priced in the partner's currency")

    def test_a_percentage_of_money_is_converted_at_the_rate_of_the_last_day(self):
        self.rates()
        self.agree_again('D', {('comm', 'percent'): '0.6'})
        self.env['membership.partner.spend'].sudo().create({
            'party_id': self.parties['D'].id, 'card_id': self.member.id, 'amount': 1000,
            'occurred_at': '2026-10-05 03:00:00', 'date': '2026-10-05', 'document_key': 'spend', 'seq': 1,
            'source': 'file'})
        settlement = self.confirmed('D')
        self.assertEqual((settlement.line_ids.fx_rate, settlement.line_ids.amount), (1.25, 7.5))
        documents = self.book(settlement)
        self.assertEqual(self.figures(documents), [('out_invoice', 7.5, 7.5)])
        self.assertEqual(
            documents.invoice_line_ids.name,
            "Commission on card spending, October 2026: 1,000 CNY, 0.6 %, at 1.25 HKD")

    def test_a_missing_exchange_rate_is_said_before(self):
        self.earn('D', 1000, '2026-10-05 03:00:00')
        action = self.as_accountant(self.confirmed('D')).action_create_documents()
        warning = self.env['membership.settlement.book'].browse(action['res_id']).warning
        self.assertIn("there is no exchange rate of HKD for 10/31/2026", warning)
