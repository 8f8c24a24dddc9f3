from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import MembershipPosCommon


@tagged('post_install', '-at_install')
class TestFreeUse(MembershipPosCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.benefit = cls.env['membership.benefit'].create({
            'name': "Free mug", 'program_id': cls.program.id, 'kind': 'free_use', 'product_id': cls.gift.id,
            'use_limit': 2, 'use_period': 'month'})

    def free(self, qty=1, product=None, benefit=None, **values):
        product = product or self.gift
        return self.line(product, qty, total=0, discount=100,
                         membership_benefit_id=(benefit or self.benefit).id, **values)

    def used(self):
        return self.account._membership_free_uses()[self.account].get(self.benefit, (None, None))[0]

    def check(self, partner=None, quantity=1, user=None):
        return self.env['pos.order'].with_user(user or self.cashier).membership_check_free_uses(
            (partner or self.partner).id, {str(self.benefit.id): quantity})

    def test_a_free_article_is_counted_and_printed(self):
        order = self.sell(self.line(self.shirt), self.free())
        self.assertEqual((self.used(), order.amount_total), (1, 100))
        self.assertEqual(self.moved(order), [(self.account, 'earn', 100)])
        self.assertEqual(order.membership_info[0]['free_uses'], [{
            'benefit_id': self.benefit.id, 'name': "Free mug", 'used': 1.0, 'limit': 2, 'left': 1.0,
            'when': "this month"}])
        self.assertFalse(any(order.lines.mapped('membership_alert')))
        self.assertNotIn('free_uses', self.sell(self.line(self.socks)).membership_info[0])

    def test_an_order_of_nothing_else_is_counted_once_however_often_it_is_sent(self):
        values = self.order_values(self.free())
        for _time in range(2):
            self.sync({**values})
        order = self.env['pos.order'].search([('uuid', '=', values['uuid'])])
        order._membership_settle_free_uses()
        self.assertEqual((self.used(), len(self.account.use_ids)), (1, 1))
        self.assertEqual(order.membership_info[0]['free_uses'][0]['used'], 1)

    def test_the_till_asks_before_payment(self):
        self.assertEqual(self.check(quantity=2), '')
        self.assertIn("2 left for Ada Member", self.check(quantity=3))
        self.sell(self.free(2))
        self.assertIn("0 left", self.check())
        self.benefit.use_limit = 3
        self.assertEqual(self.check(), '')
        self.benefit.tier_ids = self.gold
        self.assertIn("0 left", self.check())
        self.assertIn("0 left", self.check(partner=self.manager.partner_id))

    def test_a_paid_order_above_the_limit_is_kept_and_told(self):
        self.sell(self.free(2))
        order = self.sell(self.free())
        self.assertEqual((order.state, self.used()), ('paid', 3))
        self.assertIn("was given 3 times; the member has it 2 times", order.lines.membership_alert)
        self.assertIn("Free articles to check", order.message_ids[0].subject)
        self.assertEqual(order.message_ids[0].partner_ids, self.manager.partner_id)

    def test_what_a_till_should_not_have_given_is_told(self):
        cases = (
            ("somebody who is no member", {'partner': self.manager.partner_id}, {}),
            ("which is another article", {}, {'product': self.socks}),
        )
        for text, order_values, line_values in cases:
            with self.subTest(text):
                order = self.sell(self.free(**line_values), **order_values)
                self.assertIn(text, order.lines.membership_alert)
        self.benefit.tier_ids = self.gold
        self.assertIn("who does not have it", self.sell(self.free()).lines.membership_alert)
        unknown = self.order_values(self.free())
        unknown['lines'][0][2]['membership_benefit_id'] = 999999999
        self.sync(unknown)
        self.assertEqual(self.env['pos.order'].search([('uuid', '=', unknown['uuid'])]).state, 'paid')

    def test_a_refund_gives_the_use_back_to_its_own_month(self):
        with freeze_time('2026-05-20 08:00:00'):
            order = self.sell(self.free(2), date_order='2026-05-20 08:00:00')
        self.assertEqual(self.account.use_ids.period, '2026-05')
        back = self.sell(self.refund_of(order.lines, 1, total=0, discount=100))
        back._membership_settle_free_uses()
        uses = self.account.use_ids.sorted('id')
        self.assertEqual((uses.mapped('quantity'), uses.mapped('period')), ([2, -1], ['2026-05', '2026-05']))
        self.assertEqual(back.membership_info[0]['free_uses'][0]['used'], 1)
        self.sell(self.refund_of(order.lines, 1, total=0, discount=100))
        self.assertEqual(sum(self.account.use_ids.mapped('quantity')), 0)

    def test_an_article_that_is_charged_after_all_is_no_use(self):
        values = self.line(self.gift, 1, membership_benefit_id=self.benefit.id)
        self.sell(values)
        self.assertEqual(self.used(), 0)

    def test_the_till_reads_what_is_left_with_the_account(self):
        self.sell(self.free())
        cards = self.env['loyalty.card'].with_user(self.cashier)
        [row] = cards._membership_pos_rows(self.config, [('id', '=', self.account.id)])
        self.assertEqual([(use['benefit_id'], use['left']) for use in row['membership_free_uses']],
                         [(self.benefit.id, 1)])
        data = self.session.with_user(self.cashier).load_data(['membership.benefit'])['membership.benefit']
        self.assertIn((self.benefit.id, self.gift.id), [(vals['id'], vals['product_id']) for vals in data])

    def test_cashiers_set_no_benefits_and_count_no_uses(self):
        self.sell(self.free())
        for records, vals in ((self.benefit, {'use_limit': 99}), (self.account.use_ids, {'quantity': 0})):
            with self.assertRaises(AccessError), mute_logger('odoo.addons.base.models.ir_model'):
                records.with_user(self.cashier).write(vals)

    def test_another_companys_member_has_nothing_free_here(self):
        company = self.env['res.company'].create({'name': "Elsewhere"})
        stranger = self.create_user(
            'free_stranger', 'base.group_user', 'point_of_sale.group_pos_user', company_id=company.id,
            company_ids=company.ids)
        self.program.company_id = self.company
        self.assertIn("0 left", self.check(user=stranger))
