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
from unittest.mock import patch

from odoo.tools import SQL

from demo.runner import load, step, transaction

from . import settlement_population as population

RATIO_FROM = 1_000_000  # events
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
    SELECT a.settlement_id, r.charge, count(*), sum(a.quantity)::text, sum(a.quantity * r.rate)::text
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
    SELECT s.party_id, l.charge, sum(l.atoms)::bigint, sum(l.quantity)::text, sum(l.exact)::text
      FROM membership_settlement_line l JOIN membership_settlement s ON s.id = l.settlement_id
     WHERE l.charge IN ('issue', 'mkt', 'reimb', 'fund') GROUP BY 1, 2 ORDER BY 1, 2"""


class Month:

    def __init__(self, database, events, parties):
        self.registry = load(database)
        today = datetime.datetime.now(datetime.timezone.utc).date()
        self.date_to = today.replace(day=1) - datetime.timedelta(days=1)
        self.date_from = self.date_to.replace(day=1)
        self.program = population.build(self.registry, events, parties, self.date_from, self.date_to.day)

    def query(self, statement, **values):
        with self.registry.cursor() as cr:
            cr.execute(SQL(statement, **values))
            return cr.fetchall()

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
            cr.execute(SQL(BARE_PRICE, **values))
            rows = cr.fetchall()
            ended = time.perf_counter()
            cr.rollback()
        step(f"bare SQL       claim {claimed - began:7.2f} s   price {ended - claimed:7.2f} s   {count:,} atoms")
        return ended - began, rows

    # ------------------------------------------------------------------ ours

    def run(self):
        """Settle the month as the job does. Return (seconds, most seconds of one transaction, run id)."""
        parties = []
        with transaction(self.registry) as env:
            run = env['membership.settlement.run'].create({
                'program_id': self.program, 'date_from': self.date_from, 'date_to': self.date_to})
            run.action_compute()
            env.cr.commit()
            jobs = type(env['membership.settlement.job'])
            batch = jobs._job_batch

            def timed(job):
                began = time.perf_counter()
                result = batch(job)
                parties.append(time.perf_counter() - began)
                return result

            with patch.object(jobs, '_job_batch', timed):
                began = time.perf_counter()
                env['membership.settlement.job']._cron_run()
                env.cr.commit()
                seconds = time.perf_counter() - began
            step(f"settlement run total {seconds:7.2f} s   {sum(parties):.2f} s in {len(parties)} transactions, "
                 f"the longest {max(parties):.2f} s; {len(run.settlement_ids.line_ids)} lines: {run.state}")
            return seconds, max(parties), run.id

    def second_run(self, run):
        """Settle the same month once more, with statements of its own. Return the number of lines."""
        with transaction(self.registry) as env:
            first = env['membership.settlement.run'].browse(run).settlement_ids
            again = first.browse()
            for settlement in first:
                # In another currency the same party has another statement of the month.
                again += again.create({
                    'party_id': settlement.party_id.id, 'program_id': self.program, 'name': f'{settlement.name}/2',
                    'company_id': settlement.company_id.id, 'currency_id': env.ref('base.XAF').id,
                    'date_from': self.date_from, 'date_to': self.date_to})
            again._compute_settlement()
            atoms = sum(sums['atoms'] for settlement in again for sums in settlement.control['families'].values())
            lines = len(again.line_ids) + atoms
            env.cr.rollback()
        return lines

    def differences(self, wanted):
        """Return where lines and bare sums differ, nets that are not zero, and what the audit says."""
        found = self.query(OURS)
        differences = [(a, b) for a, b in zip(found, wanted, strict=False) if not same(a, b)]
        if len(found) != len(wanted):
            differences.append((len(found), len(wanted)))
        with transaction(self.registry) as env:
            audit = env['membership.ledger.audit']._differences()
        return differences, {name: rows for name, rows in audit.items() if rows}


def same(ours, bare):
    """Whether party, charge, atoms, quantity and exact amount agree."""
    return ours[:3] == bare[:3] and all(abs(Decimal(a)) == abs(Decimal(b)) for a, b in zip(
        ours[3:], bare[3:], strict=True))


def main(database, events='4500000', parties='30'):
    month = Month(database, int(events), int(parties))
    bare, wanted = month.bare()
    total, slowest, run = month.run()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    again = month.second_run(run)
    step(f"second run     {again} lines and atoms")
    differences, audit = month.differences(wanted)
    step(f"against the bare sums: {differences[:3] or 'the same'}; audit: {audit or 'no difference'}")
    figures = {'total_s': round(total, 2), 'ratio': round(total / bare, 2), 'second_run_lines': again,
               'max_party_s': round(slowest, 2), 'peak_mb': round(peak, 1)}
    print(json.dumps(figures))
    # In a small month most of the time goes into the transaction that each party has, however little is in it.
    reached = ((figures['ratio'] <= 2 or int(events) < RATIO_FROM) and total <= 360 and not again and slowest <= 120
               and peak <= 400)
    return 0 if reached and not differences and not audit else 1


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
