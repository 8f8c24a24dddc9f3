from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.settlement import rounded, version_on
from ..tools.settlement_control import controls, overdraft, roll_forward

# Everything a party agrees to, as the database has it: numbers with all their digits, nothing left out when empty.
SEAL = """
    SELECT s.id, encode(sha256(convert_to(jsonb_build_array(
               s.name, s.party_id, s.program_id, s.company_id, s.currency_id, s.date_from, s.date_to, s.revision,
               s.receivable, s.payable, s.net, s.carried_in, s.balance, s.control, s.roll_forward,
               (SELECT jsonb_agg(jsonb_build_array(
                           l.sequence, l.charge, l.value_type, l.direction, l.agreement_id, l.rate_id, l.rate, l.unit,
                           l.is_late, l.original_period, l.is_reversal, l.atoms, l.quantity, l.exact, l.amount,
                           l.adjustment_id, l.origin_line_id) ORDER BY l.sequence, l.id)
                  FROM membership_settlement_line l WHERE l.settlement_id = s.id))::text, 'UTF8')), 'hex') AS seal
      FROM membership_settlement s
"""


class MembershipSettlement(models.Model):
    """What shows that a statement is whole, and that nobody has changed it."""

    _inherit = 'membership.settlement'

    control_html = fields.Html(
        string="Controls", compute='_compute_control_html', help="Counts and sums of what is on the statement.")

    @api.depends('control', 'roll_forward')
    def _compute_control_html(self):
        for settlement in self:
            settlement.control_html = self.env['ir.qweb']._render('membership_loyalty.settlement_control', {
                'families': settlement._control_rows(), 'roll_forward': settlement._roll_forward_rows(),
                'overdraft': (settlement.control or {}).get('overdraft'),
            }) if settlement.control else False

    def _control_rows(self):
        """Return (label, controls) of each family of movements on the statement."""
        labels = {
            'entry': self.env._("Points issued, accepted and moved"), 'match': self.env._("Own points used or expired"),
            'spend': self.env._("Spending with co-branded cards"), 'cover': self.env._("Earlier overdrafts covered")}
        return [(labels[family], sums) for family, sums in self.control['families'].items()]

    def _roll_forward_rows(self):
        """Return (label, points as text) from what was open at the beginning to what is open now."""
        labels = {
            'opening': self.env._("Open at the beginning"), 'issued': self.env._("Points issued"),
            'redeemed': self.env._("Points redeemed"), 'expired': self.env._("Points expired"),
            'adjusted': self.env._("Points adjusted"), 'closing': self.env._("Open at the end")}
        return [(labels[name], self.roll_forward[name]) for name in labels] if self.roll_forward else []

    def _check_can_send(self):
        """Refuse to send what nobody has agreed on, or what does not add up.

        :raise UserError: naming what is missing
        """
        self.ensure_one()
        unpriced = (self.control or {}).get('unpriced')
        if unpriced:
            kinds = dict(self.env['membership.ledger.entry']._fields['kind']._description_selection(self.env))
            raise UserError(self.env._(
                "No version of the agreement with %(party)s holds for these transactions: %(list)s. Activate a version "
                "that includes those days, then compute %(settlement)s again.", party=self.party_id.name,
                settlement=self.name, list='; '.join(
                    self.env._("%(count)s of %(day)s (%(kind)s, %(quantity)s)", count=row['atoms'], day=row['day'],
                               kind=kinds.get(row['kind'], row['kind']), quantity=row['quantity'])
                    for row in unpriced)))
        missing = self._unclaimed()
        if missing:
            raise UserError(self.env._(
                "%(count)s transactions of %(party)s that belong to %(settlement)s are not on it. Compute it again.",
                count=missing, party=self.party_id.name, settlement=self.name))
        self._check_seal()

    # ------------------------------------------------------------------ controls

    def _set_controls(self, facts, versions, unpriced):
        """Write what shows that the statement is whole.

        :param facts: all Facts, held ones too
        """
        self.ensure_one()
        points, money = overdraft(facts, lambda day: version_on(versions, day))
        self.write({
            'control': {
                'families': controls(facts),
                'overdraft': {
                    'points': f'{points:.2f}', 'amount': str(rounded(money, self.currency_id.decimal_places))},
                'unpriced': [
                    {'family': fact.family, 'kind': fact.kind, 'day': str(fact.day), 'atoms': fact.atoms,
                     'quantity': str(fact.quantity)} for fact in unpriced]},
            'roll_forward': {
                name: f'{points:.2f}' for name, points in roll_forward(self._opening_points(), facts).items()}})

    def _opening_points(self):
        """Return what was open of the party's points when the period began, Decimal: where the statement before ended,
        or else what the ledger says."""
        self.ensure_one()
        before = self.search([
            ('party_id', '=', self.party_id.id), ('program_id', '=', self.program_id.id),
            ('date_to', '=', self.date_from - timedelta(days=1)), ('state', 'not in', ('draft', 'cancel'))], limit=1)
        if before.roll_forward:
            return Decimal(before.roll_forward['closing'])
        [[points]] = self.env.execute_query(SQL(
            """SELECT (COALESCE((
                   SELECT sum(e.amount) FROM membership_ledger_entry e JOIN loyalty_card c ON c.id = e.card_id
                    WHERE e.party_id = %(party)s AND e.settle_date < %(first)s AND c.program_id = %(program)s
                      AND e.amount > 0 AND NOT COALESCE(e.is_reversal, FALSE) AND e.value_type = 'points'), 0)
                 - COALESCE((
                   SELECT sum(m.amount) FROM membership_ledger_match m JOIN loyalty_card c ON c.id = m.card_id
                    WHERE m.lot_party_id = %(party)s AND m.settle_date < %(first)s AND c.program_id = %(program)s
                      AND m.value_type = 'points'), 0))::text""",
            party=self.party_id.id, program=self.program_id.id, first=self.date_from))
        return Decimal(points)

    # ------------------------------------------------------------------ seal

    def _seal(self):
        """Write the hash of what the party will agree to."""
        self.flush_recordset()
        self.line_ids.flush_recordset()
        self.env.cr.execute(SQL(
            "UPDATE membership_settlement s SET content_hash = x.seal FROM (%s WHERE s.id IN %s) x WHERE x.id = s.id",
            SQL(SEAL), tuple(self.ids)))
        self.invalidate_recordset(['content_hash'])

    def _check_seal(self):
        """Refuse what is not what was computed.

        :raise UserError: when lines or totals were changed behind our back
        """
        self.flush_recordset()
        seals = dict(self.env.execute_query(SQL("%s WHERE s.id IN %s", SQL(SEAL), tuple(self.ids)))) if self else {}
        for settlement in self:
            if seals[settlement.id] != settlement.content_hash:
                raise UserError(self.env._(
                    "%(settlement)s is not what was computed: its lines or totals were changed outside of the "
                    "application. Cancel it and compute the run again.", settlement=settlement.name))
