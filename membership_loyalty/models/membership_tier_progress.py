from odoo import api, fields, models
from odoo.tools import SQL


class MembershipTierProgress(models.Model):
    """How far the review of everybody has come that follows a new version of a programme's tier policy.

    Apart from the programme, so that the job does not get into the way of whoever edits that.
    """

    _name = 'membership.tier.progress'
    _description = "Progress of a Tier Review"
    _rec_name = 'program_id'

    program_id = fields.Many2one(
        'loyalty.program', string="Programme", required=True, readonly=True, ondelete='cascade')
    company_id = fields.Many2one(related='program_id.company_id')
    version = fields.Integer(readonly=True, help="Of the tier policy that members are reviewed by.")
    position = fields.Integer(readonly=True, help="Up to this account, everybody was reviewed.")
    is_done = fields.Boolean(readonly=True)

    _program_once = models.UniqueIndex('(program_id)', "There is one progress per programme.")

    @api.model
    def _position(self, program):
        """Return the account id up to which everybody was reviewed by the programme's policy of today, or None when
        all were."""
        rules = program._membership_tier_rules()
        known = self.env.execute_query(SQL(
            "SELECT position, is_done FROM membership_tier_progress WHERE program_id = %s AND version = %s",
            program.id, rules.version))
        # A policy that asks for nothing moves nobody.
        position, is_done = known[0] if known else (0, not rules.asked)
        return None if is_done else position

    @api.model
    def _advance(self, program, position):
        """Keep how far the review of everybody has come.

        :param position: id of the last account reviewed; None: there was none left
        """
        if self._position(program) is not None:
            self.env.cr.execute(SQL(
                """INSERT INTO membership_tier_progress (
                       program_id, version, position, is_done, create_uid, create_date, write_uid, write_date)
                   VALUES (%(program)s, %(version)s, %(position)s, %(done)s, %(uid)s, now() AT TIME ZONE 'UTC',
                           %(uid)s, now() AT TIME ZONE 'UTC')
                   ON CONFLICT (program_id) DO UPDATE SET
                       version = EXCLUDED.version, position = EXCLUDED.position, is_done = EXCLUDED.is_done,
                       write_date = EXCLUDED.write_date""",
                program=program.id, version=program._membership_tier_rules().version, position=position or 0,
                done=position is None, uid=self.env.uid))
            self.invalidate_model()
