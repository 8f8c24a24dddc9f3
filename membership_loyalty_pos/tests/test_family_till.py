from odoo.tests import tagged

from .common import MembershipPosCommon

SPENDS = {'holder_may_earn': True, 'holder_may_spend': True, 'holder_spend_limit': 0}


@tagged('post_install', '-at_install')
class TestFamilyTill(MembershipPosCommon):
    """A family member at the till: found by card or by name, on the account of the family."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ben = cls.env['res.partner'].create({'name': "Ben Family"})
        cls.card = cls.account._membership_add_holder(cls.ben, SPENDS)
        cls.accounts = cls.env['loyalty.card'].with_user(cls.cashier)

    def test_card_and_name_lead_to_the_person_and_the_familys_account(self):
        answer = self.accounts.membership_identify(self.card.number)
        self.assertEqual([row['id'] for row in answer['partner']], self.ben.ids)
        self.assertEqual([row['id'] for row in answer['account']], self.account.ids)
        self.assertEqual(answer['account'][0]['membership_holder_ids'], self.ben.ids)
        self.assertEqual(self.accounts.get_loyalty_card_partner_by_code(self.card.number), self.ben)
        found = self.env['res.partner'].with_user(self.cashier).get_new_partner(
            self.config.id, [['name', 'ilike', "Ben Family"]], 0)
        self.assertEqual([row['id'] for row in found['loyalty.card']], self.account.ids)
        self.assertEqual(
            answer['account'][0]['membership_number'], self.account.membership_card_id._masked_number(),
            "The number of the account is that of its owner's card")

    def test_purchase_and_refund_count_for_the_family_with_the_card(self):
        order = self.sell(self.line(self.shirt), partner=self.ben)
        self.assertEqual(self.moved(order), [(self.account, 'earn', 100)])
        self.assertRecordValues(self.account.purchase_ids, [{'membership_card_id': self.card.id, 'amount_total': 100}])
        self.assertFalse(self.env['loyalty.card'].search([('partner_id', '=', self.ben.id)]), "No account of his own")
        self.sell(self.line(self.socks), partner=self.partner)
        self.assertFalse(self.account.purchase_ids.sorted('id')[-1].membership_card_id, "The owner needs no such card")
        self.card._membership_withdraw()
        self.sell(self.line(self.shirt), partner=self.ben)
        self.assertEqual(self.account.points, 110)
        self.sell(self.refund_of(order.lines), partner=self.ben)
        self.assertEqual(self.account.points, 10, "What was earned for the family is taken back from it")
        self.assertEqual(
            self.account.purchase_ids.filtered('is_refund').mapped(lambda p: (p.membership_card_id, p.amount_total)),
            [(self.card, -100)])
        self.assertAuditClean()

    def test_who_may_not_earn_still_counts_for_the_tier(self):
        self.card.holder_may_earn = False
        order = self.sell(self.line(self.shirt), partner=self.ben)
        self.assertFalse(self.moved(order))
        self.assertEqual((self.account.points, self.account.purchase_amount), (0, 100))

    def test_a_paid_order_is_never_refused_but_told_to_the_manager(self):
        self.give_points(300)
        for values, reason in (({'holder_may_spend': False}, "may not spend the points"),
                               ({'holder_may_spend': True, 'holder_spend_limit': 120}, "may spend 120 Points")):
            self.card.write(values)
            order = self.sell(self.line(self.shirt), self.reward(self.fixed, 5, cost=100), partner=self.ben)
            with self.subTest(reason):
                self.assertIn((self.account, 'redeem', -100), self.moved(order))
                told = [message for message in order.message_ids if reason in message.body]
                self.assertEqual([message.notified_partner_ids for message in told], [self.manager.partner_id])
        self.assertAuditClean()

    def test_the_till_asks_for_the_permission_before_payment(self):
        self.give_points(300)
        self.card.holder_may_spend = False
        orders = self.env['pos.order'].with_user(self.cashier)

        def ask(partner):
            return orders.with_context(membership_partner_id=partner.id).validate_coupon_programs(
                {str(self.account.id): -100}, [])

        self.assertIn("may not spend", ask(self.ben)['payload']['message'])
        self.assertTrue(ask(self.partner)['successful'])
        self.card.holder_may_spend = True
        self.assertTrue(ask(self.ben)['successful'])
        self.card.holder_spend_limit = 99
        self.assertIn("in a month", ask(self.ben)['payload']['message'])
