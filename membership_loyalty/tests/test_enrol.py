from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..tools import card_number
from .common import MembershipCommon


@tagged('post_install', '-at_install')
class TestEnrol(MembershipCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls.create_user('member_user', 'membership_loyalty.group_membership_user')
        cls.env.company.membership_program_id = cls.program
        cls.env.company.country_id = cls.env.ref('base.us')
        cls.partner.write({'country_id': cls.env.ref('base.us').id, 'phone': "+1 646 555 0177"})

    def wizard(self, **values):
        return self.env['membership.enrol'].with_user(self.user).create(values)

    def enrol(self, **values):
        action = self.wizard(**values).action_enrol()
        return self.env['loyalty.card'].browse(action['res_id'])

    def new_partner(self, name="Grace", **values):
        return self.env['res.partner'].create({'name': name, **values})

    def test_a_new_contact_becomes_a_member_with_card_tier_bonus_and_consent(self):
        self.program.enrolment_bonus = 25
        account = self.enrol(mode='new', name="Grace", email="grace@enrol.example.com", consent=True)
        self.assertEqual(account.partner_id.email, "grace@enrol.example.com")
        self.assertRecordValues(account, [{'points': 25, 'tier_id': self.basic.id, 'program_id': self.program.id}])
        self.assertTrue(account.consent_on)
        self.assertTrue(card_number.is_valid(account.membership_card_id.number))
        self.assertEqual(account.tier_change_ids.new_tier_id, self.basic)
        self.assertAuditClean()

    def test_an_existing_contact_joins_from_the_contact_form(self):
        partner = self.new_partner()
        action = partner.with_user(self.user).action_enrol()
        with Form(self.env['membership.enrol'].with_user(self.user).with_context(action['context'])) as form:
            self.assertEqual(form.mode, 'existing')
            self.assertEqual(form.program_id, self.program)
        form.record.action_enrol()
        self.assertTrue(partner.is_member)
        self.assertFalse(partner.membership_account_id.consent_on)

    def test_the_same_phone_written_otherwise_is_noticed(self):
        for phone in ("(646) 555-0177", "+16465550177", "646.555.0177"):
            with self.subTest(phone):
                wizard = self.wizard(mode='new', name="Ada again", phone=phone)
                self.assertEqual(wizard.duplicate_ids, self.partner)
                with self.assertRaisesRegex(UserError, "Ada Member"):
                    wizard.action_enrol()

    def test_the_same_e_mail_in_another_case_is_noticed_and_a_wildcard_is_none(self):
        self.partner.email = "Ada_Member@enrol.example.com"
        wizard = self.wizard(mode='new', name="X", email="ada_member@ENROL.example.com ")
        self.assertEqual(wizard.duplicate_ids, self.partner)
        self.assertFalse(self.wizard(mode='new', name="X", email="ada%@enrol.example.com").duplicate_ids)
        self.assertFalse(self.wizard(mode='new', name="X", email="adaXmember@enrol.example.com").duplicate_ids
                         .filtered(lambda partner: partner != self.partner))

    def test_another_person_with_the_same_phone_can_join_when_confirmed(self):
        account = self.enrol(mode='new', name="Ada's son", phone="(646) 555-0177", accept_duplicates=True)
        self.assertNotEqual(account, self.account)

    def test_a_member_is_not_enrolled_twice(self):
        with self.assertRaisesRegex(UserError, "already"):
            self.enrol(mode='existing', partner_ids=[Command.set(self.partner.ids)])

    def test_many_contacts_join_at_once_and_the_summary_counts(self):
        partners = self.partner | self.new_partner("A") | self.new_partner("B")
        action = self.wizard(partner_ids=[Command.set(partners.ids)]).action_enrol()
        self.assertEqual(action['tag'], 'display_notification')
        self.assertIn("New members: 2. Already members: 1.", action['params']['message'])
        self.assertEqual(partners.mapped('is_member'), [True] * 3)

    def test_a_printed_number_is_given_to_the_new_member(self):
        number = self.program._membership_next_number()
        account = self.enrol(mode='new', name="Grace", number=f" {number[:4]} {number[4:]}", kind='plastic')
        self.assertEqual(account.membership_card_id.number, number)

    def test_what_is_missing_is_said(self):
        for values, message in (
            ({'mode': 'new', 'name': " "}, "Enter the name"),
            ({'mode': 'existing'}, "Choose the contact"),
            ({'mode': 'new', 'name': "X", 'number': self.account.membership_card_id.number}, "already in use"),
        ):
            with self.subTest(message), self.assertRaisesRegex(UserError, message):
                self.enrol(**values)

    def test_a_contact_of_another_company_is_refused(self):
        other = self.env['res.company'].create({'name': "Other"})
        partner = self.new_partner(company_id=other.id)
        with self.assertRaisesRegex(UserError, "another company"):
            self.program._enrol(partner)
        self.assertFalse(self.env['loyalty.card'].search([('partner_id', '=', partner.id)]))

    def test_a_user_does_not_choose_the_tier_a_manager_does(self):
        self.assertEqual(self.enrol(mode='new', name="Grace", tier_id=self.gold.id).tier_id, self.basic)
        self.user = self.create_user('member_manager', 'membership_loyalty.group_membership_manager')
        self.assertEqual(self.enrol(mode='new', name="Hedy", tier_id=self.gold.id).tier_id, self.gold)

    def test_a_salesman_does_not_enrol_unless_he_is_a_membership_user(self):
        salesman = self.create_user('salesman', 'sales_team.group_sale_manager')
        with self.assertRaises(AccessError):
            self.env['membership.enrol'].with_user(salesman).create({'mode': 'new', 'name': "X"})
        salesman.group_ids |= self.env.ref('membership_loyalty.group_membership_user')
        self.assertTrue(self.env['membership.enrol'].with_user(salesman).create({
            'mode': 'new', 'name': "X"}).action_enrol())

    def test_enrolling_many_costs_no_query_per_member(self):
        def queries(count):
            partners = self.env['res.partner'].create([{'name': f"P{i}"} for i in range(count)])
            self.env.flush_all()
            before = self.cr.sql_log_count
            self.program._enrol(partners)
            self.env.flush_all()
            return self.cr.sql_log_count - before

        self.program.enrolment_bonus = 10
        queries(1)
        one, many = queries(1), queries(100)
        self.assertLess((many - one) / 99, 6, f"{one} queries for one member, {many} for a hundred")
