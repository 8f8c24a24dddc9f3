from datetime import timedelta

from odoo import api, fields, models

KEPT_DAYS = 400


class MembershipJobRun(models.Model):
    """The log of a job: one record per run, also of one that found nothing to do."""

    _name = 'membership.job.run'
    _description = "Run of a Membership Job"
    _order = 'id desc'
    _rec_name = 'job_id'

    job_id = fields.Many2one('membership.job', required=True, readonly=True, index=True, ondelete='cascade')
    state = fields.Selection(
        [('running', "Running"), ('done', "Done"), ('failed', "Failed")], required=True, readonly=True,
        default='running')
    started_at = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    finished_at = fields.Datetime(readonly=True)
    done = fields.Integer(readonly=True, help="Members or credits looked at.")
    remaining = fields.Integer(readonly=True, help="Still to be looked at.")
    changed = fields.Integer(string="Rows changed", readonly=True)
    error = fields.Text(readonly=True)
    progress = fields.Float(compute='_compute_progress', help="Per cent.")

    # A job that was killed goes on with the run it left open.
    _one_open = models.UniqueIndex("(job_id) WHERE state = 'running'", "This job is running already.")

    @api.depends('done', 'remaining', 'state')
    def _compute_progress(self):
        for run in self:
            total = run.done + run.remaining
            run.progress = 100 if run.state == 'done' else 100 * run.done / total if total else 0

    @api.autovacuum
    def _gc_old_runs(self):
        old = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        self.search([('started_at', '<', old), ('state', '!=', 'running')]).unlink()
