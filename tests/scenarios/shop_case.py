"""Benefits of members in Odoo's web shop, with delivery costs. Run by test_shop.py, which installs them."""

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.membership_loyalty.tests.common import MembershipCommon
from odoo.addons.website_sale.tests.common import MockRequest


@tagged("post_install", "-at_install")
class TestBenefitsInTheShop(MembershipCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["loyalty.program"].search([("id", "!=", cls.program.id)]).active = False
        cls.website = cls.env["website"].search([], limit=1)
        cls.website.company_id.country_id = cls.env.ref("base.us")
        cls.shopper = cls.create_user("shopper", "base.group_portal")
        cls.account = cls.program._enrol(cls.shopper.partner_id)
        cls.public = cls.website.user_id
        cls.goods, cls.postage = cls.env["product.product"].create(
            [
                {
                    "name": name,
                    "list_price": price,
                    "type": kind,
                    "taxes_id": [Command.clear()],
                    "website_published": True,
                }
                for name, price, kind in (("Goods", 100, "consu"), ("Postage", 7, "service"))
            ]
        )
        cls.carrier = cls.env["delivery.carrier"].create(
            {
                "name": "Post",
                "product_id": cls.postage.id,
                "delivery_type": "fixed",
                "fixed_price": 7,
                "website_published": True,
            }
        )

    def cart(self, user=None):
        """Return a cart as the shop makes it; in the request of this visitor."""
        user = user or self.shopper
        order = self.env["sale.order"].create({"partner_id": user.partner_id.id, "website_id": self.website.id})
        return order.with_user(user).sudo()

    def put(self, cart, product=None, quantity=1):
        with MockRequest(cart.env, website=self.website, sale_order_id=cart.id):
            return cart._cart_add(product_id=(product or self.goods).id, quantity=quantity)

    def deliver(self, cart):
        with MockRequest(cart.env, website=self.website, sale_order_id=cart.id):
            cart.set_delivery_line(self.carrier, 7)
            cart._update_programs_and_rewards()
            cart._auto_apply_rewards()
        return cart.amount_total

    def test_a_tier_ships_free_from_an_amount(self):
        self.gold.write({"free_shipping": True, "free_shipping_from": 150})
        self.assertIn("free shipping from", self.gold.benefit_summary)
        promotion = self.gold.shipping_program_id
        for tier, quantity, total in ((self.basic, 2, 207), (self.gold, 1, 107), (self.gold, 2, 200)):
            with self.subTest(tier=tier.name, quantity=quantity):
                if self.account.tier_id != tier:
                    self.account._membership_move_to(tier, "Test")
                cart = self.cart()
                self.put(cart, quantity=quantity)
                self.assertEqual(self.deliver(cart), total)
        self.gold.free_shipping_from = 0
        self.assertEqual(promotion.rule_ids.minimum_amount, 0)
        cart = self.cart()
        self.put(cart)
        self.assertEqual(self.deliver(cart), 100)
        self.gold.free_shipping = False
        self.assertFalse(promotion.active)
        cart = self.cart()
        self.put(cart)
        self.assertEqual(self.deliver(cart), 107)
        self.gold.free_shipping = True
        self.assertEqual(self.gold.shipping_program_id, promotion)
        self.assertTrue(promotion.active)

    def test_a_manager_of_the_membership_sets_it(self):
        manager = self.create_user("shop_manager", "membership_loyalty.group_membership_manager")
        self.gold.with_user(manager).write({"free_shipping": True, "free_shipping_from": 50})
        self.assertEqual(self.gold.shipping_program_id.membership_tier_ids, self.gold)
        self.assertEqual(self.gold.free_shipping_from, 50)

    def test_a_promotion_for_a_tier_is_for_its_members_in_the_shop(self):
        self.env["loyalty.program"].create(
            {
                "name": "Ten off for Gold",
                "program_type": "promotion",
                "trigger": "auto",
                "applies_on": "current",
                "membership_tier_ids": [Command.set(self.gold.ids)],
                "rule_ids": [Command.create({"reward_point_mode": "order", "minimum_qty": 0})],
                "reward_ids": [
                    Command.create({"reward_type": "discount", "discount": 10, "discount_mode": "percent"})
                ],
            }
        )
        for user in (self.public, self.shopper):
            cart = self.cart(user)
            self.put(cart)
            self.assertEqual(cart.amount_total, 100)
        self.account._membership_move_to(self.gold, "Test")
        cart = self.cart()
        self.put(cart)
        self.assertEqual(cart.amount_total, 90)

    def test_an_exclusive_article_is_not_put_into_the_cart_of_others(self):
        self.env["membership.product.access"].create(
            {
                "name": "Gold collection",
                "program_id": self.program.id,
                "tier_ids": [Command.set(self.gold.ids)],
                "product_ids": [Command.set(self.goods.ids)],
            }
        )
        for user in (self.public, self.shopper):
            with self.assertRaisesRegex(UserError, "Goods: For members of Gold"), self.env.cr.savepoint():
                self.put(self.cart(user))
        self.account._membership_move_to(self.gold, "Test")
        cart = self.cart()
        self.put(cart)
        self.assertEqual(cart.order_line.product_id, self.goods)

    def create_price_day(self):
        self.env["res.config.settings"].create({"group_product_pricelist": True}).execute()
        # The shop gives everybody the first of its price lists.
        _ordinary, day_list = self.env["product.pricelist"].create(
            [
                {"name": "Ordinary prices", "website_id": self.website.id, "sequence": 1},
                {
                    "name": "Day prices",
                    "website_id": self.website.id,
                    "sequence": 99,
                    "item_ids": [Command.create({"compute_price": "percentage", "percent_price": 20})],
                },
            ]
        )
        self.env["membership.price.day"].create(
            {
                "name": "Wednesday prices",
                "program_id": self.program.id,
                "pricelist_id": day_list.id,
                "wednesday": True,
            }
        )
        return day_list

    def test_on_the_member_day_the_shop_has_its_prices(self):
        day_list = self.create_price_day()
        for moment, user, is_day in (
            ("2026-11-25", self.shopper, True),
            ("2026-11-26", self.shopper, False),
            ("2026-11-25", self.public, False),
        ):
            with self.subTest(moment, user=user.login), freeze_time(f"{moment} 12:00:00"):
                self.env.invalidate_all()
                with MockRequest(self.env(user=user), website=self.website.with_user(user)) as request:
                    pricelist = request.website._get_and_cache_current_pricelist()
                self.assertEqual(pricelist == day_list, is_day)

    def test_a_visit_that_goes_on_after_midnight_follows_the_day(self):
        day_list = self.create_price_day()
        days = self.env["membership.price.day"]
        with freeze_time("2026-11-24 12:00:00"):
            cart = self.cart()
            self.put(cart)
            self.assertEqual(cart.amount_total, 100)
        session = {"website_sale_current_pl": cart.pricelist_id.id, "sale_order_id": cart.id}
        for moment, is_day in (("2026-11-25", True), ("2026-11-26", False)):
            with self.subTest(moment), freeze_time(f"{moment} 12:00:00"):
                self.env.invalidate_all()
                with MockRequest(self.env(user=self.shopper), website=self.website):
                    days.with_user(self.shopper)._membership_renew_shop(session)
                self.assertNotIn("website_sale_current_pl", session)
                self.assertEqual(cart.pricelist_id == day_list, is_day)
                self.assertEqual(cart.amount_total, 80 if is_day else 100)
                session["website_sale_current_pl"] = cart.pricelist_id.id
                days.with_user(self.shopper)._membership_renew_shop(session)
                self.assertIn("website_sale_current_pl", session, "Once a day is enough")
        chosen = {"website_sale_current_pl": 1, "website_sale_selected_pl_id": 1}
        with freeze_time("2026-11-25 12:00:00"):
            days._membership_renew_shop(chosen)
        self.assertIn("website_sale_current_pl", chosen, "What the visitor has selected stays")
