from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..models.membership_settlement_audit import CHECKS, LEDGER_CHECKS
from .common_settlement import SettlementCommon

UNTOUCHED = """ALTER TABLE membership_ledger_entry DISABLE TRIGGER USER;
               ALTER TABLE membership_ledger_match DISABLE TRIGGER USER"""
# What breaks each check, by SQL as nobody can do it in the application; {b} is the statement of B, sent and October's.
BREAKS = {
    'claimed_by_a_statement_that_lives': "UPDATE membership_settlement SET state = 'cancel' WHERE id = {b}",
    'claimed_for_its_own_party_and_period': """
        UPDATE membership_settlement_atom SET settlement_id = {c} WHERE k = 1 AND settlement_id = {b}""",
    'nothing_comes_into_a_closed_period': """
        DELETE FROM membership_settlement_atom WHERE k = 1 AND settlement_id = {b}""",
    'lines_have_the_quantities_of_the_ledger': """
        UPDATE membership_settlement_line SET quantity = quantity + 1 WHERE settlement_id = {b} AND charge = 'issue'""",
    'totals_are_the_sum_of_the_lines': "UPDATE membership_settlement SET receivable = receivable + 1 WHERE id = {b}",
    'nets_of_a_run_sum_to_zero': """
        UPDATE membership_settlement_run SET totals = jsonb_set(totals, '{{CNY,operator}}', '1')""",
    'sent_statements_are_as_they_were': "UPDATE membership_settlement SET balance = balance + 1 WHERE id = {b}",
    'controls_agree_with_what_is_claimed': """
        UPDATE membership_settlement SET control = jsonb_set(control, '{{families,entry,hash_total}}', '1')
         WHERE id = {b}""",
    'what_was_sent_is_priced': """
        UPDATE membership_settlement SET control = jsonb_set(control, '{{unpriced}}', '[{{}}]') WHERE id = {b}""",
    'points_roll_forward': """
        UPDATE membership_settlement SET roll_forward = jsonb_set(roll_forward, '{{closing}}', '"1"') WHERE id = {b}""",
    'overdrafts_are_noted': "UPDATE membership_ledger_entry SET uncovered = 0 WHERE uncovered > 0",
    'matches_say_what_their_entries_say': "UPDATE membership_ledger_match SET price_date = price_date + 1",
    'nothing_is_taken_before_it_was_issued': """
        UPDATE membership_ledger_match SET cause_id = (SELECT min(id) FROM membership_ledger_entry)
         WHERE kind = 'redeem'""",
}


@tagged('post_install', '-at_install')
class TestSettlementAudit(SettlementCommon):
    """Each check of the audit finds what it is for."""

    def setUp(self):
        super().setUp()
        self.earn('A', 10, '2026-10-01 03:00:00')
        self.earn('B', 1000, '2026-10-05 03:00:00')
        self.redeem('C', 1200, '2026-10-06 03:00:00')
        self.settlements = self.settle('2026-10-01', '2026-10-31')
        self.settlements['B'].action_send()
        self.env.flush_all()

    def differences(self):
        self.env.invalidate_all()
        return {name: rows for name, rows in self.env['membership.ledger.audit']._differences().items() if rows}

    def test_every_check_has_something_that_breaks_it(self):
        self.assertEqual(BREAKS.keys(), CHECKS.keys() | LEDGER_CHECKS.keys())
        self.assertEqual(self.differences(), {})
        for check, statement in BREAKS.items():
            with self.subTest(check), self.env.cr.savepoint() as savepoint:
                self.env.cr.execute(UNTOUCHED)
                self.env.cr.execute(statement.format(
                    b=self.settlements['B'].id, c=self.settlements['C'].id))
                self.assertIn(check, self.differences())
                savepoint.rollback()
        self.assertEqual(self.differences(), {})

    def test_rows_of_the_same_table_inserted_into_a_closed_month_are_found(self):
        """What the trigger would make late, inserted without it."""
        self.env.cr.execute(UNTOUCHED)
        self.env.cr.execute(SQL(
            """INSERT INTO membership_ledger_entry (card_id, company_id, channel, kind, value_type, amount, remaining,
                   occurred_at, date, document_key, seq, party_id, settle_date, is_reversal, is_pending)
               SELECT card_id, company_id, channel, kind, value_type, amount, amount, occurred_at, date, 'smuggled', 1,
                      party_id, settle_date, FALSE, TRUE
                 FROM membership_ledger_entry WHERE party_id = %s AND kind = 'earn'""", self.parties['B'].id))
        self.assertEqual(self.differences()['nothing_comes_into_a_closed_period'], [(self.settlements['B'].id, 1, 0)])

    def test_the_manager_of_the_programme_is_told_on_the_statement(self):
        self.env.cr.execute(BREAKS['sent_statements_are_as_they_were'].format(b=self.settlements['B'].id))
        self.env.invalidate_all()
        with mute_logger('odoo.addons.membership_loyalty.models.membership_ledger_check'):
            self.assertFalse(self.env['membership.ledger.audit']._cron_audit())
        self.assertIn("No statement was changed after it was sent", self.settlements['B'].activity_ids.note)
        audit = self.env['membership.audit'].create({})
        audit.action_check()
        self.assertGreater(audit.difference_count, 0)
        self.assertFalse(audit.line_ids.account_ids, "A statement is no account")

    def test_control_and_roll_forward_say_what_is_on_the_statement(self):
        settlement = self.settlements['B']
        self.assertEqual(settlement.roll_forward, {
            'opening': '0.00', 'issued': '1000.00', 'redeemed': '1000.00', 'expired': '0.00', 'adjusted': '0.00',
            'closing': '0.00'})
        entry, match = (settlement.control['families'][family] for family in ('entry', 'match'))
        self.assertEqual((entry['atoms'], entry['quantity'], match['atoms'], match['quantity']),
                         (1, '1000.00', 1, '1000.00'))
        [[hash_total]] = self.env.execute_query(SQL(
            "SELECT sum(atom_id)::int FROM membership_settlement_atom WHERE k = 1 AND settlement_id = %s",
            settlement.id))
        self.assertEqual(entry['hash_total'], hash_total)
        self.assertIn(str(hash_total), settlement.control_html)
        self.assertEqual(self.settlements['C'].control['overdraft']['points'], '190.00')
