"""A worker that runs a job: python -m tests.faults.job DATABASE MODEL BATCH

Prints a line for each batch, before it is committed.
"""

import sys

from demo.runner import load, transaction


def main(database, model, batch):
    registry = load(database)
    with transaction(registry) as env:
        jobs = env[model]
        module = next(module for module in (sys.modules[cls.__module__] for cls in type(jobs).mro())
                      if hasattr(module, 'BATCH'))
        module.BATCH = int(batch)
        progress = type(jobs)._job_progress

        def told(self, run, processed, changed):
            print(processed, flush=True)
            return progress(self, run, processed, changed)

        type(jobs)._job_progress = told
        jobs._cron_run()


if __name__ == '__main__':
    main(*sys.argv[1:])
