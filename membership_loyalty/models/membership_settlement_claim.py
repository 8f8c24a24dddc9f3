from decimal import Decimal

from odoo import models
from odoo.tools import SQL

from ..tools.settlement_facts import Fact

# What is claimed is claimed by this key: nothing can be on two statements.
ATOMS = """
    CREATE TABLE IF NOT EXISTS membership_settlement_atom (
        k smallint NOT NULL,  -- 1 ledger entry, 2 match, 3 spending of a partner, 4 match that covers an overdraft
        atom_id bigint NOT NULL,
        settlement_id integer NOT NULL,
        is_held boolean NOT NULL DEFAULT FALSE,
        PRIMARY KEY (k, atom_id));
    CREATE INDEX IF NOT EXISTS membership_settlement_atom_settlement ON membership_settlement_atom (settlement_id)
"""
PAID_LOTS = ('earn', 'bonus', 'transfer')


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
            self.carried_from_ids.write({'carried_to_id': False})
            self.invalidate_recordset(['line_ids'])

    def _claim(self):
        """Claim every movement of the party that counts in this period and is on no statement yet."""
        self.ensure_one()
        for claim in self._claims():
            self.env.cr.execute(SQL(
                """INSERT INTO membership_settlement_atom (k, atom_id, settlement_id)
                   SELECT c.k, c.id, %s FROM (%s) c
                    WHERE NOT EXISTS (
                        SELECT FROM membership_settlement_atom a WHERE a.k = c.k AND a.atom_id = c.id)
                    ORDER BY c.id""",
                self.id, claim))

    def _claims(self):
        """Return SQL queries for (k, id) of the movements of the party that count in this period."""
        self.ensure_one()
        values = {'party': self.party_id.id, 'program': self.program_id.id, 'first': self.date_from,
                  'last': self.date_to}
        return [SQL(query, **values) for query in (
            # What expires concerns the issuer by its match, not the place where the job ran.
            """SELECT 1 AS k, e.id FROM membership_ledger_entry e JOIN loyalty_card c ON c.id = e.card_id
                WHERE e.party_id = %(party)s AND e.settle_date BETWEEN %(first)s AND %(last)s
                  AND c.program_id = %(program)s AND e.kind <> 'expire'""",
            """SELECT 2 AS k, m.id
                 FROM membership_ledger_match m JOIN membership_ledger_entry e ON e.id = m.credit_id
                 JOIN loyalty_card c ON c.id = e.card_id
                WHERE m.lot_party_id = %(party)s AND m.settle_date BETWEEN %(first)s AND %(last)s
                  AND c.program_id = %(program)s""",
            """SELECT 3 AS k, s.id FROM membership_partner_spend s JOIN loyalty_card c ON c.id = s.card_id
                WHERE s.party_id = %(party)s AND s.settle_date BETWEEN %(first)s AND %(last)s
                  AND c.program_id = %(program)s""",
            # Seldom: an overdraft that was covered since, this month or unnoticed before.
            """SELECT 4 AS k, m.id
                 FROM membership_ledger_entry e JOIN loyalty_card c ON c.id = e.card_id
                 JOIN membership_ledger_match m ON m.debit_id = e.id AND m.cause_id <> e.id AND m.amount > 0
                 JOIN membership_ledger_entry x ON x.id = m.cause_id
                WHERE e.party_id = %(party)s AND e.uncovered > 0 AND c.program_id = %(program)s
                  AND NOT COALESCE(x.is_reversal, FALSE) AND x.date <= %(last)s""",
        )]

    # ------------------------------------------------------------------ sums

    def _facts(self, held=False):
        """Return the Facts of what is claimed, one per kind and day.

        :param held: True for what is set aside by a dispute, instead of the rest
        """
        return [fact for fact in self._all_facts() if fact.is_held == held]

    def _all_facts(self):
        """Return the Facts of everything that is claimed."""
        self.ensure_one()
        return [
            Fact(family, kind, value_type, day, Decimal(quantity), atoms, is_reversal, late, Decimal(uncovered),
                 Decimal(credited), int(hash_total), is_held, is_paid_lot)
            for query in (self._sum_entries(), self._sum_matches(), self._sum_spends(), self._sum_covers())
            for (family, kind, value_type, is_reversal, day, late, is_held, is_paid_lot, atoms, quantity, uncovered,
                 credited, hash_total) in self.env.execute_query(query)
        ]

    def _sum_entries(self):
        return SQL(
            """SELECT 'entry', e.kind, e.value_type, COALESCE(e.is_reversal, FALSE), COALESCE(e.price_date, e.date),
                      CASE WHEN e.settle_date > e.date THEN date_trunc('month', e.date)::date END, a.is_held, TRUE,
                      count(*), sum(e.amount)::text, COALESCE(sum(e.uncovered), 0)::text,
                      COALESCE(sum(e.amount) FILTER (
                          WHERE e.amount > 0 AND NOT COALESCE(e.is_reversal, FALSE)), 0)::text, sum(a.atom_id)::text
                 FROM membership_settlement_atom a JOIN membership_ledger_entry e ON e.id = a.atom_id
                WHERE a.k = 1 AND a.settlement_id = %s GROUP BY 2, 3, 4, 5, 6, 7""", self.id)

    def _sum_matches(self):
        """What was used of points, at the rates of the day of their use; what expired, of the day they were issued."""
        return SQL(
            """SELECT 'match', d.kind, d.value_type, m.amount < 0,
                      CASE WHEN d.kind = 'expire' THEN c.date ELSE COALESCE(d.price_date, d.date) END,
                      CASE WHEN m.settle_date > x.date THEN date_trunc('month', x.date)::date END,
                      a.is_held, d.kind <> 'expire' OR c.kind IN %s,
                      count(*), sum(m.amount)::text, '0', '0', sum(a.atom_id)::text
                 FROM membership_settlement_atom a JOIN membership_ledger_match m ON m.id = a.atom_id
                 JOIN membership_ledger_entry d ON d.id = m.debit_id
                 JOIN membership_ledger_entry c ON c.id = m.credit_id
                 JOIN membership_ledger_entry x ON x.id = m.cause_id
                WHERE a.k = 2 AND a.settlement_id = %s GROUP BY 2, 3, 4, 5, 6, 7, 8""", PAID_LOTS, self.id)

    def _sum_spends(self):
        return SQL(
            """SELECT 'spend', 'spend', 'spend', s.amount < 0, COALESCE(s.price_date, s.date),
                      CASE WHEN s.settle_date > s.date THEN date_trunc('month', s.date)::date END, a.is_held, TRUE,
                      count(*), sum(s.amount)::text, '0', '0', sum(a.atom_id)::text
                 FROM membership_settlement_atom a JOIN membership_partner_spend s ON s.id = a.atom_id
                WHERE a.k = 3 AND a.settlement_id = %s GROUP BY 4, 5, 6, 7""", self.id)

    def _sum_covers(self):
        """What covers an overdraft is worth what the redemption was, on its day."""
        return SQL(
            """SELECT 'cover', d.kind, d.value_type, FALSE, COALESCE(d.price_date, d.date), NULL::date, a.is_held, TRUE,
                      count(*), sum(m.amount)::text, '0', '0', sum(a.atom_id)::text
                 FROM membership_settlement_atom a JOIN membership_ledger_match m ON m.id = a.atom_id
                 JOIN membership_ledger_entry d ON d.id = m.debit_id
                WHERE a.k = 4 AND a.settlement_id = %s GROUP BY 2, 3, 5, 7""", self.id)
