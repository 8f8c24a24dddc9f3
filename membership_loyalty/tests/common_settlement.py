from datetime import date, datetime
from decimal import Decimal

from odoo.fields import Command
from odoo.tests.common import TransactionCase

from ..models.membership_document import Posting, local_date
from .common import MembershipCommon

TZ = 'Asia/Shanghai'
# Fixture F: code -> (kind, basis, {(charge, unit): rate}), per point in CNY without tax; D is paid in HKD.
AGREEMENTS = {
    'A': ('company', 'issue', {('issue', 'per_point'): '0.09', ('reimb', 'per_point'): '0.08'}),
    'B': ('external', 'issue', {('issue', 'per_point'): '0.1', ('reimb', 'per_point'): '0.085', ('fee', 'percent'): '2',
                                ('brkg', 'percent'): '40'}),
    'C': ('external', 'redeem', {('reimb', 'per_point'): '0.09', ('mkt', 'per_point'): '0.005',
                                 ('fund', 'per_point'): '0.095'}),
    'D': ('external', 'issue', {('issue', 'per_point'): '0.11', ('reimb', 'per_point'): '0.095'}),
    'K': ('bank', 'issue', {('issue', 'per_point'): '0.08', ('comm', 'percent'): '0.6'}),
}


class SettlementCommon(TransactionCase):
    """A programme in CNY and five parties who settle with its operator from January 2026 on."""

    assertAuditClean = MembershipCommon.assertAuditClean

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, 'tracking_disable': True})
        cls.cny, cls.hkd = cls.env['res.currency'].with_context(active_test=False).search(
            [('name', 'in', ('CNY', 'HKD'))], order='name')
        (cls.cny | cls.hkd).active = True
        cls.operator = cls.env['res.company'].create({'name': "Operator", 'currency_id': cls.cny.id})
        cls.store = cls.env['res.company'].create({'name': "Store A", 'currency_id': cls.cny.id})
        cls.env.user.company_ids += cls.operator + cls.store
        cls.env = cls.env(context={**cls.env.context, 'allowed_company_ids': (cls.operator + cls.store).ids})
        cls.program = MembershipCommon.create_program(
            cls.env, membership_tz=TZ, currency_id=cls.cny.id, company_id=False)
        cls.parties = {code: cls.create_party(code) for code in AGREEMENTS}
        cls.member = cls.program._enrol(cls.env['res.partner'].create({'name': "Lin Member"}))

    @classmethod
    def create_party(cls, code, date_from=date(2026, 1, 1), **values):
        kind, basis, rates = AGREEMENTS[code]
        party = cls.env['membership.party'].create({
            'name': f"Party {code}", 'code': code, 'kind': kind, 'operator_id': cls.operator.id,
            'partner_id': cls.store.partner_id.id if kind == 'company'
            else cls.env['res.partner'].create({'name': f"Party {code}", 'is_company': True}).id,
            'company_id': cls.store.id if kind == 'company' else False,
            'currency_id': (cls.hkd if code == 'D' else cls.cny).id})
        cls.agree(party, date_from, basis=basis, rates=rates, **values)
        return party

    @classmethod
    def agree(cls, party, date_from, rates, date_to=False, **values):
        """Write and activate a version of an agreement.

        :param rates: {(charge, unit): rate}
        """
        agreement = cls.env['membership.agreement'].create({
            'party_id': party.id, 'program_id': cls.program.id, 'date_from': date_from, 'date_to': date_to, **values,
            'rate_ids': [Command.create({'charge': charge, 'unit': unit, 'rate': float(rate)})
                         for (charge, unit), rate in rates.items()]})
        agreement.action_activate()
        return agreement

    # ------------------------------------------------------------------ events

    def post(self, code, kind, points, at, member=None, key=None, origins=(), **values):
        """Post an event at a party.

        :param code: of the party; None for the operator itself
        :param points: signed
        :param at: UTC, as datetime or text
        :return: the new ledger entries
        """
        member = member or self.member
        at = at if isinstance(at, datetime) else datetime.fromisoformat(at.replace('Z', ''))
        self.events = getattr(self, 'events', 0) + 1
        company = self.store if code == 'A' else self.operator
        return self.env['membership.ledger.entry'].sudo()._reconcile([Posting(
            key=key or f'test:{self.id()}:{self.events}', card_id=member.id, kind=kind, wanted=Decimal(points),
            company_id=company.id, channel='api', occurred_at=at, date=local_date(at, TZ), origins=tuple(origins),
            party_id=self.parties[code].id if code else None, **values)])

    def earn(self, code, points, at, **values):
        return self.post(code, 'earn', points, at, **values)

    def redeem(self, code, points, at, **values):
        return self.post(code, 'redeem', -Decimal(points), at, **values)

    def settle(self, date_from, date_to):
        """Close and compute a month with every party.

        :return: {code: membership.settlement}
        """
        run = self.env['membership.settlement.run'].sudo().create({
            'program_id': self.program.id, 'company_id': self.operator.id, 'date_from': date_from, 'date_to': date_to})
        run._draft_settlements()
        for settlement in run.settlement_ids:
            settlement.party_id._close(settlement.date_to)
            settlement._compute_settlement()
        run._finish()
        return {settlement.party_id.code: settlement for settlement in run.settlement_ids}
