from datetime import date

from odoo.fields import Command
from odoo.tests import tagged

from .common_wallet import WalletPosCommon


@tagged('post_install', '-at_install')
class TestClearingTills(WalletPosCommon):
    """Wallets at the tills of two companies with one operator: 100 paid and 20 given here, 60 spent there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator, cls.there = cls.env['res.company'].create([{'name': "Operator"}, {'name': "Other shops"}])
        cls.env['account.chart.template'].try_loading('generic_coa', cls.there, install_demo=False)
        cls.env.user.company_ids += cls.operator + cls.there
        cls.stored.company_id = False
        cls.there_config = cls.create_config(cls.there, cls.create_payment_method(cls.there))
        cls.open_session(cls.there_config)
        cls.there_cashier = cls.create_user(
            'clearing_cashier', 'base.group_user', 'point_of_sale.group_pos_user',
            company_id=cls.there.id, company_ids=[Command.set(cls.there.ids)])
        cls.parties = {}
        for company in cls.company + cls.there:
            cls.parties[company] = cls.env['membership.party'].sudo().create({
                'name': company.name, 'code': f'T{company.id}', 'kind': 'company', 'operator_id': cls.operator.id,
                'company_id': company.id, 'partner_id': company.partner_id.id})
            cls.env['membership.agreement'].sudo().create({
                'party_id': cls.parties[company].id, 'program_id': cls.stored.id, 'date_from': date(2020, 1, 1),
            }).action_activate()
            cls.set_up_accounts(company)

    @classmethod
    def set_up_accounts(cls, company):
        collected, accepted = cls.env['account.account'].sudo().with_company(company).create([
            {'name': name, 'code': f'97{number}{company.id}', 'account_type': kind, 'company_ids': company.ids}
            for number, (name, kind) in enumerate((
                ("Stored value collected", 'liability_current'), ("Stored value accepted", 'asset_current')))])
        (cls.package_product | cls.plain_product).sudo().with_company(company).property_account_income_id = collected
        discount = cls.stored.payment_program_discount_product_id.sudo()
        discount.taxes_id = False
        discount.with_company(company).property_account_income_id = accepted

    def sell_there(self, *lines, **values):
        vals = self.order_values(*lines, config=self.there_config, user_id=self.there_cashier.id, **values)
        self.sync(vals.copy(), user=self.there_cashier)
        return self.env['pos.order'].search([('uuid', '=', vals['uuid'])])

    def moved(self):
        """Return {(company, kind, value type): amount} that counts for each company."""
        moved = {}
        for entry in self.wallet().sudo().entry_ids:
            key = (entry.party_id.company_id, entry.kind, entry.value_type)
            moved[key] = moved.get(key, 0) + entry.amount
        return moved

    def close(self, *configs):
        for config in configs:
            config.current_session_id.sudo().with_company(config.company_id).action_pos_session_closing_control()

    def test_each_till_counts_for_its_company_and_closed_tills_prove_the_wallets(self):
        self.sell(self.line(self.package_product))
        order = self.sell_there(self.line(self.shirt, price=60), self.payment(60))
        self.assertEqual(self.moved(), {
            (self.company, 'top_up', 'principal'): 100, (self.company, 'top_up', 'bonus'): 20,
            (self.there, 'spend', 'principal'): -50, (self.there, 'spend', 'bonus'): -10})
        self.assertEqual(order.state, 'paid')
        proofs = self.env['membership.clearing.proof'].sudo()
        self.assertEqual(float(proofs._proof(self.stored)['difference']), -40, "No till is closed yet")
        self.close(self.config, self.there_config)
        proof = proofs._proof(self.stored)
        self.assertEqual([float(amount) for _label, amount in proof['bridge']], [50, 0, 0, -10])
        self.assertEqual((float(proof['balance']), float(proof['difference'])), (40, 0))
        self.assertAuditClean()

    def test_what_is_taken_back_at_another_till_counts_for_that_one(self):
        self.sell(self.line(self.package_product))
        sold = self.sell_there(self.line(self.shirt, price=60), self.payment(60))
        payment = sold.lines.filtered('reward_id')
        self.sell(*(self.refund_of(line) for line in sold.lines - payment), self.refund_of(payment))
        self.assertEqual(self.moved()[self.company, 'spend', 'principal'], 50)
        self.assertWallet(100, 20)
