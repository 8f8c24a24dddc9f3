from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import MembershipCommon
from .test_history_import import row


@tagged('post_install', '-at_install')
class TestMemberSince(MembershipCommon):

    def enrolled(self, name, moment):
        with freeze_time(moment):
            return self.program._enrol(self.env['res.partner'].create({'name': name, 'ref': name}))

    def test_who_enrols_is_a_member_from_that_day_of_the_programme_on(self):
        self.program.membership_tz = 'Asia/Shanghai'
        account = self.enrolled("NEW", '2030-03-31 20:00')
        self.assertEqual(account.member_since, date(2030, 4, 1))

    def test_who_comes_with_a_history_is_a_member_from_the_first_purchase_on(self):
        known = self.enrolled("OLD", '2020-01-01 12:00')
        late = self.enrolled("LATE", '2040-01-01 12:00')
        purchases = [('AAA', '2021-05-02'), ('AAA', '2021-04-03'), ('BBB', '2022-06-04'), ('OLD', '2021-01-01'),
                     ('LATE', '2023-02-03')]
        self.env['membership.history.import']._load(
            [row(f'R{n}', ref, 5, f'{day} 10:00:00') for n, (ref, day) in enumerate(purchases)], self.program)
        accounts = self.env['loyalty.card'].search([('program_id', '=', self.program.id)])
        since = {account.partner_id.ref: account.member_since for account in accounts}
        self.assertEqual((since['AAA'], since['BBB']), (date(2021, 4, 3), date(2022, 6, 4)))
        self.assertEqual((known.member_since, late.member_since), (date(2020, 1, 1), date(2023, 2, 3)))

    def test_the_form_shows_it_and_nobody_writes_it(self):
        manager = self.create_user('since_manager', 'membership_loyalty.group_membership_manager')
        with self.assertRaises(AccessError):
            self.account.with_user(manager).member_since = '2000-01-01'
        with Form(self.account.with_user(manager), 'membership_loyalty.membership_account_view_form') as form:
            self.assertEqual(str(form.member_since), str(self.account.member_since))

    def test_a_native_card_that_becomes_an_account_keeps_its_day(self):
        native = self.create_program(self.env, name="Native", is_membership=False, applies_on='both')
        card = self.env['loyalty.card'].create({'program_id': native.id, 'partner_id': self.partner.id})
        self.env.cr.execute("UPDATE loyalty_card SET create_date = '2019-08-07' WHERE id = %s", [card.id])
        native._membership_convert()
        card.invalidate_recordset()
        self.assertEqual(card.member_since, date(2019, 8, 7))
