"""A worker that settles: python -m tests.faults.settle DATABASE SECONDS

Runs the job of the monthly run; prints a line for each step before it is committed, and takes SECONDS in the middle of
pricing each statement, so that it can be killed there.
"""

import sys
import time

from demo.runner import load, transaction


def main(database, seconds):
    registry = load(database)
    with transaction(registry) as env:
        jobs, settlements = type(env['membership.settlement.job']), type(env['membership.settlement'])
        batch, price = jobs._job_batch, settlements._price

        def told(self):
            print("begin", flush=True)
            return batch(self)

        def slowly(self, facts=None):
            price(self, facts)
            time.sleep(float(seconds))

        jobs._job_batch, settlements._price = told, slowly
        env['membership.settlement.job']._cron_run()


if __name__ == '__main__':
    main(*sys.argv[1:])
