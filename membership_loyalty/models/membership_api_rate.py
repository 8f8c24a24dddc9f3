from odoo import api, fields, models
from odoo.tools import SQL


class MembershipApiRate(models.Model):
    """How many requests were made with a key in a minute, by all workers together.

    Each connection of the database counts in a row of its own, so that two requests never wait for each other.
    """

    _name = 'membership.api.rate'
    _description = "Use of a Partner API Key"
    _log_access = False
    _order = 'minute desc'
    _rec_name = 'minute'

    key_id = fields.Many2one('membership.api.key', required=True, readonly=True, ondelete='cascade')
    minute = fields.Datetime(required=True, readonly=True)
    backend = fields.Integer(required=True, readonly=True)
    hits = fields.Integer(required=True, readonly=True)

    _once = models.UniqueIndex('(key_id, minute, backend)', "This is counted already.")

    @api.model
    def _add(self, key_id, hits):
        self.env.cr.execute(SQL(
            """INSERT INTO membership_api_rate (key_id, minute, backend, hits)
               VALUES (%s, date_trunc('minute', now() AT TIME ZONE 'UTC'), pg_backend_pid(), %s)
               ON CONFLICT (key_id, minute, backend) DO UPDATE SET hits = membership_api_rate.hits + EXCLUDED.hits""",
            key_id, hits))

    @api.autovacuum
    def _gc_old(self):
        """Forget what is over, but for the last minute of each key: it says when the key was used last."""
        self.env.cr.execute(SQL(
            """DELETE FROM membership_api_rate old
                WHERE minute < now() AT TIME ZONE 'UTC' - interval '1 hour'
                  AND EXISTS (SELECT FROM membership_api_rate newer
                               WHERE newer.key_id = old.key_id AND newer.minute > old.minute)"""))
