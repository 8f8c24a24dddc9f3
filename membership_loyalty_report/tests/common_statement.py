import io

from openpyxl import load_workbook

from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.membership_loyalty.tests.common import MembershipCommon
from odoo.addons.membership_loyalty.tests.common_settlement import SettlementCommon


class StatementCommon(SettlementCommon):
    """October of five parties: with an adjustment, a reversal and a shop whose name looks like a formula."""

    run_job = MembershipCommon.run_job

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.create_user('settler', 'membership_loyalty.group_settlement_manager')
        cls.auditor = cls.create_user('auditor', 'membership_loyalty.group_membership_auditor')
        cls.shop = cls.env['membership.shop'].create({
            'name': "=cmd()+Shop", 'code': "X1", 'company_id': cls.operator.id, 'party_id': cls.parties['B'].id})

    @classmethod
    def create_user(cls, login, *groups, company=None):
        company = company or cls.operator
        return new_test_user(
            cls.env, login, ','.join(groups), company_id=company.id, company_ids=[Command.set(company.ids)])

    def month(self):
        """Post October and compute it; return the statements by the party's code."""
        self.earn('A', 100, '2026-10-01 03:00:00')
        self.earn('B', '12345.67', '2026-10-05 03:00:00', shop_id=self.shop.id, description="<r>Till 1 & 2</r>")
        self.earn('C', 80, '2026-10-05 16:30:00')
        self.earn('D', '10.5', '2026-10-07 03:00:00')
        self.redeem('A', 140, '2026-10-06 03:00:00')
        self.redeem('B', '7860.33', '2026-10-07 03:00:00', key='till:1')
        self.post('B', 'redeem', '7860.33', '2026-10-08 03:00:00', key='till:2', origins=('till:1',))
        self.redeem('C', 190, '2026-10-08 03:00:00')
        self.env['membership.settlement.adjustment'].create({
            'party_id': self.parties['B'].id, 'program_id': self.program.id, 'direction': 'hq_to_party',
            'amount': 12.34, 'reason': "+Posters in the shop windows", 'date': '2026-10-20',
            'currency_id': self.cny.id})
        return self.settle('2026-10-01', '2026-10-31')

    def seen_by(self, user, record):
        return record.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)

    def send(self, settlement):
        self.seen_by(self.manager, settlement).action_send()
        return settlement

    def book(self, settlement, **options):
        return load_workbook(io.BytesIO(settlement.workbook_id.raw), **options)

    def rows(self, sheet):
        """Return the rows of a sheet as dicts by title."""
        titles, *rows = sheet.iter_rows(values_only=True)
        return [dict(zip(titles, row, strict=True)) for row in rows]

    def figures(self, book):
        """Return {label: figure} of the summary."""
        return {row[0]: row[1] for row in book['Summary'].iter_rows(values_only=True) if row[0]}

