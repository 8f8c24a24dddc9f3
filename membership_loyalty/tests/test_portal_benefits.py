from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import MembershipCommon
from .common_benefits import MembershipBenefitMixin


@tagged('post_install', '-at_install')
class TestPortalBenefits(MembershipBenefitMixin, MembershipCommon, HttpCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member = cls.create_user('ada_gifts', 'base.group_portal', password='ada_gifts_pw')
        cls.own = cls.program._enrol(cls.member.partner_id)
        cls.voucher = cls.create_benefit('birthday', name="Birthday voucher", coupon_program_id=cls.create_coupons().id)

    def page(self):
        self.authenticate('ada_gifts', 'ada_gifts_pw')
        return self.url_open('/my/membership').text

    def test_the_member_sees_vouchers_and_free_articles(self):
        article = self.env['product.product'].create({'name': "Coffee"})
        self.create_benefit('free_use', name="Free coffee", product_id=article.id, use_limit=2)
        give = self.env['membership.benefit.grant']._give
        own, other = give([(self.voucher, account, '2026') for account in (self.own, self.account)])
        text = self.page()
        for expected in ("Your gifts", "Birthday voucher", own.coupon_code, "Free coffee", "2 of 2 left this month"):
            self.assertIn(expected, text)
        self.assertNotIn(other.coupon_code, text)
        self.assertNotIn("Bring a friend", text)
        own.valid_until = fields.Date.today() - timedelta(days=2)
        self.assertNotIn(own.coupon_code, self.page())

    def test_the_member_has_a_link_for_friends(self):
        self.create_benefit('referrer', points=10)
        text = self.page()
        code = self.own.referral_code
        self.assertIn(f'/membership/join/{code}', text)
        self.authenticate(None, None)
        invitation = self.url_open(f'/membership/join/{code}')
        self.assertIn(code, invitation.text)
        self.assertIn("Club", invitation.text)
        self.assertNotIn(self.member.name, invitation.text)
        self.assertEqual(self.url_open('/membership/join/8EAAW-5XREE').status_code, 404)
