from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from ..tools import card_number
from .common import MembershipCommon


@tagged('post_install', '-at_install')
class TestPortal(MembershipCommon, HttpCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member = cls.create_user('ada_portal', 'base.group_portal', password='ada_portal_pw')
        cls.own = cls.program._enrol(cls.member.partner_id)
        cls.own._membership_post_single('bonus', 42, 'bonus:own', "Birthday gift")
        cls.account._membership_post_single('bonus', 777, 'bonus:other', "Gift of another member")

    def page(self, url='/my/membership'):
        self.authenticate('ada_portal', 'ada_portal_pw')
        return self.url_open(url)

    def test_the_member_sees_card_tier_points_and_movements(self):
        text = self.page().text
        number = self.own.membership_card_id.number
        for expected in ("Basic", "42 Points", "Birthday gift", card_number.mask(number), 'data:image/png;base64'):
            self.assertIn(expected, text)
        self.assertNotIn(number, text)

    def test_another_members_page_shows_nothing_of_his(self):
        response = self.page(f'/my/membership/{self.account.id}')
        self.assertTrue(response.url.endswith('/my/membership'))
        card = self.account.membership_card_id
        # Four bare digits may stand in any page by chance, in the name of an asset for one.
        for secret in ("Gift of another member", "777 Points", card.number, card._masked_number()):
            self.assertNotIn(secret, response.text)

    def test_points_about_to_expire_are_announced(self):
        self.own._membership_post_single(
            'earn', 13, 'soon', "Soon", expires_on=fields.Date.today() + timedelta(days=10))
        self.own._membership_post_single(
            'earn', 17, 'later', "Later", expires_on=fields.Date.today() + timedelta(days=400))
        text = self.page().text
        self.assertIn("Expiring soon", text)
        self.assertIn("13 Points", text)
        self.assertNotIn("17 Points", text)

    def test_a_blocked_card_shows_no_code(self):
        self.own.membership_card_ids.action_freeze()
        text = self.page().text
        self.assertIn("is blocked", text)
        self.assertNotIn("QR code of your card", text)

    def test_who_is_no_member_is_told_so(self):
        self.create_user('guest_portal', 'base.group_portal', password='guest_portal_pw')
        self.authenticate('guest_portal', 'guest_portal_pw')
        self.assertIn("not a member yet", self.url_open('/my/membership').text)

    def test_a_visitor_has_to_log_in(self):
        self.authenticate(None, None)
        self.assertIn('/web/login', self.url_open('/my/membership').url)
