from odoo.tests import tagged

from .common_wallet import WalletCommon


@tagged('post_install', '-at_install')
class TestWalletAccounts(WalletCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.liability, cls.income, cls.clearing = cls.env['account.account'].create([
            {'name': name, 'code': code, 'account_type': kind} for name, code, kind in (
                ("Stored value", '220400', 'liability_current'), ("Sales", '400999', 'income'),
                ("Due from HQ", '122100', 'asset_current'))])
        cls.auditor = cls.create_user(
            'wallet_auditor', 'membership_loyalty.group_membership_auditor', company_id=cls.env.company.id)
        cls.discount = cls.stored.payment_program_discount_product_id

    def check(self, **context):
        action = self.env['membership.account.check'].with_user(self.auditor).with_context(**context).action_check()
        return self.env['membership.account.check'].with_user(self.auditor).browse(action['res_id'])

    def problems(self, **context):
        return {(line.product_id, line.problem.split(' ')[0]) for line in self.check(**context).line_ids}

    def set_up_well(self):
        (self.package_product | self.plain_product | self.discount).property_account_income_id = self.liability

    def test_missing_accounts_are_named_for_each_article(self):
        self.assertEqual(self.problems(), {
            (self.package_product, "No"), (self.plain_product, "No"), (self.discount, "No")})

    def test_all_is_well_when_all_take_the_same_liability_and_no_tax(self):
        self.set_up_well()
        check = self.check()
        self.assertTrue(check.is_well)
        self.assertEqual(check.program_count, 1)

    def test_income_and_taxes_and_different_accounts_are_wrong(self):
        self.set_up_well()
        self.plain_product.property_account_income_id = self.income
        self.assertEqual(self.problems(), {(self.plain_product, "Money")})
        self.set_up_well()
        self.package_product.taxes_id = self.company_data['default_tax_sale']
        self.assertEqual(self.problems(), {(self.package_product, "Has")})
        self.package_product.taxes_id = False
        self.discount.property_account_income_id = self.clearing
        self.assertEqual(self.problems(), {(self.discount, "Payments")})

    def test_each_company_is_looked_at_and_the_button_opens_the_article_there(self):
        self.set_up_well()
        self.stored.company_id = False
        other = self.setup_other_company(name="Shop company")['company']
        (self.package_product | self.plain_product | self.discount).sudo().taxes_id = False
        self.auditor.company_ids += other
        both = {'allowed_company_ids': [self.env.company.id, other.id]}
        lines = self.check(**both).line_ids
        self.assertEqual(lines.company_id, other)
        self.assertEqual(len(lines), 3)
        action = lines[0].action_open()
        self.assertEqual(action['res_id'], lines[0].product_id.id)
        self.assertEqual(action['context']['allowed_company_ids'], other.ids)
        # A shop company books to clearing accounts with the one that holds the money.
        there = self.env['account.account'].with_company(other)
        due_to, due_from = there.create([
            {'name': "Due to HQ", 'code': '220499', 'account_type': 'liability_current', 'company_ids': other.ids},
            {'name': "Due from HQ", 'code': '122199', 'account_type': 'asset_current', 'company_ids': other.ids}])
        (self.package_product | self.plain_product).with_company(other).property_account_income_id = due_to
        self.discount.with_company(other).property_account_income_id = due_from
        self.assertTrue(self.check(**both).is_well)

    def test_gift_cards_are_checked_too(self):
        self.set_up_well()
        gift = self.env['loyalty.program'].create(
            self.env['loyalty.program']._get_template_values()['gift_card'])
        self.assertEqual(self.check().line_ids.program_id, gift)
