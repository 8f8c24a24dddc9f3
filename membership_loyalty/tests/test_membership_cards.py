import base64

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools import card_number
from .common import MembershipCommon


@tagged('post_install', '-at_install')
class TestMembershipCards(MembershipCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls.create_user('member_user', 'membership_loyalty.group_membership_user')
        cls.card = cls.account.membership_card_ids

    def issue(self, **values):
        return self.env['membership.card.issue'].with_user(self.user).create({
            'account_id': self.account.id, **values}).action_issue()

    # numbers

    def test_numbers_are_unique_checked_and_hard_to_guess(self):
        numbers = [self.program._membership_next_number() for _number in range(200)]
        self.assertEqual(len(set(numbers)), 200)
        self.assertTrue(all(card_number.is_valid(number) and number.startswith('8') for number in numbers))
        self.assertEqual(
            {len(number) for number in numbers},
            {1 + self.program.card_sequence_digits + self.program.card_random_digits + 1})
        self.assertGreater(len({number[8:12] for number in numbers}), 150, "The random part varies")
        self.assertEqual(sorted(number[:8] for number in numbers), [number[:8] for number in numbers])

    def test_two_cards_never_have_one_number(self):
        with self.assertRaises(IntegrityError), mute_logger('odoo.sql_db'), self.cr.savepoint():
            self.env['membership.card']._issue(self.account, numbers=[self.card.number])

    def test_a_printed_number_is_checked_only_when_it_looks_like_ours(self):
        slip = self.program._membership_next_number()
        slip = slip[:-1] + str((int(slip[-1]) + 1) % 10)
        with self.assertRaisesRegex(UserError, "check digit"):
            self.issue(number=slip)
        self.issue(number="FOREIGN-77 1")
        self.assertEqual(self.account.membership_card_id.number, "FOREIGN771")
        with self.assertRaisesRegex(UserError, "already in use"):
            self.issue(number="FOREIGN771", kind='family')

    # life

    def test_a_user_freezes_and_activates_and_the_chatter_tells(self):
        card = self.card.with_user(self.user).with_context(tracking_disable=False)
        card.action_freeze()
        self.cr.precommit.run()
        card.action_activate()
        self.cr.precommit.run()
        changes = self.card.message_ids.sudo().tracking_value_ids.filtered(lambda v: v.field_id.name == 'state')
        self.assertEqual(
            [(v.old_value_char, v.new_value_char) for v in changes.sorted('id')],
            [("Active", "Frozen"), ("Frozen", "Active")])

    def test_replacement_keeps_the_account(self):
        self.account._membership_post_single('bonus', 5, 'bonus:1', "Gift")
        self.card.with_user(self.user).action_report_lost()
        self.issue(replaces_id=self.card.id, kind='plastic')
        new = self.card.replaced_by_id
        self.assertEqual((self.card.state, new.state, new.kind), ('replaced', 'active', 'plastic'))
        self.assertEqual(new.account_id, self.account)
        self.assertEqual(self.account.points, 5)
        with self.assertRaisesRegex(UserError, "cannot become"):
            self.card.action_activate()

    def test_a_member_has_one_active_card_of_a_kind_but_a_family_has_several(self):
        self.issue(kind='plastic')
        with self.assertRaisesRegex(UserError, "Replace that card instead"):
            self.issue(kind='plastic')
        self.issue(kind='family')
        self.issue(kind='family')
        self.assertEqual(len(self.account.membership_card_ids), 4)

    def test_nobody_writes_number_state_or_account(self):
        manager = self.create_user('member_manager', 'membership_loyalty.group_membership_manager')
        for vals in ({'number': '1'}, {'state': 'lost'}, {'account_id': self.account.id}, {'token': 'x'},
                     {'partner_id': manager.partner_id.id}):
            with self.subTest(vals), self.assertRaises(AccessError):
                self.card.with_user(manager).write(vals)

    def test_an_issued_card_is_not_deleted(self):
        with self.assertRaisesRegex(UserError, "never used again"):
            self.card.unlink()

    # validity

    def test_new_cards_are_valid_as_long_as_the_programme_says(self):
        self.program.card_validity_months = 24
        with freeze_time('2025-01-31'):
            card = self.env['membership.card']._issue(self.account, 'family')
        self.assertEqual(str(card.valid_until), '2027-01-31')

    def test_cards_expire_after_their_last_day_where_the_programme_is(self):
        self.program.membership_tz = 'Asia/Shanghai'
        self.card.valid_until = '2025-06-30'
        with freeze_time('2025-06-30 15:30:00'):  # 23:30 in Shanghai
            self.env['membership.card']._expire_batch(100)
            self.assertEqual(self.card.state, 'active')
        with freeze_time('2025-06-30 16:30:00'):  # half past midnight
            self.env['membership.card']._expire_batch(100)
            self.assertEqual(self.card.state, 'expired')
            with self.assertRaisesRegex(UserError, "was valid until"):
                self.card.action_activate()

    def test_the_nightly_job_runs(self):
        self.card.valid_until = '2020-01-01'
        with self.enter_registry_test_mode():
            self.assertIs(self.env.ref('membership_loyalty.ir_cron_expire_cards').method_direct_trigger(), True)
        self.card.invalidate_recordset()
        self.assertEqual(self.card.state, 'expired')

    # pictures

    def test_barcode_and_qr_code_are_pictures(self):
        card = self.card.with_user(self.user)
        for image in (card.barcode_image, card.qr_image):
            self.assertTrue(base64.b64decode(image).startswith(b'\x89PNG'))

    def test_the_token_and_its_picture_are_not_for_everyone(self):
        salesman = self.create_user('salesman', 'sales_team.group_sale_salesman')
        self.assertEqual(self.card.with_user(salesman).number, self.card.number)
        for user, field in ((salesman, 'qr_image'), (salesman, 'token'), (self.user, 'token')):
            with self.subTest(field), self.assertRaises(AccessError):
                self.card.with_user(user).read([field])

    def test_the_printed_card_shows_member_number_and_codes(self):
        html, _type = self.env['ir.actions.report'].with_user(self.user)._render_qweb_html(
            'membership_loyalty.report_membership_card', self.card.ids)
        html = html.decode()
        self.assertIn("Ada Member", html)
        self.assertEqual(html.count('data:image/png;base64'), 2)
