"""A worker that gives birthday gifts: python -m tests.faults.give DATABASE BATCH

Prints a line for each batch that is committed.
"""

import sys

from demo.runner import load, transaction


def main(database, batch):
    registry = load(database)
    from odoo.addons.membership_loyalty.models import membership_benefit_job  # only there when Odoo is
    membership_benefit_job.BATCH = int(batch)
    with transaction(registry) as env:
        jobs = env['membership.benefit.job']
        progress = type(jobs)._job_progress

        def told(self, run, processed, changed):
            print(processed, flush=True)
            return progress(self, run, processed, changed)

        type(jobs)._job_progress = told
        jobs._cron_run()


if __name__ == '__main__':
    main(*sys.argv[1:])
