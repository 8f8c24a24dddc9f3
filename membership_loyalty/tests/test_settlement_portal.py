from datetime import timedelta

from freezegun import freeze_time

from odoo import http
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from ..controllers import portal_settlement
from .common_settlement import SettlementCommon
from .common_settlement_portal import SettlementPortalCommon


@tagged('post_install', '-at_install')
class TestSettlementPortal(SettlementPortalCommon, SettlementCommon, HttpCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_user = cls.create_portal_user('C')

    def setUp(self):
        super().setUp()
        self.url = self.month().access_url
        self.line = self.settlement.line_ids.filtered(lambda line: line.charge == 'reimb')

    def page(self, url='', code='b', **params):
        self.authenticate(code and f'portal_{code}', code and f'portal_{code}_pw')
        return self.url_open(self.url + url, **params)

    def answer(self, url, code='b', **values):
        """Send a form of the page."""
        self.authenticate(f'portal_{code}', f'portal_{code}_pw')
        return self.url_open(self.url + url, data={'csrf_token': http.Request.csrf_token(self), **values})

    def test_the_partner_finds_statement_lines_and_transactions(self):
        self.authenticate('portal_b', 'portal_b_pw')
        self.assertIn(self.settlement.name, self.url_open('/my/settlements').text)
        text = self.page().text
        for expected in ("You pay", "9,333.60", "Points accepted", "0.085 per point", "10,000.00", "Asia/Shanghai"):
            self.assertIn(expected, text)
        text = self.page(f'/line/{self.line.id}').text
        for expected in ("Receipt 1001", "Receipt 1002", "425.0000", self.member.membership_card_id._masked_number()):
            self.assertIn(expected, text)
        for secret in ("Lin Member", self.member.membership_card_id.number):
            self.assertNotIn(secret, text)
        self.assertNotIn("Receipt 1001", self.page(f'/line/{self.line.id}?receipt=1002').text)

    def test_another_partner_finds_nothing_by_no_way(self):
        self.month()
        dispute = self.dispute('reimb', 0)
        for url in ('', f'/line/{self.line.id}', '?report_type=html', '?access_token=guess'):
            for code in ('c', None):
                text = self.page(url, code=code).text
                for secret in (self.settlement.name, "9,333.60", "Receipt 1001"):
                    self.assertNotIn(secret, text)
        self.assertNotIn(self.settlement.name, self.url_open('/my/settlements').text)
        for record in (self.settlement, self.line, dispute, dispute.part_ids):
            record = record.with_user(self.other_user).with_context(allowed_company_ids=self.other_user.company_ids.ids)
            with self.assertRaises(AccessError):
                record.read(['id'])
        for url in (f'/line/{self.line.id}/dispute', '/confirm', f'/dispute/{dispute.id}/withdraw'):
            self.answer(url, code='c', reason="Mine", transaction=self.line._transactions()[1]['key'])
        self.assertEqual((dispute.state, len(self.settlement.dispute_ids)), ('open', 1))

    def test_a_statement_that_is_no_more_sent_is_not_shown_not_even_by_its_link(self):
        token = self.settlement._portal_ensure_token()
        self.settlement.sudo().state = 'computed'
        self.assertNotIn(self.settlement.name, self.page().text)
        self.assertNotIn(self.settlement.name, self.page(f'?access_token={token}', code=None).text)
        self.assertFalse(self.env['membership.settlement'].with_user(self.portal_user).with_context(
            allowed_company_ids=self.portal_user.company_ids.ids).search([]))

    def test_the_link_of_the_mail_shows_the_statement_and_lets_nobody_answer(self):
        token = self.settlement._portal_ensure_token()
        text = self.page(f'?access_token={token}', code=None).text
        self.assertIn("9,333.60", text)
        self.assertIn("Log in", text)
        self.assertNotIn("Confirm the statement", text)
        text = self.page(f'/line/{self.line.id}?access_token={token}', code=None).text
        self.assertIn("Receipt 1001", text)
        self.assertNotIn("Send the dispute", text)
        self.answer('/confirm', code='c', access_token=token, seen=self.settlement._get_seen())
        self.assertEqual(self.settlement.state, 'sent')

    def test_the_partner_disputes_withdraws_and_confirms(self):
        [first, second] = self.line._transactions()
        text = self.answer(f'/line/{self.line.id}/dispute', reason=" ", transaction=first['key']).text
        self.assertIn("Say what is wrong", text)
        self.assertIn("Choose the transactions", self.answer(f'/line/{self.line.id}/dispute', reason="Why").text)
        self.assertFalse(self.settlement.dispute_ids)
        text = self.answer(f'/line/{self.line.id}/dispute', reason="Unknown receipt", transaction=first['key']).text
        self.assertIn("Your dispute was sent", text)
        dispute = self.settlement.dispute_ids
        self.assertEqual((dispute.opened_by_id, dispute.transactions, dispute.amount), (self.portal_user, 1, 416.5))
        self.assertIn("Unknown receipt", str(self.settlement.message_ids.mapped('body')))
        self.answer('/confirm', seen=self.settlement._get_seen())
        self.assertEqual(self.settlement.state, 'disputed')
        self.answer(f'/dispute/{dispute.id}/withdraw')
        self.assertEqual((dispute.state, self.settlement.state), ('withdrawn', 'sent'))
        self.assertIn("has changed", self.answer('/confirm', seen='0/1.0000/').text)
        self.assertIn("the statement is confirmed", self.answer('/confirm', seen=self.settlement._get_seen()).text)
        self.assertEqual((self.settlement.state, self.settlement.confirmed_by_id), ('confirmed', self.portal_user))
        self.answer(f'/line/{self.line.id}/dispute', reason="Too late", transaction=second['key'])
        self.assertEqual(len(self.settlement.dispute_ids), 1)

    def test_all_that_a_search_finds_and_is_not_in_dispute_is_disputed_at_once(self):
        self.answer(f'/line/{self.line.id}/dispute', reason="One", scope='all', receipt='1002')
        self.answer(f'/line/{self.line.id}/dispute', reason="All the others", scope='all')
        self.assertEqual(sorted(self.settlement.dispute_ids.mapped('transactions')), [1, 1])
        self.answer(f'/line/{self.line.id}/dispute', reason="Once more", scope='all')
        self.assertEqual(len(self.settlement.dispute_ids), 2)

    def test_transactions_of_another_line_or_statement_are_not_disputed(self):
        [other] = self.settlement.line_ids.filtered(lambda line: line.charge == 'issue')._transactions()
        text = self.answer(f'/line/{self.line.id}/dispute', reason="Mix", transaction=other['key']).text
        self.assertIn("Choose the transactions", text)
        self.assertFalse(self.settlement.dispute_ids)

    def test_files_are_given_to_the_party_only(self):
        file = self.env['ir.attachment'].create({'name': 'statement.csv', 'raw': b'a;b', 'mimetype': 'text/csv'})
        self.patch(self.env.registry['membership.settlement'], '_get_statement_files', lambda s: file.with_env(s.env))
        self.assertEqual(self.page(f'/file/{file.id}').content, b'a;b')
        self.assertIn("statement.csv was downloaded by portal_b", str(self.settlement.message_ids.mapped('body')))
        self.assertNotEqual(self.page(f'/file/{file.id}', code='c').content, b'a;b')
        other = self.env['ir.attachment'].create({'name': 'secret.csv', 'raw': b'secret'})
        self.assertEqual(self.page(f'/file/{other.id}').status_code, 404)

    def test_the_page_on_paper_says_who_pays_what_until_when(self):
        self.settlement.sudo().agreement_id.payment_term_id = self.env.ref('account.account_payment_term_30days')
        text = self.page('?report_type=html').text
        for expected in ("Operator", "Party B", "You pay", "9,333.60", "11/30/2026", "0.085 per point"):
            self.assertIn(expected, text)

    def test_the_operator_looks_at_the_page_before_it_is_sent(self):
        self.settlement.sudo().state = 'computed'
        for user, is_shown in ((self.manager, True), (self.create_user('nobody', 'base.group_user'), False)):
            self.authenticate(user.login, user.login)
            text = self.url_open(f'{self.url}?report_type=html').text
            (self.assertIn if is_shown else self.assertNotIn)("Preview, not sent yet", text)

    def test_pages_of_transactions_keep_the_search(self):
        self.patch(portal_settlement, 'TRANSACTIONS_SHOWN', 1)
        url = f'/line/{self.line.id}'
        first, second = self.page(f'{url}?receipt=Receipt').text, self.page(f'{url}/page/2?receipt=Receipt').text
        for text, shown, hidden in ((first, 1001, 1002), (second, 1002, 1001)):
            self.assertIn(f'Receipt {shown}', text)
            self.assertNotIn(f'Receipt {hidden}', text)
        self.assertIn(f'{self.url}{url}/page/2?receipt=Receipt', first)

    def test_silence_confirms_only_what_was_agreed_and_only_after_the_last_day(self):
        job = self.env['membership.settlement.acceptance']
        day = self.settlement.dispute_until
        with freeze_time(day):
            self.assertEqual(job._job_batch(), (1, 1))
            self.assertEqual(self.settlement.activity_ids.user_id, self.manager)
            self.assertEqual(job._job_batch(), (0, 0), "Reminded once")
        with freeze_time(day + timedelta(days=1)):
            self.assertEqual(job._job_batch(), (0, 0), "Silence is no answer, unless that was agreed")
            self.env.cr.execute("UPDATE membership_agreement SET is_auto_accept = TRUE")
            self.env.invalidate_all()
            self.assertEqual(job._job_batch(), (1, 1))
        self.assertEqual(self.settlement.state, 'confirmed')
