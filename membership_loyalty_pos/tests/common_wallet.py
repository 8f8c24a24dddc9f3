from odoo.fields import Command

from .common import MembershipPosCommon


class WalletPosCommon(MembershipPosCommon):
    """The till of MembershipPosCommon with stored value: 100 paid give 20 on top, and a plain top-up article."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Program = cls.env['loyalty.program']
        cls.package_product, cls.plain_product = cls.env['product.product'].create([{
            **Program._top_up_product_values(), 'name': name, 'list_price': price, 'available_in_pos': True,
        } for name, price in (("Top-up 100+20", 100), ("Top-up", 50))])
        cls.stored = Program.create({
            **Program._stored_value_template(), 'name': "Wallet", 'membership_tz': 'UTC',
            'membership_manager_id': cls.manager.id,
            'rule_ids': [Command.create({
                'reward_point_mode': 'money', 'reward_point_amount': 1,
                'product_ids': [Command.set((cls.package_product | cls.plain_product).ids)]})]})
        cls.pay = cls.stored.reward_ids
        cls.package = cls.env['membership.top.up.package'].create({
            'name': "100 + 20", 'program_id': cls.stored.id, 'product_id': cls.package_product.id,
            'amount': 100, 'bonus': 20})

    def wallet(self, partner=None):
        partner = partner or self.partner
        return self.stored._wallets(partner).get((self.stored.id, partner.id), self.env['loyalty.card'])

    def payment(self, amount, **values):
        """Return the values of a line that pays from the wallet."""
        return self.reward(self.pay, amount, account=self.wallet(), cost=amount, **values)

    def parts(self, order, kind='spend'):
        """Return (principal, bonus) that an order has moved."""
        posted = self.env['membership.ledger.entry']._posted_parts(order._membership_all_keys())
        found = {'principal': 0, 'bonus': 0}
        for (_key, _card, moved, value_type), amount in posted.items():
            if moved == kind:
                found[value_type] += float(amount)
        return found['principal'], found['bonus']

    def assertWallet(self, principal, bonus, partner=None):
        wallet = self.wallet(partner)
        self.env.invalidate_all()
        self.assertEqual((wallet.principal, wallet.bonus), (principal, bonus))
        self.assertAlmostEqual(wallet.points, principal + bonus, places=2)
