from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import MembershipPosCommon


@tagged('post_install', '-at_install')
class TestEarning(MembershipPosCommon):
    """Sunday, 22 November 2026: multipliers and limits at the till."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time('2026-11-22 12:00:00'))

    def multiplier(self, factor=2, **values):
        return self.env['membership.multiplier'].create({
            'name': "Member day", 'program_id': self.program.id, 'factor': factor, **values})

    def earned(self, *lines, **values):
        order = self.sell(*(lines or [self.line(self.shirt)]), **values)
        return sum(points for _account, kind, points in self.moved(order) if kind == 'earn')

    def explained(self, order):
        [info] = order.membership_info
        rows = [(row['label'], row['points']) for row in info['explanation']]
        if rows:
            self.assertEqual(sum(points for _label, points in rows), info['earned'])
        return rows

    def test_conditions_of_a_sale_at_this_till(self):
        here, other = self.config.membership_shop_id, self.env['membership.shop'].create({'name': "X", 'code': 'X'})
        cases = [
            ({'sunday': True}, 200), ({'monday': True}, 100), ({'channel': 'pos'}, 200), ({'channel': 'sale'}, 100),
            ({'shop_ids': here.ids}, 200), ({'shop_ids': other.ids}, 100), ({'product_ids': self.shirt.ids}, 200),
            ({'product_ids': self.socks.ids}, 100), ({'first_purchase': True}, 100),
        ]
        self.sell(self.line(self.socks))
        for values, points in cases:
            with self.subTest(values):
                multiplier = self.multiplier(**values)
                self.assertEqual(self.earned(), points)
                multiplier.active = False

    def test_an_offline_order_earns_as_of_its_own_moment(self):
        self.multiplier(saturday=True)
        self.program.earn_cap_day = 150
        yesterday = {'date_order': '2026-11-21 18:00:00'}
        self.assertEqual(self.earned(self.line(self.shirt)), 100)
        self.assertEqual(self.earned(self.line(self.shirt), **yesterday), 150)
        self.assertEqual(self.earned(self.line(self.shirt)), 50)
        self.assertEqual(self.earned(self.line(self.shirt), **yesterday), 0)
        self.assertAuditClean()

    def test_the_receipt_explains_line_by_line(self):
        self.env.cr.execute('UPDATE loyalty_card SET tier_id = %s WHERE id = %s', [self.gold.id, self.account.id])
        self.account.invalidate_recordset()
        self.program.write({'earn_stacking': 'multiply', 'earn_factor_cap': 5, 'earn_cap_day': 480})
        self.multiplier(3)
        self.program.product_rate_ids = [Command.create({'product_ids': self.socks.ids, 'rate': 0})]
        values = self.order_values(self.line(self.shirt), self.line(self.socks))
        [row] = self.sync(values.copy())['pos.order']
        order = self.env['pos.order'].browse(row['id'])
        self.assertEqual(self.explained(order), [
            ("On $\xa0110.00", 110), ("Articles that earn more or nothing", -10), ("Gold: 2 times", 100),
            ("Member day: 3 times", 400), ("At most 5 times", -100), ("Limit per day", -20)])
        self.assertEqual(row['membership_info'][0]['earned'], 480)

    def test_an_order_in_two_programmes_explains_both(self):
        other = self.create_program(self.env, name="Other club")
        other._enrol(self.partner)
        self.multiplier(3)
        self.env['membership.multiplier'].create({'name': "Theirs", 'program_id': other.id, 'factor': 5})
        order = self.sell(self.line(self.shirt))
        told = {info['program_name']: [row['points'] for row in info['explanation']] for info in order.membership_info}
        self.assertEqual(told, {"Club": [100, 200], "Other club": [100, 400]})

    def test_plain_points_need_no_explanation(self):
        order = self.sell(self.line(self.shirt))
        self.assertEqual(self.explained(order), [])
        self.assertFalse(self.purchase(order).explanation)

    def test_a_limit_gives_room_back_with_the_refund_and_counts_a_replay_once(self):
        self.program.earn_cap_day = 150
        first = self.sell(self.line(self.shirt, 3))
        self.assertEqual(self.moved(first), [(self.account, 'earn', 150)])
        values = self.order_values(self.line(self.shirt))
        for _time in range(2):
            self.sync(values.copy())
        self.assertEqual(self.account.points, 150)
        refund = self.sell(self.refund_of(first.lines, 2))
        self.assertEqual(self.moved(refund), [(self.account, 'earn', -100)])
        self.assertEqual(self.explained(refund), [])
        self.assertEqual(self.earned(self.line(self.shirt, 2)), 100)
        self.assertEqual(self.account.points, 150)
        self.assertAuditClean()

    def test_a_refund_goes_by_what_was_multiplied_that_day(self):
        multiplier = self.multiplier(3)
        order = self.sell(self.line(self.shirt, 2))
        multiplier.unlink()
        refund = self.sell(self.refund_of(order.lines, 1))
        self.assertEqual(self.moved(refund), [(self.account, 'earn', -300)])

    def test_a_member_named_later_earns_what_the_day_gave(self):
        self.program.late_claim_days = 3
        self.multiplier(sunday=True)
        order = self.sell(self.line(self.shirt), partner=self.env['res.partner'])
        with freeze_time('2026-11-23 12:00:00'):
            order.partner_id = self.partner
        self.assertEqual(self.moved(order), [(self.account, 'earn', 200)])

    def test_a_budget_is_counted_with_refunds(self):
        self.program.earn_budget = 150
        order = self.sell(self.line(self.shirt))
        self.assertEqual(self.earned(), 50)
        self.assertEqual(self.earned(), 0)
        self.sell(self.refund_of(order.lines))
        self.assertEqual((self.program.earn_budget_used, self.earned()), (50, 100))

    # ------------------------------------------------------------------ what the till reads

    def test_the_till_reads_what_may_apply_there(self):
        other = self.env['membership.shop'].create({'name': "X", 'code': 'X'})
        self.shirt.categ_id = self.env['product.category'].create({'name': "Clothes"})
        here = self.multiplier(
            2.5, birthday='week', month_days="1, 15", categ_ids=self.shirt.categ_id.ids, tier_ids=self.gold.ids)
        self.multiplier(channel='sale')
        self.multiplier(shop_ids=other.ids)
        self.multiplier(active=False)
        below = self.env['product.category'].create({'name': "Below", 'parent_id': self.shirt.categ_id.id})
        rows = self.env['membership.multiplier'].with_user(self.cashier)._load_pos_data_search_read({}, self.config)
        [row] = [row for row in rows if row['program_id'] == self.program.id]
        self.assertEqual((row['id'], row['factor']), (here.id, 2.5))
        conditions = row['till_conditions']
        self.assertIn(below.id, conditions['categories'])
        self.assertEqual(
            {name: conditions[name] for name in ('birthday', 'monthDays', 'tiers', 'products', 'weekdays')},
            {'birthday': 'week', 'monthDays': [1, 15], 'tiers': self.gold.ids, 'products': [], 'weekdays': []})

    def test_the_till_sees_a_present_not_the_birthday(self):
        self.multiplier(birthday='month')
        self.multiplier(first_purchase=True)
        with freeze_time('2026-01-01'):
            self.partner.membership_birthday = '1990-11-30'
        rows = self.env['loyalty.card'].with_user(self.cashier)._membership_pos_rows(
            self.config, [('id', '=', self.account.id)])
        self.assertEqual(rows[0]['membership_occasion'], {'celebrated': ['month'], 'is_first': True})
        self.assertNotIn('membership_birthday', self.partner._load_pos_data_fields(self.config))
        self.sell(self.line(self.shirt))
        self.account.invalidate_recordset()
        self.assertFalse(self.account.membership_occasion['is_first'])

    def test_a_cashier_reads_multipliers_and_changes_none(self):
        multiplier = self.multiplier().with_user(self.cashier)
        self.assertEqual(multiplier.factor, 2)
        with self.assertRaises(AccessError):
            multiplier.factor = 3

    def test_what_is_not_set_up_costs_no_query(self):
        self.cost_of_a_sale()  # the first one fills caches of the registry
        plain = self.cost_of_a_sale()
        self.program.write({'earn_cap_order': 5000, 'earn_factor_cap': 9, 'earn_on': 'excluded', 'redeem_minimum': 5})
        self.assertLessEqual(self.cost_of_a_sale(), plain)
        self.program.earn_budget = 100000
        self.assertLessEqual(self.cost_of_a_sale() - plain, 2, "Reads the use, adds to it")
        self.program.write({'earn_budget': 0, 'earn_cap_day': 5000, 'earn_cap_month': 9000})
        self.assertLessEqual(self.cost_of_a_sale() - plain, 2, "Locks the account, adds up its month")
        self.program.write({'earn_cap_day': 0, 'earn_cap_month': 0})
        for _number in range(5):
            self.multiplier(monday=True)
        self.assertLessEqual(self.cost_of_a_sale() - plain, 6, "Reads all multipliers at once")

    def cost_of_a_sale(self):
        values = self.order_values(self.line(self.shirt))
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self.sync(values)
        self.env.flush_all()
        return self.cr.sql_log_count - before

    # ------------------------------------------------------------------ spending

    def validate(self, points, amounts=None):
        context = {} if amounts is None else {'membership_amounts': amounts}
        orders = self.env['pos.order'].with_user(self.cashier).with_context(**context)
        return orders.validate_coupon_programs({str(self.account.id): -points}, [])

    def test_the_till_is_told_before_payment(self):
        self.give_points(1000)
        self.program.write({'redeem_minimum': 200, 'redeem_step': 100, 'redeem_max_share': 50})
        key = str(self.account.id)
        for points, amounts, message in (
            (100, None, "at least 200 points"),
            (250, None, "steps of 100"),
            (300, {key: [50.02, 100]}, r"at most \$\s50.00"),
            (300, {key: ['a', 100]}, "did not say what its points pay for"),
            (300, {key: [float('nan'), 100]}, "did not say what its points pay for"),
            (300, "all of it", "did not say what its points pay for"),
        ):
            with self.subTest(points=points, amounts=amounts):
                answer = self.validate(points, amounts)
                self.assertFalse(answer['successful'])
                self.assertRegex(answer['payload']['message'], message)
        self.assertTrue(self.validate(300, {key: [50, 100]})['successful'])

    def test_a_paid_order_is_not_refused_and_the_manager_is_told(self):
        self.give_points(1000)
        self.program.write({'redeem_minimum': 200, 'redeem_max_share': 50})
        order = self.sell(self.line(self.socks), self.reward(self.fixed, 5))
        self.assertEqual(self.moved(order)[-1], (self.account, 'redeem', -100))
        alert = order.lines.filtered('reward_id').membership_alert
        self.assertIn("at least 200 points; this one spends 100", alert)
        self.assertIn(self.manager.partner_id, order.message_ids.notified_partner_ids | order.message_ids.partner_ids)
        order = self.sell(self.line(self.socks), self.reward(self.by_point, 6, cost=120), self.reward(self.fixed, 0))
        self.assertIn("points pay at most", order.lines.filtered('reward_id')[0].membership_alert)
        order = self.sell(self.line(self.shirt), self.reward(self.by_point, 10, cost=200))
        self.assertFalse(order.lines.filtered('membership_alert'))

    # ------------------------------------------------------------------ two companies

    def test_a_programme_of_all_companies_earns_by_the_same_multipliers(self):
        company = self.env['res.company'].create({'name': "Second shop", 'currency_id': self.company.currency_id.id})
        self.program.company_id = False
        multiplier = self.multiplier(sunday=True)
        self.assertFalse(multiplier.company_id)
        self.program.company_id = company
        self.assertEqual(multiplier.company_id, company)
        self.assertFalse(self.env['membership.multiplier'].with_user(self.cashier).search([('id', '=', multiplier.id)]))

    def test_the_purchase_tells_the_day_in_the_programmes_time_zone(self):
        self.program.membership_tz = 'Asia/Shanghai'
        self.multiplier(sunday=True)
        self.assertEqual(self.earned(date_order='2026-11-21 17:00:00'), 200)
        self.assertEqual(self.account.purchase_ids[0].date, date(2026, 11, 22))
