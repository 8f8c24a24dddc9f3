from freezegun import freeze_time

from odoo.tests.common import TransactionCase, new_test_user
from odoo.tools import SQL


class SettlementPortalCommon(TransactionCase):
    """October of party B, sent on 3 November: 100,000 points issued, some accepted; people on both sides.

    To be mixed in before SettlementCommon.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        frozen = freeze_time('2026-11-03 02:00:00')
        frozen.start()
        cls.addClassCleanup(frozen.stop)
        cls.manager = cls.create_user('settle_manager', 'membership_loyalty.group_settlement_manager')
        cls.settlement_user = cls.create_user('settle_user', 'membership_loyalty.group_settlement_user')
        cls.auditor = cls.create_user('settle_auditor', 'membership_loyalty.group_membership_auditor')
        cls.portal_user = cls.create_portal_user('B')

    @classmethod
    def create_user(cls, login, group):
        return new_test_user(
            cls.env, login=login, groups=group, company_id=cls.operator.id, email=f'{login}@example.com',
            company_ids=(cls.operator + cls.store).ids)

    @classmethod
    def create_portal_user(cls, code):
        login = f'portal_{code.lower()}'
        user = new_test_user(cls.env, login=login, groups='base.group_portal', password=f'{login}_pw')
        user.partner_id.parent_id = cls.parties[code].partner_id
        return user

    def month(self, redeemed=(5000, 3000), code='B'):
        """Return the statement of a party for October, sent."""
        if not getattr(self, 'settlement', False):
            self.earn(code, 100000, '2026-10-05 03:00:00')
            for number, points in enumerate(redeemed):
                self.redeem(code, points, f'2026-10-{6 + number:02d} 03:00:00', description=f"Receipt {1001 + number}")
            self.settlement = self.settle('2026-10-01', '2026-10-31')[code]
            self.settlement.with_user(self.manager).action_send()
        return self.settlement

    def dispute(self, charge, number, reason="Not ours"):
        """Dispute one transaction of the statement as the portal user of B does."""
        settlement = self.month()
        line = settlement.line_ids.filtered(lambda line: line.charge == charge)
        key = line._transactions()[number]['key']
        wanted = SQL("SELECT t.k, t.atom_id FROM (%s) t WHERE t.atom_id = %s",
                     line._transactions_query(), int(key.partition('-')[2]))
        return settlement.with_user(self.portal_user).sudo()._open_dispute(line, reason, wanted).sudo(False).with_user(
            self.env.user)
