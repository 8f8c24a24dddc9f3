from odoo.fields import Command

from odoo.addons.membership_loyalty.tests.common import MembershipCommon
from odoo.addons.point_of_sale.tests.test_frontend import TestPointOfSaleHttpCommon

# With check digits, as static/tests/tours/membership_tour.js uses them.
CARD, FROZEN_CARD = '8000001234568', '8000009876543'
MUG_BARCODE = '8000000000026'  # an article number that begins like a card


class MembershipTourCommon(TestPointOfSaleHttpCommon):
    """A till with a club: Ada is a gold member (double points) with 150 Stars, Bob is nobody's member.

    One Star per unit of currency; "Five off" costs 100, "A mug" 50.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref('membership_loyalty.group_membership_manager')
        cls.env['loyalty.program'].search([]).active = False
        cls.shirt, cls.mug = cls.env['product.product'].create([
            {'name': name, 'lst_price': price, 'taxes_id': [Command.clear()], 'available_in_pos': True, 'barcode': code}
            for name, price, code in (("Shirt", 100, False), ("Mug", 8, MUG_BARCODE))])
        cls.program = MembershipCommon.create_program(
            cls.env, portal_point_name="Stars", reward_ids=[
                Command.create({
                    'reward_type': 'discount', 'discount': 5, 'discount_mode': 'per_order', 'required_points': 100}),
                Command.create({
                    'reward_type': 'product', 'reward_product_id': cls.mug.id, 'required_points': 50})])
        for reward, description in zip(cls.program.reward_ids, ("Five off", "A mug"), strict=True):
            reward.description = reward.discount_line_product_id.name = description
        gold = cls.env['membership.tier'].create(
            {'name': "Gold", 'program_id': cls.program.id, 'multiplier': 2, 'color': 3})
        cls.ada, cls.eve, cls.bob = cls.env['res.partner'].create([
            {'name': name} for name in ("Ada Member", "Eve Frozen", "Bob Nobody")])
        cls.account = cls.program._enrol(cls.ada, tier=gold, numbers=[CARD])
        cls.frozen = cls.program._enrol(cls.eve, tier=gold, numbers=[FROZEN_CARD])
        cls.env['membership.card'].sudo().search([('number', '=', FROZEN_CARD)]).action_freeze()
        cls.give(150)

    @classmethod
    def give(cls, points):
        cls.account._membership_post_single('adjust', points, f'tour:{points}', "For the tour")

    def setUp(self):
        super().setUp()
        self.main_pos_config.write({'tax_regime_selection': False, 'use_pricelist': False})
        self.main_pos_config.with_user(self.pos_user).open_ui()

    def posted(self):
        """Return [(kind, points)] of Ada's account as the orders of this test posted them, in their order."""
        return [
            (entry.kind, entry.amount) for entry in self.env['membership.ledger.entry'].sudo().search(
                [('card_id', '=', self.account.id), ('channel', '=', 'pos')], order='id')]
