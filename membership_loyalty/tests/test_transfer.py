from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .common import MembershipCommon


class TransferCommon(MembershipCommon):
    """Ada and Bea of one club that allows transfers; the staff that makes them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program.transfer_policy = 'staff'
        cls.user = cls.create_user('transfer_user', 'membership_loyalty.group_membership_user')
        cls.manager = cls.create_user('transfer_manager', 'membership_loyalty.group_membership_manager')
        cls.friend = cls.env['res.partner'].create({'name': "Bea Friend"})
        cls.friend_account = cls.program._enrol(cls.friend)

    def give(self, points, key='given', account=None, **values):
        (account or self.account)._membership_post_single('bonus', points, key, "Given", **values)

    def wizard(self, amount, user=None, **values):
        return self.env['membership.transfer.wizard'].with_user(user or self.user).create({
            'account_id': self.account.id, 'partner_id': self.friend.id, 'amount': amount, **values})

    def transfer(self, amount, **values):
        wizard = self.wizard(amount, **values)
        wizard.action_apply()
        return self.env['membership.transfer'].search([('event', '=', wizard.event)])

    def lots(self, account):
        """Return [(last day, open points)] of an account, in the order they were issued."""
        entries = account.entry_ids.filtered(lambda entry: entry.remaining > 0).sorted('id')
        return [(entry.expires_on, entry.remaining) for entry in entries]


@tagged('post_install', '-at_install')
class TestTransfer(TransferCommon):

    def test_both_sides_have_one_key_and_the_credits_keep_their_last_day(self):
        self.give(30, 'later', expires_on=date(2031, 6, 30))
        self.give(20, 'for_ever')
        self.give(10, 'soon', expires_on=date(2031, 1, 31))
        self.give(5, 'soon_too', expires_on=date(2031, 1, 31))
        transfer = self.transfer(50)
        self.assertEqual(self.lots(self.friend_account), [(date(2031, 1, 31), 15), (date(2031, 6, 30), 30), (False, 5)])
        self.assertEqual(self.lots(self.account), [(False, 15)])
        self.assertEqual((self.account.points, self.friend_account.points), (15, 50))
        entries = self.env['membership.ledger.entry'].search([('document_key', '=', f'transfer:{transfer.event}')])
        self.assertEqual(entries.card_id, self.account + self.friend_account)
        self.assertEqual(set(entries.mapped('kind')), {'transfer'})
        self.assertEqual(sum(entries.mapped('amount')), 0)
        self.assertAuditClean()

    def test_a_second_click_posts_nothing(self):
        self.give(100)
        wizard = self.wizard(40)
        self.assertEqual(wizard.action_apply()['res_id'], wizard.action_apply()['res_id'])
        self.assertEqual((self.account.points, self.friend_account.points), (60, 40))
        with self.assertRaisesRegex(UserError, "another transfer"):
            stranger = self.program._enrol(self.env['res.partner'].create({'name': "Cleo"}))
            self.wizard(1, event=wizard.event, partner_id=stranger.partner_id.id).action_apply()

    def test_only_what_can_be_spent_is_given_and_never_into_debt(self):
        self.give(30)
        self.give(500, 'pending', is_pending=True)
        with self.assertRaisesRegex(UserError, "has 30 Points to give, not 31 Points"):
            self.transfer(31)
        self.transfer(30)
        self.assertEqual((self.account.points, self.account.pending_points), (0, 500))
        self.assertAuditClean()

    def test_no_number_of_points_that_makes_no_sense_is_given(self):
        self.give(30)
        for amount, reason in ((0, "more than nothing"), (-5, "more than nothing"), (1.5, "no more"),
                               (float('nan'), "Enter a number"), (float('inf'), "Enter a number")):
            with self.subTest(amount), self.assertRaisesRegex(UserError, reason):
                self.transfer(amount)
        self.assertEqual(self.account.points, 30)

    def test_the_fee_is_rounded_as_points_are_and_taken_once(self):
        self.give(100)
        self.program.write({'transfer_fee_percent': 2.5, 'points_rounding': 'half_up'})
        transfer = self.transfer(60)
        self.assertEqual((transfer.fee, transfer.received), (2, 58))
        self.assertEqual((self.account.points, self.friend_account.points), (40, 58))
        self.program.transfer_fee_percent = 99
        with self.assertRaisesRegex(UserError, "fee would take all"):
            self.transfer(1)
        self.assertAuditClean()

    def test_minimum_and_limit_of_a_month(self):
        self.give(1000)
        self.program.write({'transfer_minimum': 10, 'transfer_month_limit': 100})
        with freeze_time('2030-03-31 12:00'):
            with self.assertRaisesRegex(UserError, "At least 10 points"):
                self.transfer(9)
            self.transfer(80)
            with self.assertRaisesRegex(UserError, "100 Points can be given in a month; 80 Points were given"):
                self.transfer(21)
            undone = self.transfer(20)
            undone.with_user(self.manager).action_undo()
            self.transfer(20)
        with freeze_time('2030-04-01 12:00'):
            self.transfer(100)
        self.assertEqual(self.friend_account.points, 200)

    def test_a_receiver_in_debt_pays_with_what_is_received(self):
        self.give(100)
        self.friend_account._membership_post_single('adjust', -30, 'adjust:debt', "Debt")
        self.transfer(50)
        self.assertEqual((self.friend_account.points, self.lots(self.friend_account)), (20, [(False, 20)]))
        self.assertAuditClean()

    def test_a_programme_allows_none_unless_it_says_so_and_only_among_its_members(self):
        self.give(100)
        self.program.transfer_policy = 'off'
        with self.assertRaisesRegex(UserError, "does not allow"):
            self.transfer(10)
        self.program.transfer_policy = 'staff'
        with self.assertRaisesRegex(UserError, "is not a member of"):
            self.transfer(10, partner_id=self.user.partner_id.id)
        with self.assertRaisesRegex(UserError, "the same account"):
            self.transfer(10, partner_id=self.partner.id)
        other = self.create_program(self.env, name="Other club")._enrol(self.friend)
        with self.assertRaisesRegex(UserError, "different programmes"):
            self.env['membership.transfer']._make(self.account, other, 10, 'event')
        self.assertEqual(self.account.points, 100)

    # ------------------------------------------------------------------ undone

    def test_a_manager_undoes_it_and_the_credits_are_what_they_were(self):
        self.give(30, 'soon', expires_on=date(2031, 1, 31))
        self.give(30, 'later', expires_on=date(2031, 6, 30))
        self.program.transfer_fee_percent = 10
        before = self.lots(self.account)
        transfer = self.transfer(40)
        with self.assertRaises(AccessError):
            transfer.with_user(self.user).action_undo()
        transfer.with_user(self.manager).action_undo()
        self.assertEqual((self.lots(self.account), self.lots(self.friend_account)), (before, []))
        self.assertEqual((transfer.state, transfer.undone_by_id), ('undone', self.manager))
        with self.assertRaisesRegex(UserError, "undone before"):
            transfer.with_user(self.manager).action_undo()
        self.assertEqual(self.account.points, 60)
        self.assertAuditClean()

    def test_points_that_were_spent_since_are_not_taken_back(self):
        self.give(50)
        transfer = self.transfer(50)
        self.friend_account._membership_post_single('redeem', -20, 'spent', "Spent")
        with self.assertRaisesRegex(UserError, "has only 30 Points left of the 50 Points"):
            transfer.with_user(self.manager).action_undo()
        self.assertEqual((self.account.points, self.friend_account.points), (0, 30))

    # ------------------------------------------------------------------ rights

    def test_who_may_not(self):
        self.give(50)
        for group in ('membership_loyalty.group_membership_auditor', 'membership_loyalty.group_membership_accountant',
                      'sales_team.group_sale_salesman', 'base.group_portal'):
            person = self.create_user(f'no_{group}', group)
            with self.subTest(group), self.assertRaises(AccessError):
                self.wizard(10, user=person)
        for operation in ('create', 'write', 'unlink'):
            self.assertFalse(self.env['membership.transfer'].with_user(self.manager).has_access(operation))
        self.assertEqual(self.account.points, 50)

    def test_two_companies_see_and_move_nothing_of_each_other(self):
        self.give(50)
        self.program.company_id = self.env.company
        transfer = self.transfer(10)
        other = self.env['res.company'].create({'name': "Other"})
        stranger = self.create_user('transfer_stranger', 'membership_loyalty.group_membership_manager',
                                    company_id=other.id, company_ids=[Command.set(other.ids)])
        self.assertFalse(self.env['membership.transfer'].with_user(stranger).search([('id', '=', transfer.id)]))
        with self.assertRaises(AccessError):
            self.wizard(10, user=stranger).action_apply()
        with self.assertRaises(AccessError):
            transfer.with_user(stranger).action_undo()
        self.assertEqual((self.account.points, self.friend_account.points), (40, 10))


@tagged('post_install', '-at_install')
class TestTransferPortal(TransferCommon, HttpCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program.transfer_policy = 'members'
        cls.member = cls.create_user('ada_giver', 'base.group_portal', password='ada_giver_pw')
        cls.own = cls.program._enrol(cls.member.partner_id)
        cls.own._membership_post_single('bonus', 80, 'bonus:giver', "Gift")
        cls.number = cls.friend_account.membership_card_id.number

    def ask(self, account=None, **values):
        self.authenticate('ada_giver', 'ada_giver_pw')
        page = self.url_open(f'/my/membership/{self.own.id}/give')
        token = page.text.split('name="csrf_token" value="')[-1].split('"')[0]
        return self.url_open(f'/my/membership/{(account or self.own).id}/give', {
            'csrf_token': token, 'event': 'click', **values})

    def test_a_member_sees_what_will_happen_and_then_gives(self):
        shown = self.ask(number=self.number, amount='30')
        self.assertIn("B***", shown.text)
        self.assertNotIn("Bea Friend", shown.text)
        self.assertEqual(self.own.points, 80, "Nothing is posted before it is confirmed")
        for _click in range(2):
            self.ask(number=self.number, amount='30', confirmed='1', note="For Bea")
        self.assertEqual((self.own.points, self.friend_account.points), (50, 30))
        self.assertTrue(self.env['membership.transfer'].search([('event', '=', 'click')]).by_member)
        self.assertNotIn("Bea Friend", self.url_open(f'/my/membership/{self.own.id}').text, "Nor afterwards")
        self.assertAuditClean()

    def test_what_cannot_be_is_said_in_words(self):
        for values, reason in (
            ({'number': '4711', 'amount': '30'}, "No other member"),
            ({'number': self.own.membership_card_id.number, 'amount': '30'}, "No other member"),
            ({'number': self.number, 'amount': 'many'}, "Enter a number of points"),
            ({'number': self.number, 'amount': '81', 'confirmed': '1'}, "has 80 Points to give"),
        ):
            with self.subTest(values):
                self.assertIn(reason, self.ask(**values).text)
        self.assertEqual(self.own.points, 80)

    def test_a_programme_may_leave_it_to_the_staff(self):
        self.program.transfer_policy = 'staff'
        self.authenticate('ada_giver', 'ada_giver_pw')
        page = self.url_open(f'/my/membership/{self.own.id}/give')
        self.assertTrue(page.url.endswith('/my/membership'))
        self.assertNotIn("Give points", page.text)
        with self.assertRaisesRegex(UserError, "cannot give points away themselves"):
            self.env['membership.transfer']._make(self.own, self.friend_account, 10, 'event', by_member=True)

    def test_nobody_gives_away_the_points_of_another(self):
        self.account._membership_post_single('bonus', 500, 'bonus:ada', "Gift")
        response = self.ask(account=self.account, number=self.number, amount='30', confirmed='1')
        self.assertTrue(response.url.endswith('/my/membership'))
        page = self.url_open(f'/my/membership/{self.account.id}/give')
        self.assertTrue(page.url.endswith('/my/membership'))
        self.assertEqual((self.account.points, self.own.points, self.friend_account.points), (500, 80, 0))
