import io
from decimal import Decimal

from openpyxl import load_workbook

from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.membership_loyalty.tests.common_settlement import SettlementCommon

from .office import recalculated


@tagged('post_install', '-at_install')
class TestSettlementWorkbook(SettlementCommon):
    """October of five parties, with an adjustment, a late refund and a statement in another currency."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env, 'settler', 'membership_loyalty.group_settlement_manager', company_id=cls.operator.id,
            company_ids=[Command.set(cls.operator.ids)])
        cls.shop = cls.env['membership.shop'].create({
            'name': "=cmd()+Shop <r>", 'code': "X1", 'company_id': cls.operator.id,
            'party_id': cls.parties['B'].id})

    def month(self):
        """Post October and settle it; return the statements by party."""
        self.earn('A', 100, '2026-10-01 03:00:00')
        self.earn('B', 12345, '2026-10-05 03:00:00', shop_id=self.shop.id, description="<r>Till 1 & 2</r>")
        self.earn('C', 80, '2026-10-05 16:30:00')
        self.earn('D', '10.5', '2026-10-07 03:00:00')
        self.redeem('B', 8000, '2026-10-06 03:00:00')
        self.redeem('A', 40, '2026-10-08 03:00:00')
        self.redeem('C', 190, '2026-10-08 03:00:00')
        self.env['membership.settlement.adjustment'].create({
            'party_id': self.parties['B'].id, 'program_id': self.program.id, 'direction': 'hq_to_party',
            'amount': 12.34, 'reason': "Posters in the shop windows", 'date': '2026-10-20',
            'currency_id': self.cny.id})
        return self.settle('2026-10-01', '2026-10-31')

    def send(self, settlement):
        self.seen_by(self.manager, settlement).action_send()
        return settlement

    def seen_by(self, user, record):
        return record.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)

    def content(self, settlement):
        return settlement.workbook_id.raw

    def values(self, settlement):
        return load_workbook(io.BytesIO(self.content(settlement)), data_only=True)

    def rows(self, sheet):
        """Return the rows of a sheet as dicts by title."""
        titles, *rows = sheet.iter_rows(values_only=True)
        return [dict(zip(titles, row, strict=True)) for row in rows]

    def figures(self, book):
        """Return {label: figure} of the summary."""
        return {row[0]: row[1] for row in book['Summary'].iter_rows(values_only=True) if row[0]}

    def test_x(self):
        s = self.send(self.month()['B'])
        open('/tmp/x.xlsx', 'wb').write(self.content(s))
        b = recalculated(self.content(s))
        for sh in b:
            print(sh.title)
            for r in sh.iter_rows(values_only=True):
                print(r)
