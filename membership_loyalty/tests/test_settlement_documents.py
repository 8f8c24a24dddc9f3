from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common_documents import DocumentsCommon


@freeze_time('2026-11-12 04:00:00')
@tagged('post_install', '-at_install')
class TestSettlementDocuments(DocumentsCommon):

    def plain_month(self):
        self.earn('B', 12345, '2026-10-05 03:00:00')
        self.redeem('B', 8000, '2026-10-06 03:00:00')
        return self.confirmed('B')

    def test_invoice_bill_and_payment_of_a_plain_month_with_tax_both_ways(self):
        self.tax('sale')
        self.tax('purchase')
        settlement = self.plain_month()
        documents = self.book(settlement)
        self.assertEqual(self.figures(documents), [('in_invoice', 680, 720.8), ('out_invoice', 1248.1, 1322.99)])
        self.assertEqual((settlement.state, settlement.payment_due), ('invoiced', -602.19))
        self.assertEqual(documents.mapped('payment_state'), ['paid', 'partial'])
        self.pay(documents.filtered('amount_residual'))
        self.assertEqual((settlement.state, settlement.payment_due), ('settled', 0))

    def test_lines_of_a_document_name_what_they_are_about_and_lead_back(self):
        settlement = self.plain_month()
        documents = self.book(settlement)
        self.assertEqual(set(documents.mapped('ref')), {settlement.name})
        self.assertEqual(set(documents.mapped(lambda move: str(move.invoice_date))), {'2026-10-31'})
        lines = documents.invoice_line_ids.sorted(lambda line: line.membership_settlement_line_id.sequence)
        self.assertEqual(lines.mapped('name'), [
            "Points issued, October 2026: 12,345 points × 0.1",
            "Points accepted, October 2026: 8,000 points × 0.085",
            "Fee on points accepted, October 2026: 8,000 points, 2 %"])
        self.assertEqual(lines.membership_settlement_line_id, settlement.line_ids)
        action = self.as_accountant(lines[0]).action_membership_transactions()
        entries = self.as_accountant(self.env[action['res_model']]).search(action['domain'])
        self.assertEqual([(entry.kind, entry.amount) for entry in entries], [('earn', 12345)])

    def test_a_late_refund_is_a_credit_note(self):
        self.agree_again('B', {('issue', 'per_point'): '0.11'}, since='2026-10-15')
        self.earn('B', 1000, '2026-10-14 03:00:00', key='sale')
        self.confirmed('B')
        self.post('B', 'earn', 0, '2026-11-12 03:00:00', key='sale')
        self.earn('B', 500, '2026-11-12 03:00:00')
        with freeze_time('2026-12-03 04:00:00'):
            settlement = self.confirmed('B', '2026-11', 30)
            self.assertEqual(sorted(settlement.line_ids.mapped('amount')), [-100, 55])
            documents = self.book(settlement)
        self.assertEqual(self.figures(documents), [('out_refund', 45, 45)])
        self.assertEqual(sorted(documents.invoice_line_ids.mapped('price_unit')), [-55, 100])
        self.assertEqual(settlement.payment_due, 45)

    def zero_net(self):
        self.agree_again('B', {('issue', 'per_point'): '0.1', ('reimb', 'per_point'): '0.085'})
        self.earn('B', 6800, '2026-10-05 03:00:00')
        self.earn('A', 2000, '2026-10-05 03:00:00')
        self.redeem('B', 8000, '2026-10-06 03:00:00')
        return self.confirmed('B')

    def test_a_zero_net_is_offset_and_nothing_is_paid(self):
        settlement = self.zero_net()
        documents = self.book(settlement)
        self.assertEqual(self.figures(documents), [('in_invoice', 680, 680), ('out_invoice', 680, 680)])
        self.assertEqual((settlement.payment_due, settlement.state), (0, 'settled'))
        offset = settlement.move_ids - documents
        self.assertEqual((offset.move_type, offset.amount_total), ('entry', 680))

    def test_a_zero_net_with_tax_on_one_side_leaves_the_tax_to_be_paid(self):
        self.tax('sale')
        settlement = self.zero_net()
        self.book(settlement)
        self.assertEqual((settlement.payment_due, settlement.state), (-40.8, 'invoiced'))

    def two_small_months(self, policy):
        """October has a net of 8.30, November of 45.00; 50.00 is the smallest payment."""
        self.agree_again('B', {('reimb', 'per_point'): '0.1'}, min_amount=50, min_policy=policy)
        self.earn('A', 1000, '2026-10-01 03:00:00')
        self.redeem('B', 83, '2026-10-06 03:00:00')
        self.redeem('B', 450, '2026-11-06 03:00:00')
        october = self.confirmed('B')
        self.assertEqual(october.net, 8.3)
        return october

    def november(self):
        with freeze_time('2026-12-03 04:00:00'):
            return self.confirmed('B', '2026-11', 30)

    def test_below_the_minimum_documents_are_booked_and_payment_waits(self):
        october = self.two_small_months('always')
        first = self.book(october)
        self.assertEqual(self.figures(first), [('in_invoice', 8.3, 8.3)])
        self.assertEqual((october.state, october.payment_due, october.is_payment_waiting), ('invoiced', 8.3, True))
        november = self.november()
        second = self.book(november)
        self.assertEqual(self.figures(second), [('in_invoice', 45, 45)])
        self.assertEqual((november.payment_due, november.is_payment_waiting), (53.3, False))
        self.pay(first + second)
        self.assertEqual((october.state, november.state, november.payment_due), ('settled', 'settled', 0))

    def test_below_the_minimum_nothing_is_booked_until_the_next_statement(self):
        october = self.two_small_months('carry')
        november = self.november()
        self.assertEqual((october.state, november.carried_in, november.balance), ('carried', 8.3, 53.3))
        with self.assertRaisesRegex(UserError, "is booked with it"):
            self.as_accountant(october).action_create_documents()
        documents = self.book(november)
        self.assertEqual(self.figures(documents), [('in_invoice', 53.3, 53.3)])
        self.assertEqual(documents.invoice_line_ids.membership_settlement_line_id.settlement_id, october + november)
        self.assertEqual((november.payment_due, october.state), (53.3, 'carried'))

    def test_a_last_small_balance_is_booked_by_hand(self):
        october = self.two_small_months('carry')
        self.assertEqual(self.figures(self.book(october)), [('in_invoice', 8.3, 8.3)])
        self.assertEqual(october.state, 'invoiced')
        self.assertEqual(self.november().carried_in, 0)

    def test_a_rate_can_name_an_article_of_its_own(self):
        article = self.env['product.product'].create({'name': "Miles", 'type': 'service', 'taxes_id': False})
        party = self.parties['B']
        party.agreement_ids.date_to = '2026-09-30'
        party.agreement_ids.flush_recordset()
        self.env['membership.agreement'].create({
            'party_id': party.id, 'program_id': self.program.id, 'date_from': '2026-10-01',
            'rate_ids': [Command.create({'charge': 'issue', 'rate': 0.1, 'product_id': article.id})],
        }).action_activate()
        self.earn('B', 100, '2026-10-05 03:00:00')
        self.assertEqual(self.book(self.confirmed('B')).invoice_line_ids.product_id, article)

    def test_a_statement_of_nothing_but_zeros_is_settled_without_documents(self):
        self.agree_again('B', {('issue', 'per_point'): '0.001'})
        self.earn('B', 1, '2026-10-05 03:00:00')
        settlement = self.confirmed('B')
        self.assertEqual(settlement.line_ids.mapped('amount'), [0])
        self.assertFalse(self.book(settlement))
        self.assertEqual(settlement.state, 'settled')
        self.assertAuditClean()

    def test_several_statements_are_booked_at_once(self):
        self.earn('B', 100, '2026-10-05 03:00:00')
        self.earn('C', 100, '2026-10-05 03:00:00')
        found = self.settle('2026-10-01', '2026-10-31')
        settlements = self.confirm(found['B'] + found['C'])
        self.book(settlements)
        self.assertEqual(settlements.mapped('state'), ['invoiced', 'invoiced'])
        self.assertEqual([self.figures(self.documents(s)) for s in settlements], [
            [('out_invoice', 10, 10)], [('out_invoice', 0.5, 0.5)]])

    def test_one_document_for_both_ways_where_it_is_agreed(self):
        self.parties['B'].agreement_ids.sudo().document_mode = 'net'
        settlement = self.plain_month()
        documents = self.book(settlement)
        self.assertEqual(self.figures(documents), [('out_invoice', 568.1, 568.1)])
        self.assertEqual(sorted(documents.invoice_line_ids.mapped('price_unit')), [-680, 13.6, 1234.5])

    def test_charges_with_other_taxes_have_a_document_of_their_own(self):
        fee = self.env.ref('membership_loyalty.product_charge_fee')
        self.tax('sale', articles=fee)
        documents = self.book(self.plain_month(), is_posted=False)
        self.assertEqual(self.figures(documents), [
            ('in_invoice', 680, 680), ('out_invoice', 1234.5, 1234.5), ('out_invoice', 13.6, 14.42)])

    def test_the_fiscal_position_of_the_partner_takes_the_tax_away(self):
        self.tax('sale')
        self.parties['B'].partner_id.with_company(self.operator).property_account_position_id = (
            self.env['account.fiscal.position'].create({'name': "Exempt", 'company_id': self.operator.id}))
        documents = self.book(self.plain_month())
        self.assertEqual(documents.filtered(lambda move: move.move_type == 'out_invoice').amount_total, 1248.1)
        self.assertEqual(set(documents.fiscal_position_id.mapped('name')), {"Exempt"})

    def test_what_the_agreement_says_stands_on_the_documents(self):
        plan = self.env['account.analytic.plan'].create({'name': "Programmes"})
        club = self.env['account.analytic.account'].create({'name': "Club", 'plan_id': plan.id})
        term = self.env['account.payment.term'].create({'name': "In 20 days", 'line_ids': [
            Command.create({'value': 'percent', 'value_amount': 100, 'nb_days': 20})]})
        self.parties['B'].agreement_ids.sudo().write({
            'payment_term_id': term.id, 'analytic_distribution': {str(club.id): 100}})
        documents = self.book(self.plain_month())
        self.assertEqual(set(documents.mapped(lambda move: str(move.invoice_date_due))), {'2026-11-20'})
        self.assertEqual(sorted(documents.line_ids.analytic_line_ids.mapped('amount')), [-680, 13.6, 1234.5])

    # ------------------------------------------------------------------ dates

    def booked_with_locks(self, **locks):
        settlement = self.plain_month()
        self.operator.write(locks)
        action = self.as_accountant(settlement).action_create_documents()
        book = self.env['membership.settlement.book'].browse(action['res_id'])
        planned = book.line_ids.mapped(lambda line: (str(line.invoice_date), str(line.accounting_date)))
        documents = self.book(settlement)
        self.assertEqual(
            documents.mapped(lambda move: (str(move.invoice_date), str(move.date))), planned,
            "what was announced is what was booked")
        return book.warning or '', set(planned)

    def test_documents_have_the_date_of_the_last_day(self):
        self.assertEqual(self.booked_with_locks(), ('', {('2026-10-31', '2026-10-31')}))

    def test_locked_books_move_the_date_and_are_announced(self):
        warning, dates = self.booked_with_locks(sale_lock_date='2026-10-31', purchase_lock_date='2026-10-31')
        self.assertEqual(dates, {('2026-10-31', '2026-11-12')})
        self.assertEqual(len(warning.splitlines()), 2)
        self.assertIn("will be booked on 11/12/2026 instead of 10/31/2026", warning)

    def test_documents_have_the_day_of_their_creation_where_that_is_set(self):
        self.operator.membership_document_date = 'today'
        documents = self.book(self.plain_month())
        self.assertEqual(set(documents.mapped(lambda move: str(move.date))), {'2026-11-12'})

    # ------------------------------------------------------------------ what is missing

    def test_a_missing_journal_is_named_with_where_to_create_it(self):
        settlement = self.plain_month()
        self.env['account.journal'].search([
            ('company_id', '=', self.operator.id), ('type', '=', 'purchase')]).active = False
        with self.assertRaisesRegex(UserError, "Operator has no journal for bills.*Configuration, Journals"):
            self.as_accountant(settlement).action_create_documents()

    def test_a_tax_that_is_included_in_the_price_is_refused(self):
        self.tax('sale').price_include_override = 'tax_included'
        with self.assertRaisesRegex(UserError, "is included in the price"):
            self.as_accountant(self.plain_month()).action_create_documents()
