from datetime import date

from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import MembershipCommon


@tagged('post_install', '-at_install')
class TestBirthday(MembershipCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls.create_user(
            'birthday_user', 'membership_loyalty.group_membership_user', 'base.group_partner_manager')

    def set_birthday(self, day, on, **values):
        with freeze_time(on):
            self.partner.with_user(self.user).write({'membership_birthday': day, **values})

    def test_the_day_it_was_entered_is_recorded(self):
        self.set_birthday('1990-06-30', '2026-05-31')
        self.assertEqual(self.partner.membership_birthday_set_on, date(2026, 5, 31))
        self.set_birthday(False, '2026-06-01')
        self.assertFalse(self.partner.membership_birthday_set_on)

    def test_saving_the_same_day_again_changes_nothing(self):
        self.set_birthday('1990-06-30', '2026-05-31')
        self.set_birthday('1990-06-30', '2026-06-10', phone="+1 212 555 0101")
        self.assertEqual(self.partner.membership_birthday_set_on, date(2026, 5, 31))
        self.assertEqual(self.partner.phone, "+1 212 555 0101")
        self.set_birthday('1990-06-29', '2026-06-10')
        self.assertEqual(self.partner.membership_birthday_set_on, date(2026, 6, 10))

    def test_nobody_says_that_it_was_known_earlier(self):
        self.set_birthday('1990-06-30', '2026-06-10', membership_birthday_set_on='2020-01-01')
        self.assertEqual(self.partner.membership_birthday_set_on, date(2026, 6, 10))
        with freeze_time('2026-06-11'):
            self.partner.with_user(self.user).membership_birthday_set_on = '2020-01-01'
            partner = self.env['res.partner'].with_user(self.user).create({
                'name': "Grace", 'membership_birthday': '1990-06-30', 'membership_birthday_set_on': '2020-01-01'})
        self.assertEqual(self.partner.membership_birthday_set_on, date(2026, 6, 10))
        self.assertEqual(partner.membership_birthday_set_on, date(2026, 6, 11))

    def test_a_birthday_in_the_future_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "2027-01-01"):
            self.set_birthday('2027-01-01', '2026-06-10')

    def test_a_new_member_tells_it_at_enrolment(self):
        with freeze_time('2026-06-10'):
            action = self.env['membership.enrol'].with_user(self.user).create({
                'mode': 'new', 'name': "Grace", 'program_id': self.program.id, 'birthday': '1991-02-28'}).action_enrol()
        partner = self.env['loyalty.card'].browse(action['res_id']).partner_id
        self.assertEqual(
            (partner.membership_birthday, partner.membership_birthday_set_on), (date(1991, 2, 28), date(2026, 6, 10)))
