from odoo.fields import Command
from odoo.tests import tagged

from .common import MembershipPosCommon


@tagged('post_install', '-at_install')
class TestCardShown(MembershipPosCommon):
    """The card that a till reads decides for which partner a purchase counts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        operator = cls.env['res.company'].create({'name': "Operator"})
        cls.bank = cls.env['membership.party'].create({
            'name': "Bank", 'code': 'TILLBANK', 'kind': 'bank', 'operator_id': operator.id,
            'currency_id': cls.program.currency_id.id,
            'partner_id': cls.env['res.partner'].create({'name': "Bank"}).id})
        cls.env['membership.card.range'].create({
            'party_id': cls.bank.id, 'program_id': cls.program.id, 'first': '62000000', 'last': '62009999'})
        cls.env['membership.agreement'].create({
            'party_id': cls.bank.id, 'program_id': cls.program.id, 'date_from': '2020-01-01',
            'rate_ids': [Command.create({'charge': 'comm', 'rate': 0.6})]}).action_activate()
        cls.card = cls.env['membership.card']._issue(cls.account, 'cobranded', ['62000001'])

    def spends(self):
        return [(row.party_id, row.amount) for row in self.env['membership.partner.spend'].search([], order='id')]

    def test_the_till_says_which_card_it_read_and_the_purchase_counts_for_its_partner(self):
        answer = self.env['loyalty.card'].with_user(self.cashier).membership_identify(self.card.number)
        self.assertEqual(answer['card'], self.card.id)
        order = self.sell(self.line(self.shirt), membership_card_shown_id=answer['card'])
        self.assertEqual(self.purchase(order).membership_card_id, self.card)
        self.assertEqual(self.spends(), [(self.bank, 100)])
        self.sell(self.refund_of(order.lines))
        self.assertEqual(self.spends(), [(self.bank, 100), (self.bank, -100)])

    def test_without_a_card_or_with_that_of_somebody_else_it_counts_for_nobody(self):
        other = self.program._enrol(self.env['res.partner'].create({'name': "Other"}))
        theirs = self.env['membership.card']._issue(other, 'cobranded', ['62000002'])
        for shown in (0, theirs.id, 2 ** 30):
            order = self.sell(self.line(self.shirt), membership_card_shown_id=shown)
            self.assertFalse(self.purchase(order).membership_card_id)
        self.assertEqual(self.spends(), [])
