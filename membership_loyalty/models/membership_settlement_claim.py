from decimal import Decimal

from odoo import models
from odoo.tools import SQL

from ..tools.settlement_facts import Fact

# What is claimed is claimed by this key: nothing can be on two statements.
ATOMS = """
    CREATE TABLE IF NOT EXISTS membership_settlement_atom (
        k smallint NOT NULL,  -- 1 ledger entry, 2 match, 3 spending of a partner
        atom_id bigint NOT NULL,
        settlement_id integer NOT NULL,
        is_held boolean NOT NULL DEFAULT FALSE,
        uncovered numeric,  -- of points accepted: what the member did not have when they were claimed
        PRIMARY KEY (k, atom_id));
    CREATE INDEX IF NOT EXISTS membership_settlement_atom_settlement ON membership_settlement_atom (settlement_id)
"""
ENTRY_KINDS = ('earn', 'bonus', 'redeem', 'top_up', 'spend')


class MembershipSettlement(models.Model):
    """Which movements are on a statement, and their sums."""

    _inherit = 'membership.settlement'

    def init(self):
        super().init()
        self.env.cr.execute(ATOMS)

    def _release(self):
        """Free what these statements have claimed, lines included."""
        if self:
            self.env.cr.execute(SQL(
                """DELETE FROM membership_settlement_atom WHERE settlement_id IN %(ids)s;
                   DELETE FROM membership_settlement_line WHERE settlement_id IN %(ids)s""", ids=tuple(self.ids)))
            self.adjustment_ids.write({'settlement_id': False})
            self.invalidate_recordset(['line_ids'])

    def _claim(self):
        """Claim every movement of the party that counts in this period and is on no statement yet."""
        self.ensure_one()
        for claim in (self._claim_entries(), self._claim_matches(), self._claim_spends()):
            self.env.cr.execute(SQL(
                """INSERT INTO membership_settlement_atom (k, atom_id, settlement_id, uncovered)
                   SELECT c.k, c.id, %s, c.uncovered FROM (%s) c
                    WHERE NOT EXISTS (
                        SELECT FROM membership_settlement_atom a WHERE a.k = c.k AND a.atom_id = c.id)""",
                self.id, claim))

    def _claim_entries(self):
        return SQL(
            """SELECT 1 AS k, e.id, CASE WHEN e.kind = 'redeem' AND e.remaining < 0 THEN -e.remaining END AS uncovered
                 FROM membership_ledger_entry e JOIN loyalty_card c ON c.id = e.card_id
                WHERE e.party_id = %s AND e.settle_date BETWEEN %s AND %s AND e.kind IN %s AND c.program_id = %s""",
            self.party_id.id, self.date_from, self.date_to, ENTRY_KINDS, self.program_id.id)

    def _claim_matches(self):
        return SQL(
            """SELECT 2 AS k, m.id, NULL::numeric AS uncovered
                 FROM membership_ledger_match m JOIN membership_ledger_entry e ON e.id = m.credit_id
                 JOIN loyalty_card c ON c.id = e.card_id
                WHERE m.lot_party_id = %s AND m.settle_date BETWEEN %s AND %s AND c.program_id = %s""",
            self.party_id.id, self.date_from, self.date_to, self.program_id.id)

    def _claim_spends(self):
        return SQL(
            """SELECT 3 AS k, s.id, NULL::numeric AS uncovered
                 FROM membership_partner_spend s JOIN loyalty_card c ON c.id = s.card_id
                WHERE s.party_id = %s AND s.settle_date BETWEEN %s AND %s AND c.program_id = %s""",
            self.party_id.id, self.date_from, self.date_to, self.program_id.id)

    # ------------------------------------------------------------------ sums

    def _facts(self, held=False):
        """Return the Facts of what is claimed, one per kind and day.

        :param held: True for what is set aside by a dispute, instead of the rest
        """
        self.ensure_one()
        return [
            Fact(family, kind, value_type, day, Decimal(quantity), atoms, is_reversal, late, Decimal(uncovered))
            for query in (self._sum_entries, self._sum_matches, self._sum_spends)
            for family, kind, value_type, is_reversal, day, late, atoms, quantity, uncovered
            in self.env.execute_query(query(SQL("a.settlement_id = %s AND a.is_held = %s", self.id, held)))
        ]

    def _sum_entries(self, condition):
        return SQL(
            """SELECT 'entry', e.kind, e.value_type, e.is_reversal, COALESCE(e.price_date, e.date),
                      CASE WHEN e.settle_date > e.date THEN date_trunc('month', e.date)::date END,
                      count(*), sum(e.amount)::text, COALESCE(sum(a.uncovered), 0)::text
                 FROM membership_settlement_atom a JOIN membership_ledger_entry e ON e.id = a.atom_id
                WHERE a.k = 1 AND %s GROUP BY 2, 3, 4, 5, 6""", condition)

    def _sum_matches(self, condition):
        """What was used of points, at the rates of the day of their use; what expired, of the day they were issued."""
        return SQL(
            """SELECT 'match', d.kind, d.value_type, m.amount < 0,
                      CASE WHEN d.kind = 'expire' THEN c.date ELSE COALESCE(d.price_date, d.date) END,
                      CASE WHEN m.settle_date > x.date THEN date_trunc('month', x.date)::date END,
                      count(*), sum(m.amount)::text, '0'
                 FROM membership_settlement_atom a JOIN membership_ledger_match m ON m.id = a.atom_id
                 JOIN membership_ledger_entry d ON d.id = m.debit_id
                 JOIN membership_ledger_entry c ON c.id = m.credit_id
                 JOIN membership_ledger_entry x ON x.id = m.cause_id
                WHERE a.k = 2 AND %s GROUP BY 2, 3, 4, 5, 6""", condition)

    def _sum_spends(self, condition):
        return SQL(
            """SELECT 'spend', 'spend', 'spend', s.amount < 0, COALESCE(s.price_date, s.date),
                      CASE WHEN s.settle_date > s.date THEN date_trunc('month', s.date)::date END,
                      count(*), sum(s.amount)::text, '0'
                 FROM membership_settlement_atom a JOIN membership_partner_spend s ON s.id = a.atom_id
                WHERE a.k = 3 AND %s GROUP BY 4, 5, 6""", condition)
