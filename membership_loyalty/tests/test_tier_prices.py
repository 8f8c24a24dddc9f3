from odoo.tests import tagged

from .common import MembershipCommon


@tagged('post_install', '-at_install')
class TestTierPrices(MembershipCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.silver_list, cls.gold_list, cls.own_list = cls.env['product.pricelist'].create(
            [{'name': name} for name in ("Silver prices", "Gold prices", "Own prices")])
        cls.gold.pricelist_id = cls.gold_list

    def price_list(self, partner=None, company=None):
        partner = (partner or self.partner).with_company(company or self.env.company)
        return partner.specific_property_product_pricelist

    def move(self, tier, accounts=None):
        (accounts or self.account)._membership_move_to(tier, "Test")

    def test_a_closed_account_has_its_old_prices_and_the_tiers_when_it_is_back(self):
        self.partner.specific_property_product_pricelist = self.own_list
        self.move(self.gold)
        self.account.active = False
        self.assertEqual(self.price_list(), self.own_list)
        self.account.active = True
        self.assertEqual(self.price_list(), self.gold_list)

    def test_a_move_of_a_closed_account_changes_no_prices(self):
        self.account.active = False
        self.move(self.gold)
        self.assertFalse(self.price_list())
        self.account.active = True
        self.assertEqual(self.price_list(), self.gold_list)

    def test_a_closed_programme_gives_the_old_prices_back(self):
        self.partner.specific_property_product_pricelist = self.own_list
        self.move(self.gold)
        self.program.active = False
        self.assertEqual(self.price_list(), self.own_list)
        self.program.active = True
        self.assertEqual(self.price_list(), self.gold_list)

    def test_members_follow_when_their_tier_gets_another_price_list(self):
        self.move(self.gold)
        self.gold.pricelist_id = self.silver_list
        self.assertEqual(self.price_list(), self.silver_list)
        self.gold.pricelist_id = False
        self.assertFalse(self.price_list())

    def test_contacts_of_a_member_that_is_a_company_have_its_prices(self):
        firm = self.env['res.partner'].create({'name': "Firm", 'is_company': True})
        buyer = self.env['res.partner'].create({'name': "Buyer", 'parent_id': firm.id})
        account = self.program._enrol(firm)
        self.move(self.gold, account)
        self.assertEqual(self.price_list(buyer), self.gold_list)
        self.move(self.basic, account)
        self.assertFalse(self.price_list(buyer))

    def test_a_price_list_deleted_meanwhile_does_not_come_back(self):
        gone = self.env['product.pricelist'].create({'name': "Gone"})
        self.partner.specific_property_product_pricelist = gone
        self.move(self.gold)
        gone.unlink()
        self.move(self.basic)
        self.assertFalse(self.price_list())

    def test_a_price_list_of_one_company_is_set_in_that_company_only(self):
        self.program.company_id = False
        other = self.env['res.company'].create({'name': "Other", 'currency_id': self.env.company.currency_id.id})
        self.gold_list.company_id = other
        self.move(self.gold)
        self.assertEqual(self.price_list(company=other), self.gold_list)
        self.assertFalse(self.price_list())
        self.move(self.basic)
        self.assertFalse(self.price_list(company=other))

    def test_a_shared_programme_keeps_what_was_set_in_each_company(self):
        self.program.company_id = False
        other = self.env['res.company'].create({'name': "Other", 'currency_id': self.env.company.currency_id.id})
        (self.gold_list | self.own_list).company_id = False
        self.partner.with_company(other).specific_property_product_pricelist = self.own_list
        self.move(self.gold)
        self.assertEqual(self.price_list() | self.price_list(company=other), self.gold_list)
        self.move(self.basic)
        self.assertFalse(self.price_list())
        self.assertEqual(self.price_list(company=other), self.own_list)

    def test_a_thousand_members_cost_as_many_queries_as_one(self):
        partners = self.env['res.partner'].create([{'name': f"Member {n}"} for n in range(1001)])
        accounts = self.program._enrol(partners)
        one, many = accounts[0], accounts[1:]

        def queries(members):
            self.env.flush_all()
            self.env.invalidate_all()
            members.mapped('program_id.company_id'), members.mapped('active')
            before = self.env.cr.sql_log_count
            members._membership_apply_prices(self.gold_list.browse(), self.gold_list)
            return self.env.cr.sql_log_count - before

        queries(one)
        one._membership_apply_prices(self.gold_list, self.gold_list.browse())
        self.assertLessEqual(queries(many), queries(one) + 2)
        self.assertEqual(partners.specific_property_product_pricelist, self.gold_list)

    def test_only_conflicts_are_told(self):
        partners = self.env['res.partner'].create([{'name': f"Member {n}"} for n in range(3)])
        partners[1].specific_property_product_pricelist = self.own_list
        accounts = self.program._enrol(partners)
        before = accounts.message_ids
        self.move(self.gold, accounts)
        self.assertEqual((accounts.message_ids - before).mapped('res_id'), accounts[1].ids)
        self.assertIn("Own prices", (accounts.message_ids - before).body)
