from odoo.fields import Command
from odoo.tests import tagged

from .common_tours import MembershipTourCommon


@tagged('post_install', '-at_install')
class TestWalletTours(MembershipTourCommon):

    def test_wallet_is_filled_and_pays_at_the_till(self):
        Program = self.env['loyalty.program']
        product = self.env['product.product'].create({
            **Program._top_up_product_values(), 'name': "Top-up 100+20", 'available_in_pos': True})
        stored = Program.create({
            **Program._stored_value_template(), 'name': "Wallet",
            'rule_ids': [Command.create({
                'reward_point_mode': 'money', 'reward_point_amount': 1, 'product_ids': [Command.set(product.ids)]})]})
        self.env['membership.top.up.package'].create({
            'name': "100 + 20", 'program_id': stored.id, 'product_id': product.id, 'amount': 100, 'bonus': 20})
        self.start_pos_tour('WalletTour')
        wallet = stored.coupon_ids
        self.assertEqual(wallet.partner_id, self.bob)
        self.assertEqual((wallet.principal, wallet.bonus), (110, 22))
        self.assertEqual(wallet.points, 132)
        self.assertFalse(self.program._membership_accounts(self.bob))
