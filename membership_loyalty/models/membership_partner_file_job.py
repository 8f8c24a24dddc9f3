import logging

from odoo import api, models
from odoo.tools import SQL

from .membership_job_retry import LOST_RACES

_logger = logging.getLogger(__name__)


class Failed(Exception):  # noqa: N818 what failed is the cause
    """A file could not be applied for a reason of ours."""

    def __init__(self, file_id):
        super().__init__(file_id)
        self.file_id = file_id


class MembershipPartnerFileJob(models.AbstractModel):
    """Files of partners, the oldest first, in batches that commit. What a batch does is seen in the states of the rows:
    a job that was killed finds there what is left to do."""

    _name = 'membership.partner.file.job'
    _description = "Application of Partner Files"
    _inherit = ['membership.job.mixin']

    @api.model
    def _job_count(self):
        [(count,)] = self.env.execute_query(SQL(
            "SELECT COALESCE(sum(row_count - done_count), 0) FROM membership_partner_file WHERE is_queued"))
        return count

    @api.model
    def _job_batch(self):
        self.env.flush_all()
        [(file_id,)] = self.env.execute_query(SQL(
            """SELECT (SELECT id FROM membership_partner_file WHERE is_queued ORDER BY id LIMIT 1
                          FOR UPDATE SKIP LOCKED)"""))
        if not file_id:
            return 0, 0
        try:
            return self.env['membership.partner.file'].sudo().browse(file_id)._apply_batch()
        except LOST_RACES:
            raise
        except Exception as error:
            raise Failed(file_id) from error

    @api.model
    def _job_try_batch(self):
        """Do one batch. A file that cannot be applied for a reason of ours is put aside: the others go on."""
        try:
            return super()._job_try_batch()
        except Failed as failed:
            error = failed.__cause__
            self.env.cr.rollback()
            _logger.error("Partner file %s could not be applied", failed.file_id, exc_info=error)
            file = self.env['membership.partner.file'].sudo().browse(failed.file_id)
            file.write({'is_queued': False, 'failure': f'{type(error).__name__}: {error}'})
            file.message_post(body=self.env._(
                "Applying stopped by an error: %(error)s. What was applied stands; apply the file again when the "
                "cause is mended.", error=file.failure))
            return 1, 0
