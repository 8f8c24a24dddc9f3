from decimal import Decimal

from odoo import models
from odoo.tools import SQL

from ..tools.settlement_facts import Fact

ENTRY, MATCH, SPEND, COVER = 1, 2, 3, 4
FAMILIES = {ENTRY: 'entry', MATCH: 'match', SPEND: 'spend', COVER: 'cover'}


class MembershipSettlement(models.Model):
    """What is claimed, one by one: the same columns as the sums of _all_facts, and where and when it happened."""

    _inherit = 'membership.settlement'

    def _atoms(self, families):
        """Return SQL for what this statement has claimed, set aside or not.

        :param families: of ENTRY, MATCH, SPEND and COVER
        """
        self.ensure_one()
        sources = {ENTRY: self._entry_atoms, MATCH: self._match_atoms, SPEND: self._spend_atoms,
                   COVER: self._cover_atoms}
        return SQL(" UNION ALL ").join(sources[family]() for family in families)

    def _dispute_facts(self, disputes):
        """Return the tools.settlement.Facts of what some disputes are about."""
        return [
            Fact(FAMILIES[k], kind, value_type, day, Decimal(quantity), count, is_reversal, late, Decimal(uncovered))
            for k, kind, value_type, day, is_reversal, late, count, quantity, uncovered
            in self.env.execute_query(SQL(
                """SELECT a.k, a.kind, a.value_type, a.day, a.is_reversal, a.late, count(*),
                          sum(a.quantity)::text, sum(a.uncovered)::text
                     FROM (%s) a WHERE %s GROUP BY 1, 2, 3, 4, 5, 6""",
                self._atoms(FAMILIES), disputes._condition()))
        ]

    def _entry_atoms(self):
        return SQL(
            """SELECT a.k, a.atom_id, e.kind, e.value_type, COALESCE(e.is_reversal, FALSE) AS is_reversal,
                      COALESCE(e.price_date, e.date) AS day,
                      CASE WHEN e.settle_date > e.date THEN date_trunc('month', e.date)::date END AS late,
                      e.amount AS quantity, COALESCE(e.uncovered, 0) AS uncovered, a.is_held,
                      e.card_id, e.shop_id, e.occurred_at, e.description AS receipt, e.document_key
                 FROM membership_settlement_atom a JOIN membership_ledger_entry e ON e.id = a.atom_id
                WHERE a.k = 1 AND a.settlement_id = %s""", self.id)

    def _match_atoms(self):
        """What was used of the party's points: shown is when that happened; where, only if it was with this party."""
        return SQL(
            """SELECT a.k, a.atom_id, m.kind, m.value_type, m.amount < 0 AS is_reversal, m.price_date AS day,
                      CASE WHEN m.settle_date > m.date THEN date_trunc('month', m.date)::date END AS late,
                      m.amount AS quantity, 0::numeric AS uncovered, a.is_held, m.card_id,
                      CASE WHEN x.party_id = %(party)s THEN x.shop_id END AS shop_id, x.occurred_at,
                      CASE WHEN x.party_id = %(party)s OR m.kind = 'expire' THEN x.description END AS receipt,
                      CASE WHEN x.party_id = %(party)s THEN x.document_key END AS document_key
                 FROM membership_settlement_atom a JOIN membership_ledger_match m ON m.id = a.atom_id
                 JOIN membership_ledger_entry x ON x.id = m.cause_id
                WHERE a.k = 2 AND a.settlement_id = %(settlement)s""", party=self.party_id.id, settlement=self.id)

    def _spend_atoms(self):
        return SQL(
            """SELECT a.k, a.atom_id, 'spend' AS kind, 'spend' AS value_type, s.amount < 0 AS is_reversal,
                      COALESCE(s.price_date, s.date) AS day,
                      CASE WHEN s.settle_date > s.date THEN date_trunc('month', s.date)::date END AS late,
                      s.amount AS quantity, 0::numeric AS uncovered, a.is_held, s.card_id,
                      NULL::int AS shop_id, s.occurred_at, s.document_key AS receipt, s.document_key
                 FROM membership_settlement_atom a JOIN membership_partner_spend s ON s.id = a.atom_id
                WHERE a.k = 3 AND a.settlement_id = %s""", self.id)

    def _cover_atoms(self):
        """What covers an overdraft is shown as the redemption that it covers."""
        return SQL(
            """SELECT a.k, a.atom_id, d.kind, d.value_type, FALSE AS is_reversal, COALESCE(d.price_date, d.date) AS day,
                      NULL::date AS late, m.amount AS quantity, 0::numeric AS uncovered, a.is_held,
                      d.card_id, d.shop_id, d.occurred_at, d.description AS receipt, d.document_key
                 FROM membership_settlement_atom a JOIN membership_ledger_match m ON m.id = a.atom_id
                 JOIN membership_ledger_entry d ON d.id = m.debit_id
                WHERE a.k = 4 AND a.settlement_id = %s""", self.id)
