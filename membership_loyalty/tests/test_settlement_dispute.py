from datetime import timedelta
from decimal import Decimal

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import SQL, mute_logger

from .common_settlement import SettlementCommon
from .common_settlement_portal import SettlementPortalCommon


@tagged('post_install', '-at_install')
class TestSettlementDispute(SettlementPortalCommon, SettlementCommon):

    def tearDown(self):
        self.assertAuditClean()
        super().tearDown()

    def amounts(self, settlement):
        return {line.charge: line.amount for line in settlement.line_ids}

    def test_a_redemption_in_dispute_is_on_the_line_of_the_points_and_of_the_fee(self):
        dispute = self.dispute('reimb', 0)
        self.assertEqual(
            [(part.charge, part.quantity, part.amount) for part in dispute.part_ids],
            [('reimb', 5000, 425), ('fee', 5000, 8.5)])
        self.assertEqual((dispute.amount, dispute.settlement_id.state), (416.5, 'disputed'))
        self.assertEqual(dispute.activity_ids.user_id, self.manager)
        with self.assertRaisesRegex(UserError, "in dispute already"):
            self.dispute('fee', 0)

    def test_what_was_set_aside_and_what_is_settled_are_what_was_computed(self):
        # Three times 8.5 hundredths: the line is 0.26, and each of the three would be 0.09 by itself.
        settlement = self.month([1, 1, 1])
        before = self.amounts(settlement)
        self.assertEqual(before, {'issue': 10000, 'reimb': 0.26, 'fee': 0.01})
        disputes = [self.dispute('reimb', number) for number in range(3)]
        for number in (2, 0, 1):
            disputes[number].with_user(self.manager).action_hold()
            held = {charge: sum(Decimal(str(part.amount)) for part in settlement.dispute_ids.filtered(
                'is_held').part_ids if part.charge == charge) for charge in before}
            left = self.amounts(settlement)
            self.assertEqual(
                {charge: Decimal(str(left[charge])) + held[charge] for charge in before},
                {charge: Decimal(str(amount)) for charge, amount in before.items()})
        self.assertEqual(self.amounts(settlement), {'issue': 10000, 'reimb': 0, 'fee': 0})
        self.assertEqual(settlement.balance, -10000)

    def test_the_rest_is_confirmed_and_a_rejection_is_charged_by_the_next_month(self):
        dispute = self.dispute('reimb', 0)
        settlement = dispute.settlement_id
        with self.assertRaisesRegex(UserError, "is in dispute"):
            settlement.with_user(self.manager).action_confirm()
        dispute.with_user(self.manager).action_hold()
        self.assertEqual(self.amounts(settlement), {'issue': 10000, 'reimb': 255, 'fee': 5.1})
        self.assertEqual(settlement.state, 'sent')
        settlement.with_user(self.manager).action_confirm()
        self.decide(dispute, 'rejected')
        self.assertEqual(
            [(adjustment.direction, adjustment.amount, adjustment.origin_line_id.charge)
             for adjustment in dispute.adjustment_ids.sorted('id')],
            [('hq_to_party', 425, 'reimb'), ('party_to_hq', 8.5, 'fee')])
        november = self.settle('2026-11-01', '2026-11-30')['B']
        self.assertEqual(
            sorted((line.charge, line.direction, line.amount) for line in november.line_ids),
            [('dispute', 'hq_to_party', 425), ('dispute', 'party_to_hq', 8.5)])
        self.assertEqual(november.line_ids.origin_line_id.settlement_id, settlement)
        self.assertEqual(settlement.net + november.net, -9333.6, "As if nothing had been in dispute")

    def test_an_accepted_dispute_charges_nothing_ever(self):
        dispute = self.dispute('issue', 0)
        self.decide(dispute, 'accepted')
        settlement = dispute.settlement_id
        self.assertEqual((settlement.state, self.amounts(settlement)['issue']), ('sent', 0))
        settlement.with_user(self.manager).action_confirm()
        self.assertFalse(self.env['membership.settlement.adjustment'].search([]))
        self.assertEqual(self.settle('2026-11-01', '2026-11-30')['B'].state, 'nil')
        with self.assertRaisesRegex(UserError, "closed already"):
            dispute.with_user(self.manager).action_decide()

    def test_a_dispute_that_is_rejected_in_time_leaves_the_statement_as_it_was(self):
        settlement = self.month()
        before = (self.amounts(settlement), settlement.balance)
        dispute = self.dispute('reimb', 0)
        dispute.with_user(self.manager).action_hold()
        self.assertNotEqual((self.amounts(settlement), settlement.balance), before)
        self.decide(dispute, 'rejected')
        self.assertEqual((self.amounts(settlement), settlement.balance), before)
        self.assertEqual((settlement.state, dispute.charged), ('sent', 416.5))
        self.assertFalse(dispute.adjustment_ids)
        self.assertEqual(dispute.part_ids.line_id, settlement.line_ids.filtered(lambda line: line.charge != 'issue'))

    def test_a_part_is_charged_once_the_statement_is_confirmed(self):
        dispute = self.dispute('reimb', 0)
        with self.assertRaisesRegex(UserError, "between 0 and 425.0 can count"):
            self.decide(dispute, 'partly', {'reimb': 425.01})
        self.decide(dispute, 'partly', {'reimb': 100})
        self.assertEqual((dispute.state, dispute.charged), ('partly', 100))
        self.assertFalse(dispute.adjustment_ids)
        dispute.settlement_id.with_user(self.manager).action_confirm()
        self.assertEqual(dispute.adjustment_ids.mapped('amount'), [100])
        self.assertEqual(dispute.adjustment_ids.origin_line_id.charge, 'reimb')

    def test_a_withdrawn_dispute_can_be_opened_again_until_the_last_day(self):
        first = self.dispute('reimb', 0)
        first.with_user(self.portal_user).sudo()._withdraw()
        self.assertEqual((first.state, first.settlement_id.state), ('withdrawn', 'sent'))
        self.assertEqual(self.dispute('reimb', 0).state, 'open')
        with freeze_time(first.settlement_id.dispute_until + timedelta(days=2)), \
                self.assertRaisesRegex(UserError, "cannot be disputed any more"):
            self.dispute('reimb', 1)

    def test_a_withdrawal_after_confirmation_charges_what_was_set_aside(self):
        dispute = self.dispute('issue', 0)
        dispute.with_user(self.manager).action_hold()
        dispute.settlement_id.with_user(self.manager).action_confirm()
        dispute.with_user(self.portal_user).sudo()._withdraw()
        self.assertEqual(
            [(a.direction, a.amount) for a in dispute.adjustment_ids], [('party_to_hq', 10000)])
        with self.assertRaisesRegex(UserError, "is not changed"):
            dispute.adjustment_ids.with_user(self.manager).amount = 1

    def test_a_transaction_is_in_one_dispute_only_also_for_the_database(self):
        dispute = self.dispute('reimb', 0)
        other = dispute.sudo().copy()
        with mute_logger('odoo.sql_db'), self.assertRaises(IntegrityError):
            self.env.cr.execute(SQL(
                """INSERT INTO membership_settlement_dispute_atom (dispute_id, k, atom_id)
                   SELECT %s, k, atom_id FROM membership_settlement_dispute_atom WHERE dispute_id = %s""",
                other.id, dispute.id))

    def test_the_end_of_a_statement_frees_what_was_in_dispute(self):
        dispute = self.dispute('reimb', 0)
        dispute.settlement_id.with_user(self.manager).action_cancel()
        self.assertEqual((dispute.state, dispute.resolution), ('withdrawn', "The statement was cancelled."))
        dispute.settlement_id.run_id._draft_settlements()
        again = dispute.settlement_id.run_id.settlement_ids.filtered(lambda s: s.party_id.code == 'B')
        again -= dispute.settlement_id
        again._compute_settlement()
        self.assertEqual(self.amounts(again), {'issue': 10000, 'reimb': 680, 'fee': 13.6})

    def test_only_a_settlement_manager_decides(self):
        dispute = self.dispute('reimb', 0)
        for user in (self.settlement_user, self.auditor):
            self.assertEqual(dispute.with_user(user).state, 'open')
            for method in ('action_hold', 'action_decide'):
                with self.assertRaises(AccessError):
                    getattr(dispute.with_user(user), method)()
            with self.assertRaises(AccessError):
                self.env['membership.settlement.decide'].with_user(user).create({
                    'dispute_id': dispute.id, 'resolution': "No"})
            with self.assertRaises(AccessError):
                dispute.with_user(user).state = 'rejected'

    def decide(self, dispute, decision, charged=None):
        wizard = Form(self.env['membership.settlement.decide'].with_user(self.manager).with_context(
            default_dispute_id=dispute.id))
        wizard.decision, wizard.resolution = decision, "Checked with the shop"
        for number, part in enumerate(dispute.part_ids if charged else ()):
            with wizard.line_ids.edit(number) as line:
                line.charged = charged.get(part.charge, 0)
        wizard.save().action_decide()
