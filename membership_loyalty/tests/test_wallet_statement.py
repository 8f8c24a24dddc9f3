from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .common_wallet import WalletCommon


@tagged('post_install', '-at_install')
class TestWalletStatement(WalletCommon, HttpCase):

    def setUp(self):
        super().setUp()
        with freeze_time('2026-01-10 10:00:00'):
            self.top_up()
            self.pay_order(60)
        with freeze_time('2026-02-10 10:00:00'):
            self.top_up(self.plain_product)
            order = self.pay_order(30)
            order.with_context(disable_cancel_warning=True).action_cancel()

    def statement(self, first, last):
        return self.wallet()._wallet_statement(date.fromisoformat(first), date.fromisoformat(last))

    def test_principal_and_bonus_apart_from_opening_to_closing(self):
        january, february = self.statement('2026-01-01', '2026-01-31'), self.statement('2026-02-01', '2026-02-28')
        self.assertEqual([january['opening'], january['closing']], [(0, 0), (50, 10)])
        self.assertEqual(dict(january['rows']), {"Topped up": (100, 20), "Spent": (-50, -10)})
        self.assertEqual(february['opening'], january['closing'])
        self.assertEqual(dict(february['rows']),
                         {"Topped up": (50, 0), "Spent": (-25, -5), "Refunded purchases": (25, 5)})
        self.assertEqual(february['closing'], (100, 10))
        self.assertEqual(sum(february['closing']), self.wallet().points)

    def test_page_prints_the_same_figures(self):
        auditor = self.create_user('wallet_auditor', 'membership_loyalty.group_membership_auditor')
        wizard = self.env['membership.wallet.statement'].with_user(auditor).create({
            'wallet_id': self.wallet().id, 'date_from': '2026-01-01', 'date_to': '2026-01-31'})
        self.assertIn("Topped up", wizard.html)
        report = self.env.ref('membership_loyalty.membership_wallet_statement_report').with_user(auditor)
        html = report._render_qweb_html(report.report_name, wizard.ids)[0].decode()
        for text in ("Ada Member", "Topped up", "60.00", "Spent"):
            self.assertIn(text, html)
        self.assertEqual(wizard.action_print()['report_type'], 'qweb-html')
        with self.assertRaises(AccessError):
            self.env['membership.wallet.statement'].with_user(self.salesman).create({'wallet_id': self.wallet().id})

    def test_customer_sees_the_own_wallet_only(self):
        customer = self.create_user('bea_portal', 'base.group_portal', password='bea_portal_pw')
        self.authenticate('bea_portal', 'bea_portal_pw')
        self.assertIn("no wallet yet", self.url_open('/my/stored-value').text)
        response = self.url_open(f'/my/stored-value/{self.wallet().id}')
        self.assertTrue(response.url.endswith('/my/stored-value'))
        self.assertNotIn("Topped up", response.text)
        self.top_up(partner=customer.partner_id)
        for dates in ('', '?date_from=nonsense&date_to=2026-13-01', '?date_from=2030-01-01&date_to=2020-01-01'):
            text = self.url_open(f'/my/stored-value{dates}').text
            self.assertIn("Topped up", text)
            self.assertIn("120.00", text)
