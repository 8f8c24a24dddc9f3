from odoo import fields
from odoo.tests import HttpCase, tagged

from ..tools import earning
from .common import MembershipCommon


@tagged('post_install', '-at_install')
class TestEarningPortal(MembershipCommon, HttpCase):

    def test_the_member_reads_how_the_points_came_about(self):
        member = self.create_user('ada_earning', 'base.group_portal', password='ada_earning_pw')
        account = self.program._enrol(member.partner_id)
        account._membership_post_single('earn', 150, 'shop:1', "Order 1")
        account._membership_post_single('earn', 20, 'shop:2', "Order 2")
        rule, factor = earning.Rule('money', 1), earning.Factor('multiplier', "Member day", earning.Decimal('1.5'))
        line = earning.Line(1, earning.Decimal(1), earning.Decimal(100), earning.Decimal(100))
        now = fields.Datetime.now()
        self.env['membership.purchase']._upsert([{
            'card_id': account.id, 'company_id': self.env.company.id, 'channel': 'sale', 'amount_total': 100,
            'occurred_at': now, 'date': now.date(), 'document_key': 'shop:1',
            'explanation': earning.dump(earning.earn([line], [rule], [factor]))}])
        self.authenticate('ada_earning', 'ada_earning_pw')
        text = self.url_open('/my/membership').text
        for expected in ("Order 2", "Member day: 1.5 times", "+50", "On $\xa0100.00"):
            self.assertIn(expected, text)
        self.assertEqual(text.count("times"), 1)
