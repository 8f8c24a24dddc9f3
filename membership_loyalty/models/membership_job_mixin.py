from odoo import api, fields, models


class MembershipJobMixin(models.AbstractModel):
    """A job over members or credits, in batches that commit: killed at any moment, it goes on where it was.

    What is due is asked of the data, never of a list made before: a second run finds nothing left to do.
    """

    _name = 'membership.job.mixin'
    _description = "Work in Batches"

    # ------------------------------------------------------------------ contract

    @api.model
    def _job_count(self):
        """Return how many items are due now, in all programmes."""
        raise NotImplementedError(self._name)  # pylint: disable=missing-gettext

    @api.model
    def _job_batch(self):
        """Do one batch of what is due, well within ten seconds; the caller commits.

        :return: (items looked at, rows changed); (0, 0) when nothing is due any more
        """
        raise NotImplementedError(self._name)  # pylint: disable=missing-gettext

    # ------------------------------------------------------------------ running

    @api.model
    def _cron_run(self):
        """Run until nothing is due or the scheduler's time is over; it then calls again, and the same run goes on.

        :return: the membership.job.run
        """
        run = self._job_open_run()
        cron = self.env['ir.cron']
        seconds = cron._commit_progress(remaining=run.remaining)
        while run.state == 'running' and seconds:
            try:
                processed, changed = self._job_try_batch()
            except Exception as error:
                self._job_fail(run, error)
                raise
            run.write(self._job_progress(run, processed, changed))
            seconds = cron._commit_progress(processed, remaining=run.remaining)
        return run

    @api.model
    def _job_open_run(self):
        """Return the run that was left open, or a new one, with what remains counted anew."""
        job = self.env['membership.job'].sudo().with_context(active_test=False).search(
            [('model_name', '=', self._name)])
        run = job.run_ids.filtered(lambda run: run.state == 'running') or job.run_ids.create({'job_id': job.id})
        run.remaining = self._job_count()
        return run

    @api.model
    def _job_progress(self, run, processed, changed):
        values = {
            'done': run.done + processed,
            'changed': run.changed + changed,
            'remaining': max(0, run.remaining - processed) if processed else 0,
        }
        if not processed:
            values.update(state='done', finished_at=fields.Datetime.now())
        return values

    @api.model
    def _job_fail(self, run, error):
        """Keep what went wrong: the batch is undone, those before it stand."""
        self.env.cr.rollback()
        run.write({
            'state': 'failed', 'finished_at': fields.Datetime.now(), 'error': f'{type(error).__name__}: {error}'})
        self.env['ir.cron']._commit_progress()
