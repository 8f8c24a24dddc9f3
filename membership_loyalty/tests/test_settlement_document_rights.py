from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_documents import DocumentsCommon


@freeze_time('2026-11-12 04:00:00')
@tagged('post_install', '-at_install')
class TestSettlementDocumentRights(DocumentsCommon):
    """Who may book a statement, and what nobody may do to its documents."""

    def setUp(self):
        super().setUp()
        self.earn('B', 12345, '2026-10-05 03:00:00')
        self.redeem('B', 8000, '2026-10-06 03:00:00')
        self.settlement = self.confirmed('B')
        self.bookkeeper = self.user('bookkeeper', self.operator, 'account.group_account_manager')

    def withdraw(self, reason="Wrong journal"):
        mine = self.as_accountant(self.settlement)
        action = mine.action_withdraw_documents()
        mine.env[action['res_model']].with_context(**action['context']).create({'reason': reason}).action_withdraw()

    # ------------------------------------------------------------------ who

    def test_only_an_accountant_creates_documents(self):
        with self.assertRaisesRegex(UserError, "This is done by a Membership / Accountant"):
            self.as_accountant(self.settlement, self.manager).action_create_documents()
        with self.assertRaises(AccessError):
            self.as_accountant(self.settlement, self.bookkeeper).action_create_documents()
        self.assertFalse(self.settlement.move_ids)

    def test_only_an_accountant_offsets_and_cancels(self):
        self.operator.membership_is_netted = False
        self.book(self.settlement)
        for method in ('action_offset', 'action_withdraw_documents'):
            with self.assertRaisesRegex(UserError, "Accountant"):
                getattr(self.as_accountant(self.settlement, self.manager), method)()
        self.assertEqual(self.settlement.payment_due, -568.1)
        self.as_accountant(self.settlement).action_offset()
        self.assertEqual(len(self.settlement.move_ids), 3)
        with self.assertRaisesRegex(UserError, "there is nothing to offset"):
            self.as_accountant(self.settlement).action_offset()
        self.assertEqual(len(self.settlement.move_ids), 3, "nothing is offset twice")

    def test_only_confirmed_statements_are_booked_and_only_once(self):
        november = self.settle('2026-11-01', '2026-11-10')['B']
        with self.assertRaisesRegex(UserError, "documents are created once, when it is confirmed"):
            self.as_accountant(november).action_create_documents()
        mine = self.as_accountant(self.settlement)
        wizard = mine.env['membership.settlement.book'].browse(mine.action_create_documents()['res_id'])
        wizard.action_create()
        self.assertIn("Documents created", str(self.settlement.message_ids[:1].body))
        with self.assertRaisesRegex(UserError, "is Invoiced"):
            wizard.action_create()
        self.assertEqual(len(self.settlement.move_ids), 2)

    def test_nobody_makes_a_document_of_a_statement_by_hand(self):
        invoice = self.as_accountant(self.env['account.move'], self.bookkeeper).create(
            {'move_type': 'out_invoice', 'partner_id': self.parties['B'].partner_id.id,
             'invoice_line_ids': [Command.create({'name': "By hand", 'price_unit': 1})]})
        with self.assertRaises(AccessError):
            invoice.membership_settlement_id = self.settlement
        with self.assertRaises(AccessError):
            invoice.invoice_line_ids.membership_settlement_line_id = self.settlement.line_ids[0]
        with self.assertRaises(AccessError):
            invoice.copy({'membership_settlement_id': self.settlement.id})

    # ------------------------------------------------------------------ what stays

    def test_drafts_are_neither_deleted_nor_cancelled_nor_posted_with_other_amounts(self):
        documents = self.as_accountant(self.book(self.settlement, is_posted=False), self.bookkeeper)
        self.assertEqual(set(documents.mapped('state')), {'draft'})
        for attempt in (documents.unlink, documents.button_cancel):
            with self.assertRaisesRegex(UserError, "belongs to statement"):
                attempt()
        self.env.invalidate_all()
        documents[0].invoice_line_ids[0].price_unit += 1
        with self.assertRaisesRegex(UserError, "has to be"):
            documents[0].action_post()
        documents[0].invoice_line_ids[0].price_unit -= 1
        documents[0].invoice_line_ids = [Command.create({'name': "A gift", 'price_unit': 0.5})]
        with self.assertRaisesRegex(UserError, "has to be"):
            documents[0].action_post()
        documents[1].action_post()
        self.assertEqual(documents[1].state, 'posted')

    def test_posted_documents_are_neither_reset_nor_reversed(self):
        documents = self.as_accountant(self.book(self.settlement), self.bookkeeper)
        self.assertFalse(any(documents.mapped('show_reset_to_draft_button')))
        for attempt in (documents.button_draft, documents.button_cancel, documents._reverse_moves):
            with self.assertRaisesRegex(UserError, "press Cancel documents on the statement"):
                attempt()

    # ------------------------------------------------------------------ the way back

    def test_drafts_are_deleted_and_the_statement_can_be_booked_again(self):
        drafts = self.book(self.settlement, is_posted=False)
        self.withdraw()
        self.assertFalse(drafts.exists())
        self.assertEqual(self.settlement.state, 'confirmed')
        self.assertIn("Wrong journal", str(self.settlement.message_ids[:1].body))
        self.assertEqual(self.figures(self.book(self.settlement)), [
            ('in_invoice', 680, 680), ('out_invoice', 1248.1, 1248.1)])

    def test_posted_documents_are_reversed_as_of_today(self):
        documents = self.book(self.settlement)
        offset = self.settlement.move_ids - documents
        self.withdraw()
        self.assertEqual(set(documents.mapped('state')), {'posted'})
        self.assertEqual(set(documents.mapped('payment_state')), {'reversed'})
        reversals = (documents + offset).reversal_move_ids
        self.assertEqual(set(reversals.mapped(lambda move: str(move.date))), {'2026-11-12'})
        for lines in (documents + offset + reversals).line_ids.grouped('account_id').values():
            self.assertTrue(self.cny.is_zero(sum(lines.mapped('balance'))))
        self.assertEqual((self.settlement.state, self.settlement.move_ids), ('confirmed', self.env['account.move']))
        self.book(self.settlement)
        self.assertEqual(self.settlement.state, 'invoiced')
        self.assertAuditClean()

    def test_paid_documents_are_not_cancelled(self):
        documents = self.book(self.settlement)
        self.pay(documents.filtered('amount_residual'))
        self.assertEqual(self.settlement.state, 'settled')
        with self.assertRaisesRegex(UserError, "is paid or offset by PBNK1.* Take that back first"):
            self.withdraw()
        with self.assertRaisesRegex(UserError, "Say why"):
            self.withdraw("  ")

    # ------------------------------------------------------------------ audit

    def test_the_audit_finds_documents_that_differ_from_their_statement(self):
        documents = self.book(self.settlement)
        self.assertAuditClean()
        self.env.flush_all()
        self.cr.execute("UPDATE account_move SET amount_untaxed = 1248.11 WHERE id = %s", [documents[1].id])
        self.cr.execute(
            "UPDATE account_move_line SET membership_settlement_line_id = NULL WHERE move_id = %s", [documents[0].id])
        found = self.env['membership.ledger.audit']._differences()
        self.assertEqual(len(found['documents_are_their_statement_lines']), 2)
        self.assertEqual(len(found['booked_statements_are_booked_whole']), 1)
        with mute_logger('odoo.addons.membership_loyalty.models.membership_ledger_check'):
            self.assertFalse(self.env['membership.ledger.audit']._cron_audit())
