"""A worker that reviews tiers: python -m tests.faults.review DATABASE BATCH

Prints a line for each batch, before it is committed.
"""

import sys

from demo.runner import load, transaction


def main(database, batch):
    registry = load(database)
    from odoo.addons.membership_loyalty.models import membership_tier_review  # only there when Odoo is
    membership_tier_review.BATCH = int(batch)
    with transaction(registry) as env:
        jobs = env['membership.tier.review']
        progress = type(jobs)._job_progress

        def told(self, run, processed, changed):
            print(processed, flush=True)
            return progress(self, run, processed, changed)

        type(jobs)._job_progress = told
        jobs._cron_run()


if __name__ == '__main__':
    main(*sys.argv[1:])
