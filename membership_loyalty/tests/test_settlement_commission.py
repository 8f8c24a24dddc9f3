from datetime import datetime

from odoo.tests import tagged

from ..models.membership_document import local_date
from .common_settlement import TZ, SettlementCommon


@tagged('post_install', '-at_install')
class TestSettlementCommission(SettlementCommon):
    """What is bought with a co-branded card is what its partner pays commission on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['membership.card.range'].create([
            {'party_id': cls.parties['K'].id, 'program_id': cls.program.id, 'first': '62000000', 'last': '62009999'},
            {'party_id': cls.parties['B'].id, 'program_id': cls.program.id, 'first': '73000000', 'last': '73009999'}])
        cls.card = cls.env['membership.card']._issue(cls.member, 'cobranded', ['62000001'])

    def buy(self, key, amount, at, card=None, origin=None, member=None):
        """Record where a purchase stands, as a till does."""
        at = datetime.fromisoformat(at)
        self.env['membership.purchase'].sudo()._upsert([self.row(key, amount, at, card, origin, member)])

    def row(self, key, amount, at, card=None, origin=None, member=None):
        return {
            'card_id': (member or self.member).id, 'membership_card_id': card and card.id,
            'company_id': self.operator.id, 'channel': 'pos', 'amount_total': amount, 'amount_untaxed': amount,
            'base_amount': amount, 'is_refund': bool(origin), 'origin_key': origin, 'occurred_at': at,
            'date': local_date(at, TZ), 'document_key': key}

    def spends(self, *keys):
        """Return [(party, amount, day, priced as of)] of some documents, in the order of posting."""
        return [(row.party_id.code, row.amount, str(row.date), str(row.price_date or ''))
                for row in self.env['membership.partner.spend'].search([('document_key', 'in', keys)], order='id')]

    def commission(self, settlement):
        return [(line.amount, line.is_reversal, line.quantity) for line in settlement.line_ids
                if line.charge == 'comm']

    def agree_on(self, scope, party='K', date_from='2026-03-01'):
        self.agree(self.parties[party], date_from, rates={('comm', 'percent'): '0.6'}, commission_on=scope)

    # ------------------------------------------------------------------ the card that was shown

    def test_commission_of_a_month_and_of_what_comes_back_in_the_next_one(self):
        self.buy('sale', 12345.67, '2026-10-05 03:00:00', card=self.card)
        self.assertEqual(self.commission(self.settle('2026-10-01', '2026-10-31')['K']), [(74.07, False, 12345.67)])
        # Other rates hold when it comes back: the day of the purchase decides.
        self.agree(self.parties['K'], '2026-11-01', rates={('comm', 'percent'): '5'})
        self.buy('refund', -345.67, '2026-11-06 03:00:00', card=self.card, origin='sale')
        self.assertEqual(self.spends('refund'), [('K', -345.67, '2026-11-06', '2026-10-05')])
        self.assertEqual(self.commission(self.settle('2026-11-01', '2026-11-30')['K']), [(-2.07, True, -345.67)])

    def test_a_purchase_without_the_card_counts_for_nobody(self):
        self.buy('plain', 100, '2026-10-05 03:00:00')
        self.assertEqual(self.spends('plain'), [])

    def test_a_partner_without_commission_is_sent_no_spending(self):
        other = self.env['membership.card']._issue(self.member, 'cobranded', ['73000001'])
        self.buy('elsewhere', 100, '2026-10-05 03:00:00', card=other)
        self.assertEqual(self.spends('elsewhere'), [])

    def test_a_document_is_followed_by_target(self):
        self.buy('sale', 100, '2026-10-05 03:00:00', card=self.card)
        self.buy('sale', 100, '2026-10-05 03:00:00', card=self.card)
        self.assertEqual(self.spends('sale'), [('K', 100, '2026-10-05', '')])
        self.buy('sale', 80, '2026-10-05 03:00:00', card=self.card)
        self.env['membership.purchase'].sudo()._forget(['sale'])
        self.env['membership.purchase'].sudo()._forget(['sale'])
        self.assertEqual([amount for _party, amount, *_days in self.spends('sale')], [100, -20, -80])

    def test_a_sale_and_its_refund_may_come_together(self):
        moment = datetime(2026, 10, 5, 3)
        self.env['membership.purchase'].sudo()._upsert([
            self.row('refund', -30, moment, origin='sale'), self.row('sale', 100, moment, card=self.card)])
        self.assertEqual(sorted(self.spends('sale', 'refund')), [
            ('K', -30, '2026-10-05', ''), ('K', 100, '2026-10-05', '')])

    def test_a_correction_after_closing_is_priced_as_of_the_purchase_and_settled_later(self):
        self.buy('sale', 100, '2026-10-05 03:00:00', card=self.card)
        self.settle('2026-10-01', '2026-10-31')
        self.buy('sale', 60, '2026-10-05 03:00:00', card=self.card)
        late = self.env['membership.partner.spend'].search([('document_key', '=', 'sale')], order='id desc', limit=1)
        self.assertEqual((late.amount, str(late.settle_date), str(late.date)), (-40, '2026-11-01', '2026-10-05'))
        settlement = self.settle('2026-11-01', '2026-11-30')['K']
        self.assertEqual(self.commission(settlement), [(-0.24, True, -40)])
        self.assertTrue(settlement.line_ids.is_late)

    def test_what_was_counted_stays_with_the_partner_when_the_card_is_gone(self):
        self.agree_on('member')
        self.buy('sale', 100, '2026-10-05 03:00:00')
        self.card.action_freeze()
        self.buy('sale', 90, '2026-10-05 03:00:00')
        self.buy('refund', -90, '2026-10-09 03:00:00', origin='sale')
        self.buy('later', 50, '2026-10-09 03:00:00')
        self.assertEqual([(party, amount) for party, amount, *_days in self.spends('sale', 'refund', 'later')],
                         [('K', 100), ('K', -10), ('K', -90)])

    # ------------------------------------------------------------------ all purchases of card holders

    def test_by_agreement_everything_counts_that_a_card_holder_buys(self):
        stranger = self.program._enrol(self.env['res.partner'].create({'name': "No Card"}))
        self.agree_on('member')
        self.buy('hers', 100, '2026-10-05 03:00:00')
        self.buy('his', 100, '2026-10-05 03:00:00', member=stranger)
        self.buy('before', 100, '2026-02-05 03:00:00')
        self.assertEqual(self.spends('hers', 'his', 'before'), [('K', 100, '2026-10-05', '')])

    def test_the_card_that_was_shown_goes_before_the_card_that_is_held(self):
        self.agree_on('member')
        self.agree_on('member', party='B')
        other = self.env['membership.card']._issue(self.member, 'cobranded', ['73000001'])
        self.buy('shown', 100, '2026-10-05 03:00:00', card=self.card)
        self.buy('held', 100, '2026-10-05 03:00:00')
        self.assertEqual([party for party, *_values in self.spends('shown', 'held')], ['K', 'B'])
        self.assertEqual(other.party_id, self.parties['B'])

    # ------------------------------------------------------------------ cost and history

    def test_an_order_costs_one_query_more_and_none_without_ranges(self):
        rows = [[self.row(key, 100, datetime(2026, 10, 5, 3), card=self.card)] for key in ('warm', 'with', 'without')]
        purchases = self.env['membership.purchase'].sudo()
        spends = type(self.env['membership.partner.spend'])
        purchases._upsert(rows[0])
        counted = []
        follow = spends._follow

        def counting(model, keys):
            before = model.env.cr.sql_log_count
            result = follow(model, keys)
            counted.append(model.env.cr.sql_log_count - before)
            return result

        self.patch(spends, '_follow', counting)
        purchases._upsert(rows[1])
        self.env['membership.card'].search([('number', '=', '62000001')])
        ranges = type(self.env['membership.card.range'])
        self.patch(ranges, '_membership_any_range', lambda model: False)
        purchases._upsert(rows[2])
        self.assertEqual(counted, [1, 0])

    def test_purchases_of_a_history_count_as_well(self):
        imported = self.env['membership.history.import']._load([
            {'reference': 'h1', 'member_ref': 'm1', 'timestamp': '2026-05-01 10:00:00', 'amount': '10.00',
             'card_number': '62000777', 'origin': None},
            {'reference': 'h2', 'member_ref': 'm1', 'timestamp': '2026-05-03 10:00:00', 'amount': '-4.00',
             'card_number': None, 'origin': 'h1'}], self.program, self.operator)
        self.assertEqual((imported.purchases, imported.rejected), (2, []))
        keys = [f'import:{self.program.id}:{reference}' for reference in ('h1', 'h2')]
        self.assertEqual(self.spends(*keys), [('K', 10, '2026-05-01', ''), ('K', -4, '2026-05-03', '2026-05-01')])

    def test_purchases_before_the_agreement_was_put_in_force_are_taken_over(self):
        other = self.env['membership.card']._issue(self.member, 'cobranded', ['73000001'])
        self.buy('late', 100, '2026-10-05 03:00:00', card=other)
        self.agree(self.parties['B'], '2026-10-01', rates={('comm', 'percent'): '1'})
        self.assertEqual(self.spends('late'), [('B', 100, '2026-10-05', '')])
        self.assertIn("1 purchases since 10/01/2026", self.parties['B'].agreement_ids[0].message_ids[0].body)
