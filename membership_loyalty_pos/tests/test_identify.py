from odoo.tests import tagged

from odoo.addons.membership_loyalty.tools.throttle import Throttle
from odoo.addons.membership_loyalty_pos.models import membership_card as module

from .common import MembershipPosCommon


@tagged('post_install', '-at_install')
class TestIdentify(MembershipPosCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.card = cls.env['membership.card'].search([('account_id', '=', cls.account.id)])
        cls.accounts = cls.env['loyalty.card'].with_user(cls.cashier)

    def setUp(self):
        super().setUp()
        self.patch(module, '_WRONG_CODES', Throttle(limit=3, seconds=60))

    def test_number_and_token_find_the_member(self):
        for code in (self.card.number, f' {self.card.number[:4]} {self.card.number[4:]} ', self.card.token):
            with self.subTest(code):
                answer = self.accounts.membership_identify(code)
                self.assertEqual((answer['status'], answer['message']), ('active', ''))
                self.assertEqual([row['id'] for row in answer['partner']], self.partner.ids)
                self.assertEqual([row['id'] for row in answer['account']], self.account.ids)
                self.assertEqual(self.accounts.get_loyalty_card_partner_by_code(code), self.partner)

    def test_a_card_that_is_not_active_says_so_and_shows_nobody(self):
        self.card.action_freeze()
        answer = self.accounts.membership_identify(self.card.number)
        self.assertEqual((answer['status'], answer['partner'], answer['account']), ('frozen', [], []))
        self.assertIn("This card is frozen", answer['message'])
        self.assertFalse(self.accounts.get_loyalty_card_partner_by_code(self.card.number))

    def test_a_card_past_its_last_day_is_expired(self):
        self.card.valid_until = '2020-01-31'
        self.assertEqual(self.accounts.membership_identify(self.card.number)['status'], 'expired')

    def test_a_lost_card_with_a_native_code_is_not_found_the_old_way(self):
        self.env.cr.execute(
            'UPDATE membership_card SET number = %s WHERE id = %s', [self.account.code, self.card.id])
        self.card.invalidate_recordset()
        self.assertEqual(self.accounts.get_loyalty_card_partner_by_code(self.account.code), self.partner)
        self.card.action_report_lost()
        self.assertFalse(self.accounts.get_loyalty_card_partner_by_code(self.account.code))

    def test_a_replaced_card_gives_way_to_the_new_one(self):
        old = self.card.number
        self.card.action_report_lost()
        self.card.action_replace()
        self.assertEqual(self.accounts.membership_identify(old)['status'], 'replaced')
        new = self.card.replaced_by_id.number
        self.assertEqual(self.accounts.membership_identify(new)['partner'][0]['id'], self.partner.id)

    def test_wrong_codes_get_one_answer_and_then_no_look(self):
        answers = [self.accounts.membership_identify(code) for code in ('', '4711', False)]
        self.assertEqual(len({answer['message'] for answer in answers}), 1)
        answers.append(self.accounts.membership_identify(self.card.number))
        self.assertEqual({answer['status'] for answer in answers}, {'unknown'})
        other = self.create_user('other_cashier', 'base.group_user', 'point_of_sale.group_pos_user')
        self.assertEqual(self.accounts.with_user(other).membership_identify(self.card.number)['status'], 'active')

    def test_a_customer_search_finds_name_phone_and_card(self):
        for field, value in (
            ('name', "Ada%"), ('phone_mobile_search', "+1 212 555 0100%"), ('barcode', f'{self.card.number}%'),
        ):
            domain = ['|', ('barcode', 'ilike', value), (field, 'ilike', value)]
            with self.subTest(field):
                answer = self.env['res.partner'].with_user(self.cashier).get_new_partner(self.config.id, domain, 0)
                self.assertIn(self.partner.id, [row['id'] for row in answer['res.partner']])
                [row] = [row for row in answer['loyalty.card'] if row['partner_id'] == self.partner.id]
                self.assertEqual((row['tier_id'], row['points']), (self.basic.id, 0))
                self.assertTrue(row['membership_number'].endswith(self.card.number[-4:]))

    def test_the_number_of_a_lost_card_finds_nobody(self):
        self.card.action_report_lost()
        domain = ['|', ('name', 'ilike', self.card.number), ('barcode', 'ilike', self.card.number + '%')]
        answer = self.env['res.partner'].with_user(self.cashier).get_new_partner(self.config.id, domain, 0)
        self.assertEqual((answer['res.partner'], answer['loyalty.card']), ([], []))

    def test_an_account_is_no_coupon(self):
        self.give_points(500)
        answer = self.config.with_user(self.cashier).use_coupon_code(
            self.account.code, '1990-01-01 00:00:00', self.partner.id, False)
        self.assertFalse(answer['successful'])
        self.assertIn("invalid", answer['payload']['error_message'])

    def test_the_scanner_takes_a_card_for_a_card_and_an_article_for_an_article(self):
        nomenclature = self.env.ref('barcodes.default_barcode_nomenclature')
        self.assertEqual(nomenclature.parse_barcode(self.card.number)['type'], 'coupon')
        self.assertEqual(nomenclature.parse_barcode('8000500310427')['type'], 'product', "An article of 13 digits")
        self.program.write({'card_prefix': '299', 'card_random_digits': 4})
        self.assertEqual(nomenclature.parse_barcode('299000004212345')['type'], 'coupon')

    def test_the_session_brings_what_the_till_needs(self):
        data = self.session.with_user(self.cashier).load_data([])
        program = next(row for row in data['loyalty.program'] if row['id'] == self.program.id)
        self.assertEqual(
            [program[name] for name in ('is_membership', 'offline_redeem_limit', 'points_digits', 'points_rounding')],
            [True, 0, 0, 'down'])
        tiers = {row['id']: row for row in data['membership.tier']}
        self.assertEqual(tiers[self.gold.id], {
            'id': self.gold.id, 'name': "Gold", 'color': 0, 'multiplier': 2, 'program_id': self.program.id,
            'pricelist_id': False})

    def test_tier_price_lists_are_loaded_when_they_can_be_used(self):
        own, euro = self.env['product.pricelist'].create([
            {'name': "Gold prices"}, {'name': "Euro", 'currency_id': self.env.ref('base.EUR').id}])
        self.gold.pricelist_id = own
        self.assertNotIn(own, self.config._get_available_pricelists())
        self.config.write({'use_pricelist': True, 'available_pricelist_ids': self.config.pricelist_id.ids})
        self.assertIn(own, self.config._get_available_pricelists())
        self.env.cr.execute('UPDATE membership_tier SET pricelist_id = %s WHERE id = %s', [euro.id, self.gold.id])
        self.gold.invalidate_recordset()
        self.assertNotIn(euro, self.config._get_available_pricelists())
