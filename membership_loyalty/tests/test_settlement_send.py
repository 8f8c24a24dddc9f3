from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from odoo.addons.mail.tests.common import MailCommon

from .common_settlement import SettlementCommon
from .common_settlement_portal import SettlementPortalCommon


@tagged('post_install', '-at_install')
class TestSettlementSend(SettlementPortalCommon, SettlementCommon, MailCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parties['B'].partner_id.email = 'finance@b.example.com'

    def setUp(self):
        super().setUp()
        self.earn('B', 100000, '2026-10-05 03:00:00')
        self.statement = self.settle('2026-10-01', '2026-10-31')['B']

    def with_file(self):
        file = self.env['ir.attachment'].create({
            'name': 'statement.csv', 'raw': b'a;b', 'res_model': self.statement._name, 'res_id': self.statement.id})
        self.patch(self.env.registry['membership.settlement'], '_get_statement_files', lambda s: file.with_env(s.env))
        return file

    def test_the_mail_is_looked_at_before_the_statement_is_sent(self):
        file = self.with_file()
        action = self.statement.with_user(self.manager).action_preview_send()
        with self.mock_mail_gateway():
            composer = Form(self.env['mail.compose.message'].with_user(self.manager).with_context(**action['context']))
            self.assertIn("10,000.00", composer.body)
            self.assertEqual(self.statement.state, 'computed', "Not sent by looking at it")
            composer.save().action_send_mail()
        self.assertEqual((self.statement.state, self.statement.sent_by_id), ('sent', self.manager))
        message = self.statement.message_ids.filtered(lambda message: message.message_type == 'comment')
        self.assertEqual(len(message), 1, "Sent once")
        self.assertEqual(message.attachment_ids, file)
        self.assertEqual(message.partner_ids, self.parties['B'].partner_id)
        self.assertIn(f'/my/settlements/{self.statement.id}?access_token=', message.body)

    def test_who_sends_many_sends_the_same_mail_to_each(self):
        file = self.with_file()
        self.parties['B'].settlement_email = 'settle@b.example.com'
        with self.mock_mail_gateway():
            self.statement.with_user(self.manager).action_send()
        [mail] = self._new_mails.filtered(lambda mail: mail.model == 'membership.settlement')
        self.assertEqual((mail.email_to, mail.attachment_ids), ('settle@b.example.com', file))
        self.assertIn("You pay", mail.body_html)

    def test_nobody_but_a_manager_sends_not_even_through_a_message(self):
        for user in (self.settlement_user, self.auditor):
            statement = self.statement.with_user(user)
            for send in (statement.action_send, statement.action_preview_send):
                with self.assertRaises(AccessError):
                    send()
            with self.assertRaises(AccessError):
                statement.with_context(membership_send_settlement=True).message_post(body="Sent")
        self.assertEqual(self.statement.state, 'computed')

    def test_the_portal_user_cannot_call_what_the_back_office_does(self):
        self.statement.with_user(self.manager).action_send()
        statement = self.statement.with_user(self.portal_user).with_context(
            allowed_company_ids=self.portal_user.company_ids.ids)
        self.assertEqual(statement.state, 'sent')
        for action in (statement.action_confirm, statement.action_cancel, statement.action_preview_send):
            with self.assertRaises(AccessError):
                action()
        with self.assertRaises(AccessError):
            statement.write({'dispute_until': '2030-01-01'})


@tagged('post_install', '-at_install')
class TestSettlementAdjustment(SettlementPortalCommon, SettlementCommon):

    def adjustment(self, **values):
        return self.env['membership.settlement.adjustment'].with_user(self.manager).create({
            'party_id': self.parties['B'].id, 'program_id': self.program.id, 'amount': 12.5, 'date': '2026-10-10',
            'reason': "Poster campaign", **values})

    def test_an_adjustment_is_taken_once_and_stays_as_it_was(self):
        adjustment = self.adjustment()
        adjustment.amount = 13
        statement = self.settle('2026-10-01', '2026-10-31')['B']
        self.assertEqual([(line.charge, line.amount) for line in statement.line_ids], [('adj', 13)])
        for change in ({'amount': 1}, {'reason': "Other"}, {'party_id': self.parties['A'].id}):
            with self.assertRaisesRegex(UserError, "has taken this adjustment"):
                adjustment.write(change)
        with self.assertRaisesRegex(UserError, "has taken this adjustment"):
            adjustment.unlink()
        self.assertEqual(self.settle('2026-11-01', '2026-11-30')['B'].state, 'nil')

    def test_a_statement_that_was_sent_takes_no_more_adjustments_when_it_is_priced_again(self):
        dispute = self.dispute('reimb', 0)
        self.adjustment()
        dispute.with_user(self.manager).action_hold()
        self.assertFalse(dispute.settlement_id.adjustment_ids)

    def test_an_adjustment_says_why_and_is_about_its_own_party(self):
        with self.assertRaisesRegex(UserError, "Say why"):
            self.adjustment(reason=" ")
        line = self.month().line_ids[0]
        with self.assertRaisesRegex(UserError, "another party"):
            self.adjustment(party_id=self.parties['C'].id, origin_line_id=line.id)
        self.assertEqual(self.adjustment(origin_line_id=line.id).origin_settlement_id, self.settlement)

    def test_adjustments_are_written_by_settlement_managers(self):
        adjustment = self.adjustment()
        for user in (self.settlement_user, self.auditor):
            self.assertEqual(adjustment.with_user(user).amount, 12.5)
            for refused in (lambda own: own.write({'amount': 1}), lambda own: own.unlink(), lambda own: own.copy()):
                with self.assertRaises(AccessError):
                    refused(adjustment.with_user(user))

    def test_another_company_sees_neither_disputes_nor_adjustments(self):
        dispute, adjustment = self.dispute('reimb', 0), self.adjustment()
        company = self.env['res.company'].create({'name': "Somebody else"})
        stranger = self.create_user('stranger', 'membership_loyalty.group_settlement_manager')
        stranger.write({'company_id': company.id, 'company_ids': [(6, 0, company.ids)]})
        for record in (dispute, dispute.part_ids, adjustment, dispute.settlement_id):
            records = record.with_user(stranger).with_context(allowed_company_ids=company.ids)
            self.assertFalse(records.search([('id', 'in', record.ids)]))
            with self.assertRaises(AccessError):
                records.read(['id'])
        with self.assertRaises(AccessError):
            dispute.with_user(stranger).with_context(allowed_company_ids=company.ids).action_hold()
