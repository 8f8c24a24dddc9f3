from odoo.tests import Form, tagged

from .common import MembershipCommon


@tagged('post_install', '-at_install')
class TestPartner(MembershipCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salesman = cls.create_user('salesman', 'sales_team.group_sale_salesman')
        cls.others = cls.env['res.partner'].create([{'name': f"Guest {i}"} for i in range(3)])
        cls.Partner = cls.env['res.partner'].with_user(cls.salesman)

    def test_a_contact_shows_card_tier_and_points(self):
        self.account._membership_post_single('bonus', 5, 'bonus:1', "Gift")
        self.assertRecordValues(self.partner.with_user(self.salesman), [{
            'is_member': True, 'membership_account_id': self.account.id, 'membership_tier_id': self.basic.id,
            'membership_points': 5, 'membership_card_number': self.account.membership_card_ids.number}])
        self.assertEqual(self.others.mapped('is_member'), [False] * 3)

    def test_members_are_found_by_tier_and_by_being_one(self):
        mine = [('id', 'in', (self.partner | self.others).ids)]
        search = self.Partner.search
        self.assertEqual(search([*mine, ('is_member', '=', True)]), self.partner)
        self.assertEqual(search([*mine, ('is_member', '=', False)]), self.others)
        self.assertEqual(search([*mine, ('is_member', '!=', True)]), self.others)
        self.assertEqual(search([*mine, ('membership_tier_id', '=', self.basic.id)]), self.partner)
        self.assertEqual(search([*mine, ('membership_tier_id', 'ilike', "basi")]), self.partner)
        self.assertEqual(search([*mine, ('membership_tier_id', '=', self.gold.id)]), self.partner.browse())
        self.assertEqual(search([*mine, ('membership_tier_id', '=', False)]), self.others)
        self.assertEqual(search([*mine, ('membership_tier_id', '!=', self.basic.id)]), self.others)

    def test_contacts_are_grouped_by_tier_and_by_membership(self):
        mine = [('id', 'in', (self.partner | self.others).ids)]
        self.assertEqual(
            dict(self.Partner._read_group(mine, ['membership_tier_id'], ['__count'])),
            {self.basic.with_user(self.salesman): 1, self.env['membership.tier'].with_user(self.salesman): 3})
        self.assertEqual(
            dict(self.Partner._read_group(mine, ['is_member'], ['__count'])), {True: 1, False: 3})
        groups = self.Partner.web_read_group(mine, ['membership_tier_id'], ['__count'])['groups']
        for group in groups:
            self.assertEqual(self.Partner.search_count([*mine, *group['__extra_domain']]), group['__count'])

    def test_a_card_number_finds_its_member_where_a_contact_is_asked_for(self):
        number = self.account.membership_card_ids.number
        for typed in (number, f"{number[:4]} {number[4:8]} {number[8:]}"):
            self.assertEqual([found[0] for found in self.Partner.name_search(typed)], self.partner.ids)
        self.assertFalse(self.Partner.name_search(number[:-1]))
        self.assertEqual(self.Partner.search([('membership_card_number', '=', number)]), self.partner)

    def test_names_are_found_as_before(self):
        self.assertEqual(self.Partner.search([('display_name', 'ilike', "Guest 1")]), self.others[1])

    def test_the_companys_own_programme_comes_first(self):
        second = self.create_program(self.env, name="Second")
        account = second._enrol(self.partner)
        self.assertEqual(self.partner.membership_account_id, self.account)
        self.env.company.membership_program_id = second
        self.partner.invalidate_recordset()
        self.assertEqual(self.partner.membership_account_id, account)

    def test_another_company_does_not_see_the_membership(self):
        other = self.env['res.company'].create({'name': "Other"})
        stranger = self.create_user('stranger', 'sales_team.group_sale_salesman', company_id=other.id,
                                    company_ids=[(6, 0, other.ids)])
        partner = self.partner.with_user(stranger)
        self.assertFalse(partner.is_member)
        self.assertFalse(partner.search([('id', '=', partner.id), ('is_member', '=', True)]))
        self.assertFalse(partner.name_search(self.account.membership_card_ids.number))
        self.assertEqual(dict(partner._read_group([('id', '=', partner.id)], ['is_member'], ['__count'])), {False: 1})

    def test_a_hundred_contacts_cost_as_many_queries_as_one(self):
        members = self.env['res.partner'].create([{'name': f"Member {i}"} for i in range(100)])
        self.program._enrol(members)

        def queries(partners):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            partners.with_user(self.salesman).read([
                'is_member', 'membership_card_number', 'membership_tier_id', 'membership_points'])
            return self.cr.sql_log_count - before

        queries(members[0])
        self.assertLessEqual(queries(members), queries(members[0]))

    def test_the_button_leads_a_salesman_to_the_account(self):
        action = self.partner.with_user(self.salesman).action_view_membership()
        self.assertEqual(action['res_id'], self.account.id)
        view = self.env['ir.ui.view'].browse(action['views'][0][0])
        form = Form(self.account.with_user(self.salesman), view)
        self.assertEqual(form.partner_id, self.partner)
        self.assertNotIn('entry_ids', form._view['fields'], "The ledger is for auditors")
