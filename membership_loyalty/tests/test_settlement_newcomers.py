from datetime import date, datetime
from decimal import Decimal

from odoo.tests import tagged

from ..models.membership_document import Posting
from .common_settlement import SettlementCommon


@tagged('post_install', '-at_install')
class TestSettlementNewcomers(SettlementCommon):
    """What happened in the shops of a party before it was set up comes onto its statements."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop = cls.env['membership.shop'].create({
            'name': "Kiosk", 'code': 'KIOSK', 'company_id': cls.operator.id})
        cls.newcomer = cls.env['membership.party'].create({
            'name': "Newcomer", 'code': 'N', 'kind': 'external', 'operator_id': cls.operator.id,
            'partner_id': cls.env['res.partner'].create({'name': "Newcomer"}).id, 'currency_id': cls.cny.id})
        cls.parties['N'] = cls.newcomer
        cls.rates = {('issue', 'per_point'): '0.1', ('reimb', 'per_point'): '0.08', ('brkg', 'percent'): '50'}

    def at_the_kiosk(self, kind, points, at, **values):
        return self.post(None, kind, points, at, shop_id=self.shop.id, **values)

    def place(self, entries):
        return [(entry.party_id.code, str(entry.settle_date or '')) for entry in entries]

    def test_events_since_the_first_day_are_taken_over_once(self):
        before = self.at_the_kiosk('earn', 50, '2026-09-20 03:00:00')
        earned = self.at_the_kiosk('earn', 100, '2026-10-05 03:00:00')
        elsewhere = self.earn(None, 30, '2026-10-05 03:00:00')
        self.shop.party_id = self.newcomer
        self.assertEqual(self.place(earned), [(False, '')], "Nothing is agreed yet")
        self.agree(self.newcomer, '2026-10-01', rates=self.rates)
        self.assertEqual(self.place(earned + before + elsewhere), [('N', '2026-10-05'), (False, ''), (False, '')])
        self.assertIn("1 events and 0 purchases since 10/01/2026", self.newcomer.agreement_ids.message_ids[0].body)
        said = len(self.newcomer.agreement_ids.message_ids)
        self.newcomer._adopt_events()
        self.assertEqual(len(self.newcomer.agreement_ids.message_ids), said, "Nothing more to take over")
        self.assertAuditClean()

    def test_what_takes_back_or_uses_points_follows_where_they_were_issued(self):
        self.at_the_kiosk('earn', 40, '2026-09-20 03:00:00', key='old')
        self.at_the_kiosk('earn', 100, '2026-10-05 03:00:00', key='sale')
        back_old = self.post(None, 'earn', -10, '2026-10-06 03:00:00', key='back-old', origins=('old',))
        back = self.post(None, 'earn', -20, '2026-10-06 03:00:00', key='back', origins=('sale',))
        spent = self.redeem('C', 90, '2026-10-07 03:00:00')
        self.shop.party_id = self.newcomer
        self.agree(self.newcomer, '2026-10-01', rates=self.rates)
        self.assertEqual(self.place(back + back_old + spent), [
            ('N', '2026-10-06'), (False, ''), ('C', '2026-10-07')])
        used = self.env['membership.ledger.match'].search([('debit_id', '=', spent.id)])
        self.assertEqual({(match.lot_party_id.code, match.amount) for match in used}, {(False, 30), ('N', 60)})
        settlement = self.settle('2026-10-01', '2026-10-31')['N']
        self.assertEqual([(line.charge, line.amount, line.is_reversal) for line in settlement.line_ids],
                         [('issue', 10, False), ('issue', -2, True)])
        self.assertAuditClean()

    def test_a_shop_that_is_given_to_a_party_later_brings_its_events(self):
        self.agree(self.newcomer, '2026-10-01', rates=self.rates)
        earned = self.at_the_kiosk('earn', 100, '2026-10-05 03:00:00')
        self.newcomer._close(date(2026, 10, 31))
        self.shop.party_id = self.newcomer
        self.assertEqual(self.place(earned), [('N', '2026-11-01')], "October is closed: they are late")

    def test_an_own_company_takes_over_what_happened_in_it_but_not_in_shops_of_others(self):
        company = self.env['res.company'].create({'name': "Store Z", 'currency_id': self.cny.id})
        theirs = self.env['membership.shop'].create({
            'name': "Corner", 'code': 'CORNER', 'company_id': company.id, 'party_id': self.parties['B'].id})
        posting = Posting(
            key='own', card_id=self.member.id, kind='earn', wanted=Decimal(10), company_id=company.id, channel='pos',
            occurred_at=datetime(2026, 10, 5, 3), date=date(2026, 10, 5))
        own = self.env['membership.ledger.entry'].sudo()._reconcile([
            posting, posting._replace(key='corner', shop_id=theirs.id)])
        party = self.env['membership.party'].create({
            'name': "Store Z", 'code': 'Z', 'kind': 'company', 'operator_id': self.operator.id,
            'partner_id': company.partner_id.id, 'company_id': company.id, 'currency_id': self.cny.id})
        self.parties['Z'] = party
        self.agree(party, '2026-10-01', rates=self.rates)
        self.assertEqual(self.place(own), [('Z', '2026-10-05'), ('B', '2026-10-05')])
