from psycopg2 import errors

from odoo import api, models

ATTEMPTS = 5
# Somebody else came first: PostgreSQL undoes the transaction and wants it tried again.
LOST_RACES = (errors.SerializationFailure, errors.DeadlockDetected, errors.LockNotAvailable)


class MembershipJobMixin(models.AbstractModel):
    """A batch that loses a race with a till is tried again, as Odoo does with requests."""

    _inherit = 'membership.job.mixin'

    @api.model
    def _job_try_batch(self):
        """Do one batch, on a fresh view of the data each time that somebody else came first."""
        for _attempt in range(ATTEMPTS - 1):
            try:
                return self._job_batch()
            except LOST_RACES:
                self.env.cr.rollback()  # nothing else is in this transaction: the batches before are committed
        return self._job_batch()
