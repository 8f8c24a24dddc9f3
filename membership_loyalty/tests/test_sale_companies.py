from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_sale import MembershipSaleCommon


@tagged('post_install', '-at_install')
class TestSaleCompanies(MembershipSaleCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.setup_other_company(name="Other company")['company']
        cls.other_salesman = cls.create_user(
            'other_salesman', 'sales_team.group_sale_salesman', 'membership_loyalty.group_membership_auditor',
            company_id=cls.other.id, company_ids=cls.other.ids)
        cls.article.sudo().taxes_id = False  # a new company gives its default tax to every article

    def order_elsewhere(self):
        self.salesman = self.other_salesman
        order = self.quotation(100, company_id=self.other.id)
        order.action_confirm()
        return order

    def test_a_shared_programme_counts_in_both_companies(self):
        self.program.company_id = False
        here, there = self.order(100), self.order_elsewhere()
        self.assertEqual(self.account.points, 200)
        entries = self.env['membership.ledger.entry'].sudo().search([('card_id', '=', self.account.id)])
        self.assertEqual(entries.company_id, here.company_id | there.company_id)

    def test_each_company_sees_its_own_entries_of_a_shared_account(self):
        self.program.company_id = False
        self.order(100)
        there = self.order_elsewhere()
        seen = self.env['membership.ledger.entry'].with_user(self.other_salesman).search([])
        self.assertEqual(seen.mapped('document_id'), there.ids)
        terms = self.env['membership.order.terms'].with_user(self.other_salesman).search([])
        self.assertEqual(terms.order_id, there)

    def test_terms_of_another_company_are_not_read(self):
        self.program.company_id = False
        terms = self.order(100).sudo().membership_terms_ids
        with self.assertRaises(AccessError):
            terms.with_user(self.other_salesman).read(['points'])

    def test_a_programme_of_one_company_does_not_count_in_the_other(self):
        self.program.company_id = self.env.company
        there = self.order_elsewhere()
        self.assertEqual(self.moved(there), {})
        self.assertEqual(self.account.points, 0)

    def test_points_of_a_shared_account_are_spent_elsewhere(self):
        self.program.company_id = False
        self.give(100)
        self.salesman = self.other_salesman
        order = self.quotation(100, company_id=self.other.id)
        self.claim(order)
        order.action_confirm()
        self.assertEqual(self.moved(order), {'redeem': -100, 'earn': 95})
