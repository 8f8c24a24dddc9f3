from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common_wallet import WalletCommon


@tagged('post_install', '-at_install')
class TestWalletRefund(WalletCommon):
    """The case of the specification: 1,000 paid, 200 on top, 600 used."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.package.write({'amount': 1000, 'bonus': 200})
        cls.clerk = cls.create_user('wallet_clerk', 'membership_loyalty.group_membership_accountant')

    def setUp(self):
        super().setUp()
        self.sold = self.top_up(price=1000)

    def wizard(self, **values):
        entry = self.wallet().entry_ids.filtered(
            lambda entry: entry.document_key == f'sale.order:{self.sold.id}' and entry.value_type == 'principal')
        return self.env['membership.top.up.refund'].with_user(self.clerk).create({
            'wallet_id': self.wallet().id, 'entry_id': entry.id, 'reason': "Moves away", **values})

    def notes(self):
        return self.env['account.move'].search(
            [('move_type', '=', 'out_refund'), ('partner_id', '=', self.partner.id)])

    def test_customers_wish_counts_what_was_used_at_full_price(self):
        self.pay_order(600)
        wizard = self.wizard()
        self.assertEqual((wizard.method, wizard.paid, wizard.bonus, wizard.used), ('full_price', 1000, 200, 600))
        self.assertEqual((wizard.refund, wizard.principal_left, wizard.bonus_left), (400, 500, 100))
        wizard.action_refund()
        self.assertWallet(0, 0)
        note = self.notes()
        self.assertEqual((note.state, note.amount_total), ('draft', 400))
        self.assertEqual(note.invoice_line_ids.mapped('price_total'), [500, -100])

    def test_our_own_cause_counts_at_the_discount_of_the_top_up(self):
        self.pay_order(600)
        wizard = self.wizard(method='pro_rata')
        self.assertEqual(wizard.refund, 500)
        wizard.action_refund()
        self.assertEqual(self.notes().amount_total, 500)
        self.assertWallet(0, 0)

    def test_other_top_ups_of_the_wallet_stay(self):
        self.top_up(self.plain_product)
        self.wizard().action_refund()
        self.assertWallet(50, 0)

    def test_everything_used_at_full_price_pays_nothing_out(self):
        self.pay_order(1100)
        self.wizard().action_refund()
        self.assertWallet(0, 0)
        self.assertFalse(self.notes())

    def test_second_click_and_second_wizard_give_nothing_back_twice(self):
        wizard = self.wizard()
        wizard.action_refund()
        with self.assertRaises(UserError):
            wizard.action_refund()
        with self.assertRaises(UserError):
            self.wizard().action_refund()
        self.assertEqual(len(self.notes()), 1)

    def test_purchase_refunded_after_its_top_up_was_given_back_is_money_again(self):
        order = self.pay_order(600)
        self.wizard().action_refund()
        order.with_context(disable_cancel_warning=True).action_cancel()
        self.assertWallet(500, 100)

    def test_points_of_the_package_go_in_proportion(self):
        self.package.write({'points': 500, 'points_program_id': self.program.id})
        self.sold = self.top_up(price=1000)
        self.assertEqual(self.account.points, 500)
        self.pay_order(1200)  # the first top-up
        spent = self.pay_order(600)
        self.assertEqual(self.account.points, 500 + 1800)
        self.wizard().action_refund()
        self.assertEqual(self.account.points, 250 + 1800)
        self.assertEqual(self.parts(spent), (-500, -100))

    def test_wizard_opens_as_a_person_uses_it(self):
        form = Form(self.env['membership.top.up.refund'].with_user(self.clerk).with_context(
            default_wallet_id=self.wallet().id))
        form.entry_id = self.wallet().entry_ids.filtered(lambda entry: entry.value_type == 'principal')
        form.reason = "Moves away"
        self.assertEqual(form.refund, 1000)

    def test_only_accountants_and_managers_of_the_membership_do_it(self):
        for user in (self.salesman, self.create_user('wallet_auditor', 'membership_loyalty.group_membership_auditor')):
            with self.assertRaises(AccessError):
                self.env['membership.top.up.refund'].with_user(user).create({
                    'wallet_id': self.wallet().id, 'entry_id': self.wallet().entry_ids[:1].id, 'reason': "Mine"})

    def test_top_up_of_another_wallet_is_refused(self):
        other = self.env['res.partner'].create({'name': "Bea Buyer"})
        self.top_up(partner=other)
        wizard = self.wizard(entry_id=self.wallet(other).entry_ids[:1].id)
        with self.assertRaises(UserError):
            wizard.action_refund()
