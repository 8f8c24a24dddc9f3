from odoo import api, fields, models
from odoo.exceptions import AccessError


class MembershipJob(models.Model):
    """A nightly job as its owner sees it: what it does, when it last ran, how far it is, and a button to run it now."""

    _name = 'membership.job'
    _description = "Membership Job"
    _order = 'sequence, id'

    name = fields.Char(required=True, readonly=True, translate=True)
    description = fields.Char(readonly=True, translate=True)
    sequence = fields.Integer(default=10)
    model_name = fields.Char(required=True, readonly=True, help="The model that does the work, a membership.job.mixin.")
    cron_id = fields.Many2one('ir.cron', required=True, readonly=True, ondelete='cascade')
    active = fields.Boolean(default=True)
    run_ids = fields.One2many('membership.job.run', 'job_id', string="Runs", readonly=True)
    next_run_at = fields.Datetime(string="Next run", compute='_compute_next_run_at', compute_sudo=True)
    last_state = fields.Selection(
        [('running', "Running"), ('done', "Done"), ('failed', "Failed")], string="State", compute='_compute_last_run')
    last_started_at = fields.Datetime(string="Last run", compute='_compute_last_run')
    last_changed = fields.Integer(string="Changes", compute='_compute_last_run')
    last_progress = fields.Float(string="Progress", compute='_compute_last_run')

    _model_once = models.UniqueIndex('(model_name)', "This job is there already.")

    @api.depends('cron_id')
    def _compute_next_run_at(self):
        for job in self:
            job.next_run_at = job.cron_id.active and job.cron_id.nextcall

    @api.depends('run_ids.state', 'run_ids.done', 'run_ids.remaining')
    def _compute_last_run(self):
        for job in self:
            run = job.run_ids.sorted('id')[-1:]
            job.last_state, job.last_started_at = run.state, run.started_at
            job.last_changed, job.last_progress = run.changed, run.progress

    def action_run_now(self):
        """Have the scheduler run these jobs as soon as it can; the run is seen in the list."""
        if not self.env.user.has_group('membership_loyalty.group_membership_manager'):
            raise AccessError(self.env._("Only a membership manager may start a job."))
        for job in self.sudo():
            job.cron_id._trigger()
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': 'success', 'next': {'type': 'ir.actions.client', 'tag': 'soft_reload'},
                'message': self.env._("The job starts within a minute. Its progress is shown here."),
            },
        }

    def action_open_runs(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('membership_loyalty.membership_job_run_action')
        return {**action, 'domain': [('job_id', '=', self.id)]}
