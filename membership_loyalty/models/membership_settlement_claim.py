from decimal import Decimal

from psycopg2.errors import UniqueViolation

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
# Movements of each kind of atom that count in the period of a statement: (k, id). The period stands beside each join in
# plain dates as well, so that the database finds it without looking at all the years before.
STATEMENTS = """membership_settlement s
      JOIN loyalty_card c ON c.program_id = s.program_id
      JOIN {table} x ON x.card_id = c.id AND x.{party} = s.party_id
       AND x.settle_date BETWEEN s.date_from AND s.date_to AND x.settle_date BETWEEN %(first)s AND %(last)s
     WHERE s.id IN %(ids)s"""
MOVEMENTS = (
    # What expires concerns the issuer by its match, not the place where the job ran.
    "SELECT 1 AS k, x.id, s.id AS settlement_id FROM " + STATEMENTS.format(
        table='membership_ledger_entry', party='party_id') + " AND x.kind <> 'expire'",
    "SELECT 2 AS k, x.id, s.id AS settlement_id FROM " + STATEMENTS.format(
        table='membership_ledger_match', party='lot_party_id'),
    "SELECT 3 AS k, x.id, s.id AS settlement_id FROM " + STATEMENTS.format(
        table='membership_partner_spend', party='party_id'),
)
# Seldom: points that were not there when they were spent, and were earned since, whenever that was.
COVERS = """
    SELECT 4 AS k, m.id, s.id AS settlement_id
      FROM membership_settlement s
      JOIN membership_ledger_entry d ON d.party_id = s.party_id AND d.uncovered > 0
      JOIN loyalty_card c ON c.id = d.card_id AND c.program_id = s.program_id
      JOIN membership_ledger_match m ON m.debit_id = d.id AND m.cause_id <> d.id AND m.amount > 0
       AND m.date <= s.date_to
      JOIN membership_ledger_entry x ON x.id = m.cause_id AND NOT COALESCE(x.is_reversal, FALSE)
     WHERE s.id IN %(ids)s"""
# Sums of what is claimed, one row for each kind, day and sort of it.
ENTRIES = """
    SELECT a.settlement_id, 'entry', e.kind, e.value_type, COALESCE(e.is_reversal, FALSE),
           COALESCE(e.price_date, e.date), CASE WHEN e.settle_date > e.date THEN date_trunc('month', e.date)::date END,
           a.is_held, count(*), sum(e.amount)::text, COALESCE(sum(e.uncovered), 0)::text,
           COALESCE(sum(e.amount) FILTER (WHERE e.amount > 0 AND NOT COALESCE(e.is_reversal, FALSE)), 0)::text,
           sum(a.atom_id)::text
      FROM membership_settlement_atom a JOIN membership_ledger_entry e ON e.id = a.atom_id
     WHERE a.k = 1 AND a.settlement_id IN %(ids)s GROUP BY 1, 3, 4, 5, 6, 7, 8"""
MATCHES = """
    SELECT a.settlement_id, 'match', m.kind, m.value_type, m.amount < 0, m.price_date,
           CASE WHEN m.settle_date > m.date THEN date_trunc('month', m.date)::date END,
           a.is_held, count(*), sum(m.amount)::text, '0', '0', sum(a.atom_id)::text
      FROM membership_settlement_atom a JOIN membership_ledger_match m ON m.id = a.atom_id
     WHERE a.k = 2 AND a.settlement_id IN %(ids)s GROUP BY 1, 3, 4, 5, 6, 7, 8"""
SPENDS = """
    SELECT a.settlement_id, 'spend', 'spend', 'spend', p.amount < 0, COALESCE(p.price_date, p.date),
           CASE WHEN p.settle_date > p.date THEN date_trunc('month', p.date)::date END,
           a.is_held, count(*), sum(p.amount)::text, '0', '0', sum(a.atom_id)::text
      FROM membership_settlement_atom a JOIN membership_partner_spend p ON p.id = a.atom_id
     WHERE a.k = 3 AND a.settlement_id IN %(ids)s GROUP BY 1, 5, 6, 7, 8"""
COVERED = """
    SELECT a.settlement_id, 'cover', m.kind, m.value_type, FALSE, m.price_date, NULL::date,
           a.is_held, count(*), sum(m.amount)::text, '0', '0', sum(a.atom_id)::text
      FROM membership_settlement_atom a JOIN membership_ledger_match m ON m.id = a.atom_id
     WHERE a.k = 4 AND a.settlement_id IN %(ids)s GROUP BY 1, 3, 4, 6, 8"""


class MembershipSettlement(models.Model):
    """Which movements are on a statement, and their sums: for one statement, or for all of a run at once."""

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
            self.write({'is_claimed': False, 'sums': False})
            self.invalidate_recordset(['line_ids'])

    def _claim(self):
        """Claim every movement of the parties that counts in these periods and is on no statement yet."""
        self.flush_recordset()
        self.env.cr.execute("SET LOCAL jit = off; SET LOCAL work_mem = '256MB'")
        for movements in self._claims():
            claim = SQL(
                """INSERT INTO membership_settlement_atom (k, atom_id, settlement_id)
                   SELECT k, id, settlement_id FROM (%s) AS m""", movements)
            # Nearly always all of it is free, and looking for what is not would take as long as claiming it.
            try:
                with self.env.cr.savepoint(flush=False):
                    self.env.cr.execute(claim, log_exceptions=False)
            except UniqueViolation:
                self.env.cr.execute(SQL("%s ON CONFLICT DO NOTHING", claim))

    def _claims(self):
        """Return a list of SQL for (k, id, settlement_id) of the movements that count in these periods, claimed or not,
        by the kinds of atoms."""
        values = {'ids': tuple(self.ids), 'first': min(self.mapped('date_from')), 'last': max(self.mapped('date_to'))}
        return [SQL(query, **values) for query in (*MOVEMENTS, COVERS)]

    def _unclaimed(self):
        """Return how many movements of the period are on no statement; overdrafts covered late go to the next one."""
        self.ensure_one()
        return sum(self.env.execute_query(SQL(
            """SELECT count(*) FROM (%s) m WHERE NOT EXISTS (
                   SELECT FROM membership_settlement_atom a WHERE a.k = m.k AND a.atom_id = m.id)""",
            movements))[0][0] for movements in self._claims()[:3])

    # ------------------------------------------------------------------ sums

    def _facts(self, held=False):
        """Return the Facts of what is on this statement, one per kind and day.

        :param held: True for what is set aside by a dispute, instead of the rest
        """
        self.ensure_one()
        return [fact for fact in self._all_facts()[self.id] if fact.is_held == held]

    def _all_facts(self):
        """Return {id of a statement: Facts of everything that is on it}."""
        # Days and kinds are few, which the database does not know: it would sort millions of rows to group them.
        self.env.cr.execute("SET LOCAL jit = off; SET LOCAL work_mem = '256MB'; SET LOCAL enable_sort = off")
        facts = {settlement_id: [] for settlement_id in self.ids}
        for query in (ENTRIES, MATCHES, SPENDS, COVERED) if self else ():
            for (settlement_id, family, kind, value_type, is_reversal, day, late, is_held, atoms, quantity, uncovered,
                 credited, hash_total) in self.env.execute_query(SQL(query, ids=tuple(self.ids))):
                facts[settlement_id].append(Fact(
                    family, kind, value_type, day, Decimal(quantity), atoms, is_reversal, late, Decimal(uncovered),
                    Decimal(credited), int(hash_total), is_held))
        self.env.cr.execute("SET LOCAL enable_sort = on")
        return facts
