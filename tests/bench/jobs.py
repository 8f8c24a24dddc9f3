"""The nightly jobs on a big membership, each beside the plain SQL statement that does the least.

python -m tests.bench.jobs DATABASE [MEMBERS]: fills the database, then for each job runs the bare statement in a
transaction that is rolled back, and the product's own job on the same rows. Both must end in the same state. Then a
process that runs a job is killed, the job is started again, and must end as if nothing had happened.

Last line one JSON object; the exit status says whether the figures the project asks for were reached.
"""

import datetime
import json
import resource
import signal
import subprocess
import sys
import time
from contextlib import nullcontext

from freezegun import freeze_time

from odoo.tools import SQL

from demo.runner import load, step, transaction

from . import bare, population

# What each job leaves behind, of the ledger, the balances and the tiers.
STATES = {
    'membership.tier.review': """
        SELECT tier_id, count(*), 0 FROM loyalty_card WHERE program_id = %(program)s GROUP BY tier_id
        UNION ALL SELECT -1, count(*), count(DISTINCT card_id) FROM membership_tier_change WHERE old_tier_id IS NOT NULL
        ORDER BY 1""",
    'membership.points.expiry': """
        SELECT count(*), sum(amount)::text, (SELECT sum(points)::numeric(20, 2)::text FROM loyalty_card),
               (SELECT sum(amount)::text FROM membership_ledger_match),
               (SELECT sum(remaining)::text FROM membership_ledger_entry)
          FROM membership_ledger_entry WHERE kind = 'expire'""",
    'membership.points.release': """
        SELECT count(*), sum(remaining)::text, (SELECT sum(points)::numeric(20, 2)::text FROM loyalty_card)
          FROM membership_ledger_entry WHERE is_pending""",
}
TABLES = ('loyalty_card', 'membership_ledger_entry', 'membership_ledger_match', 'membership_tier_change')


class Jobs:

    def __init__(self, database, members):
        self.database, self.members = database, members
        self.registry = load(database)
        self.program = population.build(self.registry, members)
        self.today = datetime.datetime.now(datetime.timezone.utc).date()

    # ------------------------------------------------------------------ measuring

    def compare(self, title, model, statement, days=0):
        """Run the bare statement and the job on a day. Return (seconds of the job, ratio).

        :param days: from today
        """
        values = {'today': self.today + datetime.timedelta(days=days), 'program': self.program}
        bare_seconds, wanted = self._run_bare(model, statement, values)
        self._vacuum()
        seconds, run = self._run_job(model, days)
        if self._state(model) != wanted:
            raise SystemExit(f"error: {title}: the job ended in {self._state(model)}, the statement in {wanted}")
        step(f"{title:34} job {seconds:7.2f} s   bare {bare_seconds:7.2f} s   ratio {seconds / bare_seconds:5.2f}"
             f"   {run['done']:,} looked at, {run['changed']:,} rows changed")
        return seconds, seconds / bare_seconds

    def _run_bare(self, model, statement, values):
        with self.registry.cursor() as cr:
            cr.execute("SET LOCAL jit = off; SET LOCAL work_mem = '64MB'")
            began = time.perf_counter()
            cr.execute(SQL(statement, **values))
            seconds = time.perf_counter() - began
            wanted = self._read(cr, model)
            cr.rollback()
        return seconds, wanted

    def _run_job(self, model, days=0):
        with self._on(days), transaction(self.registry) as env:
            began = time.perf_counter()
            run = env[model]._cron_run()
            env.cr.commit()
            return time.perf_counter() - began, run.read(['state', 'done', 'changed', 'error'])[0]

    def _on(self, days):
        later = datetime.datetime.now() + datetime.timedelta(days=days)
        return freeze_time(later, tick=True) if days else nullcontext()

    def _state(self, model):
        with self.registry.cursor() as cr:
            return self._read(cr, model)

    def _read(self, cr, model):
        cr.execute(SQL(STATES[model], program=self.program))
        return cr.fetchall()

    def _vacuum(self):
        with self.registry.cursor() as cr:
            cr._cnx.autocommit = True
            for table in TABLES:
                cr.execute(SQL("VACUUM ANALYZE %s", SQL.identifier(table)))

    # ------------------------------------------------------------------ stories

    def tiers(self):
        """Review everybody for the first time, then one day later. Return the figures."""
        with transaction(self.registry) as env:
            population.set_thresholds(env, self.program)
        full, ratio = self.compare("tier review of all members", 'membership.tier.review', bare.TIERS)
        self._trade_one_day()
        self._vacuum()
        nightly, run = self._run_job('membership.tier.review', days=1)
        step(f"{'tier review after a day of trade':34} job {nightly:7.2f} s"
             f"   {run['done']:,} looked at, {run['changed']:,} rows changed")
        return {'tier_full_ratio': ratio, 'tier_nightly_s': nightly, 'tier_nightly_speedup': full / nightly}

    def _trade_one_day(self):
        """Post a day's purchases with the product's own import, some of long ago; the terms of some members end."""
        count = max(1, round(population.PURCHASES * self.members / population.DAYS))
        with transaction(self.registry) as env:
            refs = [ref for ref, in env.execute_query(SQL(
                "SELECT ref FROM res_partner WHERE ref LIKE 'M%%' ORDER BY hashint4(id) LIMIT %s", count))]
            rows = [{
                'reference': f'day-{number}', 'member_ref': ref, 'amount': f'{5 + number % 90}.{number % 100:02d}',
                'timestamp': datetime.datetime.combine(
                    self.today - datetime.timedelta(days=200 * (number % 1000 == 0)), datetime.time(1)),
            } for number, ref in enumerate(refs)]
            result = env['membership.history.import']._load(
                rows, env['loyalty.program'].browse(self.program), env.company)
            if result.rejected:
                raise SystemExit(f"error: a day's trade was rejected: {result.rejected[:3]}")
            population.end_terms(env, self.program, self.today)
        step(f"a day of trade: {len(rows):,} purchases")

    def killed(self, model, days):
        """Kill the process that runs a job, start the job again, and compare with the bare statement."""
        today = self.today + datetime.timedelta(days=days)
        _seconds, wanted = self._run_bare(model, bare.EXPIRY, {'today': today})
        worker = subprocess.Popen([sys.executable, '-m', 'tests.bench.jobs', '--job', self.database, model, str(days)])
        while worker.poll() is None and self._open_run(model) is None:
            time.sleep(0.02)
        worker.send_signal(signal.SIGKILL)
        if worker.wait() != -signal.SIGKILL:
            raise SystemExit("error: the job was over before it could be killed")
        left = self._open_run(model)
        _seconds, run = self._run_job(model, days)
        same = self._state(model) == wanted and run['state'] == 'done' and run['id'] == left
        step(f"killed and started again: {'the same state' if same else 'NOT the same state'}")
        return same

    def _open_run(self, model):
        with self.registry.cursor() as cr:
            cr.execute(SQL(
                """SELECT r.id FROM membership_job_run r JOIN membership_job j ON j.id = r.job_id
                    WHERE r.state = 'running' AND j.model_name = %s""", model))
            return next((row[0] for row in cr.fetchall()), None)


def run_job(database, model, days):
    """Run one job on a later day, in this process."""
    later = datetime.datetime.now() + datetime.timedelta(days=int(days))
    registry = load(database)
    with freeze_time(later, tick=True), transaction(registry) as env:
        env[model]._cron_run()


def main(database, members='100000'):
    jobs = Jobs(database, int(members))
    _seconds, pending = jobs.compare("release of a week's points", 'membership.points.release', bare.PENDING)
    figures = jobs.tiers()
    _seconds, expiry = jobs.compare("expiry of a month's points", 'membership.points.expiry', bare.EXPIRY, days=31)
    figures.update(expiry_ratio=expiry, pending_ratio=pending)
    figures['peak_mb'] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    same = jobs.killed('membership.points.expiry', days=62)
    with transaction(jobs.registry) as env:
        differences = {name: rows for name, rows in env['membership.ledger.audit']._differences().items() if rows}
    step(f"audit of the ledger: {differences or 'no difference'}")
    print(json.dumps({name: round(figure, 2) for name, figure in figures.items()}))
    reached = (figures['tier_full_ratio'] <= 1.5 and figures['expiry_ratio'] <= 2.5 and figures['peak_mb'] <= 400
               and (figures['tier_nightly_s'] <= 3 or figures['tier_nightly_speedup'] >= 10))
    return 0 if reached and same and not differences else 1


if __name__ == '__main__':
    if sys.argv[1:2] == ['--job']:
        run_job(*sys.argv[2:])
    else:
        sys.exit(main(*sys.argv[1:]))
