from odoo.fields import Command
from odoo.tests import tagged

from .common_tours import MembershipTourCommon


@tagged('post_install', '-at_install')
class TestAccessTour(MembershipTourCommon):

    def test_an_exclusive_article_is_refused_with_words_and_sold_to_the_member(self):
        self.env['membership.product.access'].create({
            'name': "Gold collection", 'program_id': self.program.id, 'product_ids': [Command.set(self.shirt.ids)],
            'tier_ids': [Command.set(self.account.tier_id.ids)]})
        self.start_pos_tour('MembershipAccessTour')
        orders = self.env['pos.order'].search([('lines.product_id', '=', self.shirt.id), ('state', '=', 'paid')])
        self.assertEqual(orders.partner_id, self.ada)
