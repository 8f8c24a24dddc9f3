"""A tier and a level of Odoo's `partnership` both bring a price list. Run by test_partnership.py, which installs it."""

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.membership_loyalty.tests.common import MembershipCommon


@tagged("post_install", "-at_install")
class TestPartnershipBesideUs(MembershipCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tier_list, cls.level_list, cls.own_list = cls.env["product.pricelist"].create(
            [{"name": name} for name in ("Tier prices", "Level prices", "Own prices")]
        )
        cls.gold.pricelist_id = cls.tier_list
        cls.level, cls.bare = cls.env["res.partner.grade"].create(
            [{"name": "Dealer", "default_pricelist_id": cls.level_list.id}, {"name": "Friend"}]
        )

    @property
    def price_list(self):
        return self.partner.specific_property_product_pricelist

    def move(self, tier):
        self.account._membership_move_to(tier, "Test")

    def last_note(self):
        return self.account.message_ids.sorted("id")[-1].body

    def test_a_level_given_to_a_member_waits_until_the_tier_has_no_prices(self):
        self.move(self.gold)
        self.partner.grade_id = self.level
        self.assertEqual(self.price_list, self.tier_list)
        self.assertIn("of the contact's level Dealer was replaced", self.last_note())
        self.move(self.basic)
        self.assertEqual(self.price_list, self.level_list)

    def test_a_dealer_who_becomes_gold_has_the_prices_of_gold_and_then_the_dealers_again(self):
        self.partner.grade_id = self.level
        self.assertEqual(self.price_list, self.level_list)
        self.move(self.gold)
        self.assertEqual(self.price_list, self.tier_list)
        self.assertIn("Dealer", self.last_note())
        self.move(self.basic)
        self.assertEqual(self.price_list, self.level_list)

    def test_a_level_sold_by_an_order_waits_as_well(self):
        self.move(self.gold)
        product = self.env["product.product"].create(
            {"name": "Dealer for a year", "type": "service", "service_tracking": "partnership"}
        )
        product.grade_id = self.level
        order = self.env["sale.order"].create(
            {"partner_id": self.partner.id, "order_line": [Command.create({"product_id": product.id})]}
        )
        order.action_confirm()
        self.assertEqual((self.partner.grade_id, self.price_list), (self.level, self.tier_list))
        self.move(self.basic)
        self.assertEqual(self.price_list, self.level_list)

    def test_a_level_without_prices_changes_none(self):
        self.move(self.gold)
        self.partner.specific_property_product_pricelist = self.own_list
        self.partner.grade_id = self.bare
        self.assertEqual(self.price_list, self.own_list)

    def test_a_level_given_to_who_is_no_member_works_as_ever(self):
        guest = self.env["res.partner"].create({"name": "Guest"})
        guest.grade_id = self.level
        self.assertEqual(guest.specific_property_product_pricelist, self.level_list)

    def test_many_contacts_get_a_level_at_once(self):
        guest = self.env["res.partner"].create({"name": "Guest"})
        self.move(self.gold)
        (self.partner | guest).grade_id = self.level
        self.assertEqual(
            (self.price_list, guest.specific_property_product_pricelist), (self.tier_list, self.level_list)
        )
