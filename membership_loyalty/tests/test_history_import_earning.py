from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import MembershipCommon


def row(reference, member, amount, **values):
    return {
        'reference': reference, 'member_ref': member, 'timestamp': '2017-03-01 12:00:00', 'amount': amount, **values}


@tagged('post_install', '-at_install')
class TestHistoryImportEarning(MembershipCommon):
    """What of the page Earning holds for purchases of before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner.ref = 'ADA'

    def load(self, rows):
        return self.env['membership.history.import']._load(rows, self.program)

    def account_of(self, ref):
        return self.env['loyalty.card'].search([('program_id', '=', self.program.id), ('partner_id.ref', '=', ref)])

    def test_points_on_prices_without_tax_and_their_refund(self):
        self.program.earn_on = 'excluded'
        self.load([row('R1', 'ADA', '119', amount_untaxed='100'), row('R2', 'BOB', '50', amount_untaxed='')])
        self.assertEqual([self.account_of(ref).points for ref in ('ADA', 'BOB')], [100, 50])
        self.load([row('R3', 'ADA', '-59.50', amount_untaxed='-50', origin='R1')])
        self.assertEqual(self.account.points, 50)

    def test_multipliers_and_limits_are_not_for_what_was_bought_before(self):
        self.program.write({
            'earn_cap_order': 10, 'earn_cap_day': 10, 'earn_budget': 10, 'multiplier_ids': [Command.create({
                'name': "Always", 'factor': 3})]})
        self.load([row('R1', 'ADA', '119')])
        self.assertEqual(self.account.points, 119)

    def test_points_of_articles_need_points_in_the_file(self):
        self.program.product_rate_ids = [Command.create({
            'product_ids': self.env['product.product'].create({'name': "Tobacco"}).ids, 'rate': 0})]
        with self.assertRaisesRegex(UserError, "column named points"):
            self.load([row('R1', 'ADA', 5)])
