from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..guard import muted
from .common import MembershipCommon


@tagged('post_install', '-at_install')
class TestGuard(MembershipCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salesman = cls.create_user('salesman', 'sales_team.group_sale_manager')

    def test_nobody_writes_points_member_or_code(self):
        for user in (self.salesman, self.env.user):
            for vals in ({'points': 10}, {'partner_id': user.partner_id.id}, {'code': 'X1'}, {'tier_id': self.gold.id}):
                with self.subTest(user=user.login, vals=vals), self.assertRaises(AccessError):
                    self.account.with_user(user).sudo(user == self.env.user).write(vals)

    def test_a_context_from_outside_opens_nothing(self):
        for flag in (True, 'posting', {'membership_guard': True}):
            with self.subTest(flag), self.assertRaises(AccessError):
                self.account.with_context(membership_guard=flag).write({'points': 10})

    def test_accounts_are_opened_by_enrolment_only(self):
        with self.assertRaises(AccessError):
            self.env['loyalty.card'].create({'program_id': self.program.id, 'partner_id': self.env.user.partner_id.id})

    def test_history_is_written_by_the_ledger_only(self):
        with self.assertRaises(AccessError):
            self.env['loyalty.history'].create({'card_id': self.account.id, 'description': "Gift", 'issued': 5})
        self.account._membership_post_single('bonus', 5, 'bonus:1', "Gift")
        with self.assertRaises(AccessError):
            self.account.history_ids.write({'issued': 50})
        with self.assertRaises(AccessError):
            self.account.history_ids.unlink()

    def test_native_code_is_muted_without_an_error(self):
        self.account._membership_post_single('bonus', 5, 'bonus:1', "Gift")
        muted(self.account).points += 100
        muted(self.account.history_ids).unlink()
        self.assertEqual(self.account.points, 5)
        self.assertEqual(len(self.account.history_ids), 1)

    def test_balance_wizard_is_refused(self):
        wizard = self.env['loyalty.card.update.balance'].create({
            'card_id': self.account.id, 'new_balance': 1000, 'description': "Please"})
        with self.assertRaises(AccessError):
            wizard.action_update_card_point()
        self.assertEqual(self.account.points, 0)

    def test_native_programmes_are_left_alone(self):
        program = self.create_program(self.env, name="Native", is_membership=False)
        card = self.env['loyalty.card'].create({'program_id': program.id, 'points': 5})
        card.points = 7
        self.assertEqual(card.points, 7)

    def test_an_account_with_entries_is_not_deleted(self):
        self.account._membership_post_single('bonus', 5, 'bonus:1', "Gift")
        with self.assertRaisesRegex(UserError, "has entries in the ledger"):
            self.account.unlink()
