from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_benefits import MembershipBenefitMixin
from .common_sale import MembershipSaleCommon


@tagged('post_install', '-at_install')
@freeze_time('2026-05-20 08:00:00')
class TestFreeUseSale(MembershipBenefitMixin, MembershipSaleCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.coffee = cls.create_article("Coffee", list_price=3)
        cls.benefit = cls.create_benefit(
            'free_use', name="Free coffee", product_id=cls.coffee.id, use_limit=2, use_period='month')

    def used(self):
        return self.account._membership_free_uses()[self.account].get(self.benefit, (None, None))[0]

    def with_coffee(self, count=1, confirm=True, **values):
        order = self.quotation(**values)
        for _cup in range(count):
            order.action_membership_free_use()
        if confirm:
            order.action_confirm()
        return order

    def test_a_salesman_gives_a_free_article_and_it_is_counted(self):
        order = self.with_coffee(confirm=False)
        line = order.order_line.filtered('membership_benefit_id')
        self.assertEqual((line.product_id, line.price_unit, line.discount, line.price_total),
                         (self.coffee, 3, 100, 0))
        self.assertIn("Free coffee", line.name)
        self.assertEqual(self.used(), 0)
        order.action_confirm()
        self.assertEqual((order.state, order.amount_total, self.used()), ('sale', 100, 1))
        use = self.account.use_ids
        self.assertEqual(
            (use.document_key, use.period, use.company_id), (f'sale.order:{order.id}', '2026-05', order.company_id))
        self.assertEqual(self.moved(order), {'earn': 100})

    def test_never_more_than_the_benefit_allows(self):
        first, second = self.with_coffee(confirm=False), self.with_coffee(2, confirm=False)
        with self.assertRaisesRegex(UserError, "has used all free articles"):
            second.action_membership_free_use()
        first.action_confirm()
        with self.assertRaisesRegex(ValidationError, "2 times per period; with this order it would be 3 times"), \
                self.env.cr.savepoint():
            second.action_confirm()
        second.order_line.filtered('membership_benefit_id').product_uom_qty = 1
        second.action_confirm()
        self.assertEqual(self.used(), 2)
        with self.assertRaisesRegex(ValidationError, "2 times per period"), self.env.cr.savepoint():
            first.order_line.filtered('membership_benefit_id').product_uom_qty = 2

    def test_the_next_month_begins_anew(self):
        self.with_coffee(2)
        with freeze_time('2026-06-01 08:00:00'):
            self.assertEqual(self.used(), 0)
            self.with_coffee(1)
            self.assertEqual(self.used(), 1)
        self.assertEqual(self.used(), 2)

    def test_editing_cancelling_and_confirming_again_count_what_is_there(self):
        order = self.with_coffee(2)
        line = order.order_line.filtered('membership_benefit_id')
        line.product_uom_qty = 1
        self.assertEqual(self.used(), 1)
        order._action_cancel()
        self.assertEqual(self.used(), 0)
        order.action_draft()
        order.action_confirm()
        order._membership_settle_free_uses()
        self.assertEqual(self.used(), 1)
        with freeze_time('2026-06-03 08:00:00'):
            line.product_uom_qty = 2
            self.assertEqual(self.used(), 0, "What was taken in May counts in May")

    def test_a_credit_note_gives_the_use_back(self):
        order = self.with_coffee(2)
        invoice = self.invoice(order)
        self.assertEqual(self.used(), 2)
        note = self.credit(invoice)
        self.assertEqual(self.used(), 0)
        note.button_draft()
        self.assertEqual(self.used(), 2)

    def test_an_article_that_is_charged_after_all_is_no_use(self):
        order = self.with_coffee()
        line = order.order_line.filtered('membership_benefit_id')
        line.discount = 50
        self.assertFalse(line.membership_benefit_id)
        self.assertEqual(self.used(), 0)

    def test_only_members_of_its_tiers_have_it(self):
        self.benefit.tier_ids = self.gold
        order = self.quotation()
        self.assertFalse(order.membership_has_free_uses)
        with self.assertRaises(UserError):
            order.action_membership_free_use()
        self.account._membership_move_to(self.gold, "Test")
        order.invalidate_recordset()
        self.assertTrue(order.membership_has_free_uses)
        order.action_membership_free_use()
        self.account._membership_move_to(self.basic, "Test")
        with self.assertRaisesRegex(ValidationError, "does not have Free coffee"), self.env.cr.savepoint():
            order.action_confirm()

    def test_another_customer_does_not_drink_it(self):
        order = self.with_coffee(confirm=False)
        order.partner_id = self.env['res.partner'].create({'name': "Nobody"})
        with self.assertRaisesRegex(ValidationError, "is no member"), self.env.cr.savepoint():
            order.action_confirm()

    def test_a_family_shares_its_free_articles(self):
        child = self.env['res.partner'].create({'name': "Child of Ada"})
        self.account._membership_add_holder(child, {})
        order = self.with_coffee(2, partner=child)
        self.assertEqual((order.state, self.used()), ('sale', 2))
        with self.assertRaisesRegex(UserError, "has used all"):
            self.with_coffee()

    def test_a_price_list_leaves_it_free(self):
        self.env.user.group_ids |= self.env.ref('sale.group_discount_per_so_line')
        order = self.with_coffee(confirm=False)
        line = order.order_line.filtered('membership_benefit_id')
        order.action_update_prices()
        line.product_uom_qty = 2
        self.assertEqual((line.discount, line.price_total), (100, 0))

    def test_with_several_to_choose_the_salesman_is_asked(self):
        cake = self.create_benefit('free_use', name="Free cake", product_id=self.article.id, use_period='year')
        order = self.quotation()
        action = order.action_membership_free_use()
        wizard = Form(self.env[action['res_model']].with_user(self.salesman).with_context(active_id=order.id))
        wizard.benefit_id = cake
        wizard.save().action_add()
        self.assertEqual(order.order_line.membership_benefit_id, cake)

    def test_what_was_used_is_written_by_nobody(self):
        self.with_coffee()
        manager = self.create_user('free_manager', 'membership_loyalty.group_membership_manager')
        with self.assertRaises(AccessError), mute_logger('odoo.addons.base.models.ir_model'):
            self.account.use_ids.with_user(manager).quantity = 0
        with self.assertRaisesRegex(ValidationError, "cannot become another kind"):
            self.benefit.write({'kind': 'birthday', 'points': 5})
