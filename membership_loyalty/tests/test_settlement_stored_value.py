from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common_clearing import ClearingCommon


@tagged('post_install', '-at_install')
class TestSettlementStoredValue(ClearingCommon):
    """Money loaded here and spent there: C18, C20, the chain, and what comes back."""

    def loaded_and_spent(self, bearer, share=0):
        self.agree(bearer, share)
        sold = self.load('S1')
        self.spend('S2', 600)
        return sold

    def test_bonus_money_is_borne_by_whom_the_agreement_says(self):
        for bearer, share, nets in (
                ('loader', 0, {'S1': -1100, 'S2': 600, 'HQ': 500}),
                ('redeemer', 0, {'S1': -1000, 'S2': 500, 'HQ': 500}),
                ('hq', 0, {'S1': -1000, 'S2': 600, 'HQ': 400}),
                ('share', 30, {'S1': -1030, 'S2': 600, 'HQ': 430})):
            with self.subTest(bearer), self.env.cr.savepoint() as savepoint:
                self.loaded_and_spent(bearer, share)
                self.assertEqual(self.settle(), nets)
                self.assertWallet(500, 100)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_each_charge_stands_on_the_statement_of_its_company(self):
        self.loaded_and_spent('loader')
        self.settle()
        self.assertEqual(self.charges('S1'), {'svl': -1000, 'svbon': -100})
        self.assertEqual(self.charges('S2'), {'svs': 500, 'svbon': 100})
        self.assertEqual(self.statements['S3'].state, 'nil')

    def test_refund_that_we_cause_pays_what_is_left_of_the_principal(self):
        sold = self.loaded_and_spent('loader')
        self.give_back(sold, method='pro_rata')
        self.assertWallet(0, 0)
        self.assertEqual(self.settle(), {'S1': -600, 'S2': 600, 'HQ': 0})
        self.assertEqual(self.charges('S1'), {'svl': -1000, 'svr': 500, 'svbon': -100})

    def test_refund_that_the_customer_wishes_pays_less_and_the_rest_is_paid_to_nobody(self):
        sold = self.loaded_and_spent('loader')
        self.give_back(sold)
        self.assertWallet(0, 0)
        self.assertEqual(self.settle(), {'S1': -700, 'S2': 600, 'HQ': 100})
        self.assertEqual(self.charges('S1'), {'svl': -1000, 'svr': 400, 'svbon': -100})
        kept = self.wallet().entry_ids.filtered(lambda entry: entry.kind == 'adjust')
        self.assertEqual((kept.value_type, kept.amount), ('principal', -100))
        note = self.env['account.move'].search([('move_type', '=', 'out_refund'), ('ref', '=', "Moves away")])
        self.assertEqual(note.invoice_line_ids.mapped('price_total'), [400])

    def test_what_is_kept_comes_out_of_that_top_up_and_no_other(self):
        self.agree()
        older = self.load('S1', self.plain_product, day='2026-10-01')
        sold = self.load('S1', day='2026-10-02')
        self.spend('S2', 650)  # the 50 of the older one, and 600 of the package
        newest = self.load('S1', self.plain_product, day='2026-10-11')
        self.give_back(sold)
        self.assertWallet(50, 0)
        [left] = self.wallet().entry_ids.filtered(lambda entry: entry.remaining > 0)
        self.assertEqual(left.document_key, f'sale.order:{newest.id}')
        self.assertTrue(older)

    def test_money_that_goes_round_three_companies(self):
        """Topped up 100 at S1, 20 spent there and 30 at S2: S1 pays 80, S2 gets 30, the operator holds 50."""
        self.agree()
        self.load('S1', self.plain_product, price=100)
        self.spend('S1', 20)
        self.spend('S2', 30)
        self.assertEqual(self.settle(), {'S1': -80, 'S2': 30, 'HQ': 50})
        self.assertWallet(50, 0)

    def test_what_happens_at_the_operator_itself_is_on_no_statement(self):
        self.agree()
        self.load('HQ', self.plain_product, price=100)
        self.spend('S2', 30)
        self.spend('HQ', 20)
        self.assertEqual(self.settle(), {'S2': 30, 'HQ': -30})

    def test_a_purchase_that_is_cancelled_next_month_comes_back_on_the_next_statement(self):
        self.agree()
        self.load('S1')
        order = self.spend('S2', 600)
        self.settle()
        with freeze_time('2026-11-05 10:00:00'):
            order.with_context(disable_cancel_warning=True).action_cancel()
        self.assertEqual(self.settle('2026-11-01', '2026-11-30'), {'S1': 100, 'S2': -600, 'HQ': 500})
        self.assertTrue(all(self.statements['S2'].line_ids.mapped('is_reversal')))
        self.assertWallet(1000, 200)

    def test_money_given_back_at_another_company_is_paid_by_that_company(self):
        self.agree()
        self.load('S1')
        self.spend('S2', 600)
        self.assertEqual(self.post_at('S3', 'spend', 'spend:refund', 120), {'principal': 100, 'bonus': 20})
        self.assertEqual(self.settle(), {'S1': -1080, 'S2': 600, 'S3': -120, 'HQ': 600})
        self.assertWallet(600, 120)

    def post_at(self, code, kind, key, amount):
        """Post money of the wallet in a company, as a till does that takes back what was bought elsewhere."""
        origin = self.wallet().entry_ids.filtered(lambda entry: entry.kind == kind)[:1].document_key
        with freeze_time('2026-10-15 10:00:00'):
            entries = self.wallet()._membership_post_single(
                kind, amount, key, "Taken back", value_type='money', origins=(origin,),
                company_id=self.companies[code].id)
        return {entry.value_type: entry.amount for entry in entries}

    def test_bonus_of_wallets_that_were_merged_is_still_borne_by_who_sold_it(self):
        self.agree()
        self.load('S1')
        twin = self.env['res.partner'].create({'name': "Ada Twin"})
        keeper = self.stored._open_wallet(twin)
        self.wallet()._membership_merge_into(keeper)
        self.partner = twin
        self.spend('S2', 600)
        self.assertEqual(self.settle(), {'S1': -1100, 'S2': 600, 'HQ': 500})

    def test_companies_that_share_wallets_agree_on_one_rule_for_bonus_money(self):
        self.agree('loader')
        newer = self.env['membership.agreement'].search([('party_id', '=', self.parties['S1'].id)])
        newer.sudo().write({'date_to': '2026-10-31'})
        version = newer.copy({'date_from': '2026-11-01', 'date_to': False, 'bonus_bearer': 'hq'})
        with self.assertRaisesRegex(ValidationError, "one rule"):
            version.action_activate()

    def test_wallets_are_not_for_parties_outside(self):
        merchant = self.env['membership.party'].create({
            'name': "Merchant", 'code': 'M', 'kind': 'external', 'operator_id': self.companies['HQ'].id,
            'partner_id': self.partner.id})
        with self.assertRaisesRegex(ValidationError, "no own company"):
            self.env['membership.agreement'].create({
                'party_id': merchant.id, 'program_id': self.stored.id, 'date_from': '2026-01-01'})

    def test_a_wallet_does_not_pay_for_its_own_top_up(self):
        self.agree()
        self.load('S1')
        self.at('S2')
        order = self.env['sale.order'].with_user(self.salesman).create({
            'partner_id': self.partner.id,
            'order_line': [Command.create({'product_id': self.package_product.id, 'price_unit': 1000})]})
        order._update_programs_and_rewards()
        self.assertNotIn(self.wallet(), order._get_claimable_rewards())
        with self.assertRaises(UserError):
            order._apply_program_reward(self.pay, self.wallet())
        order.action_confirm()
        self.assertEqual(order.amount_total, 1000)
        self.assertWallet(2000, 400)
