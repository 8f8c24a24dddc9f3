from odoo.fields import Command

from .common_sale import MembershipSaleCommon


class WalletCommon(MembershipSaleCommon):
    """Stored value beside the club: a package of 100 paid and 20 given on top, and a plain top-up article."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.package_product, cls.plain_product = (
            cls.create_article(name, list_price=price) for name, price in (("Top-up 100+20", 100), ("Top-up", 50)))
        cls.stored = cls.create_stored_value(cls.package_product | cls.plain_product)
        cls.pay = cls.stored.reward_ids
        cls.package = cls.env['membership.top.up.package'].create({
            'name': "100 + 20", 'program_id': cls.stored.id, 'product_id': cls.package_product.id,
            'amount': 100, 'bonus': 20})

    @classmethod
    def create_stored_value(cls, products, **values):
        template = cls.env['loyalty.program']._stored_value_template()
        return cls.env['loyalty.program'].create({
            **template, 'name': "Wallet", 'membership_tz': 'UTC',
            'rule_ids': [Command.create({
                'reward_point_mode': 'money', 'reward_point_amount': 1, 'product_ids': [Command.set(products.ids)]})],
            **values})

    def wallet(self, partner=None):
        partner = partner or self.partner
        return self.stored._wallets(partner).get((self.stored.id, partner.id), self.env['loyalty.card'])

    def top_up(self, product=None, price=None, quantity=1, partner=None):
        """Sell a top-up as a salesman does; return the confirmed order."""
        product = product or self.package_product
        order = self.env['sale.order'].with_user(self.salesman).create({
            'partner_id': (partner or self.partner).id,
            'order_line': [Command.create({
                'product_id': product.id, 'product_uom_qty': quantity,
                'price_unit': product.list_price if price is None else price})]})
        order.action_confirm()
        return order

    def pay_quotation(self, *prices, **values):
        """Return a quotation on which the wallet pays all it can."""
        order = self.quotation(*prices, **values)
        order._update_programs_and_rewards()
        wallet = self.wallet(order.partner_id)
        self.assertIn(wallet, order._get_claimable_rewards())
        order._apply_program_reward(self.pay, wallet)
        return order

    def pay_order(self, *prices, **values):
        order = self.pay_quotation(*prices, **values)
        order.action_confirm()
        return order

    def parts(self, order, kind='spend'):
        """Return (principal, bonus) that an order has moved."""
        posted = self.env['membership.ledger.entry']._posted_parts([f'sale.order:{order.id}'])
        found = {value_type: float(amount) for (_key, _card, moved, value_type), amount in posted.items()
                 if moved == kind}
        return found.get('principal', 0), found.get('bonus', 0)

    def assertWallet(self, principal, bonus, partner=None):
        wallet = self.wallet(partner)
        wallet.invalidate_recordset(['principal', 'bonus', 'points'])
        self.assertEqual((wallet.principal, wallet.bonus), (principal, bonus))
        self.assertAlmostEqual(wallet.points, principal + bonus, places=2)
