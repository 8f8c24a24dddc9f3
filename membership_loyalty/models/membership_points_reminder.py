from odoo import api, fields, models
from odoo.tools import SQL

from ..guard import posting
from ..tools.periods import add_months

BATCH = 200


class MembershipPointsReminder(models.AbstractModel):
    """Every night: members whose points expire soon get a mail, once a month at most."""

    _name = 'membership.points.reminder'
    _description = "Reminder of Points That Expire"
    _inherit = 'membership.job.mixin'

    @api.model
    def _job_count(self):
        [(count,)] = self.env.execute_query(SQL("SELECT count(*) FROM (%s) due", self._due()))
        return count

    @api.model
    def _job_batch(self):
        ids = [id_ for id_, in self.env.execute_query(SQL("%s LIMIT %s", self._due(), BATCH))]
        accounts = self.env['loyalty.card'].sudo().browse(ids)
        for program, members in accounts.grouped('program_id').items():
            program.points_reminder_template_id.send_mail_batch(members.ids)
            posting(members).points_reminded_on = program._membership_date(fields.Datetime.now())
        return len(ids), len(ids)

    @api.model
    def _due(self):
        """Return SQL for the ids of the accounts to be reminded: with an address, and not in the last month."""
        programs = self.env['loyalty.program'].sudo().search([
            ('is_membership', '=', True), ('points_reminder_days', '>', 0),
            ('points_reminder_template_id', '!=', False)])
        self.env['loyalty.card'].flush_model(['points', 'points_reminded_on', 'points_expire_on', 'active'])
        return SQL(" UNION ALL ").join(
            SQL("(%s)", self._due_in(program)) for program in programs) or SQL("SELECT 0 WHERE FALSE")

    @api.model
    def _due_in(self, program):
        today = program._membership_date(fields.Datetime.now())
        soon = SQL("BETWEEN %s AND %s::date + %s", today, today, program.points_reminder_days)
        # By its clock or by its credits: an account may have both, when the policy was another one once.
        expiring = SQL(
            """((c.points > 0 AND c.points_expire_on %(soon)s) OR c.id IN (
                   SELECT e.card_id FROM membership_ledger_entry e
                    WHERE e.remaining > 0 AND e.expires_on %(soon)s AND NOT COALESCE(e.is_pending, FALSE)))""",
            soon=soon)
        return SQL(
            """SELECT c.id FROM loyalty_card c JOIN res_partner p ON p.id = c.partner_id
                WHERE c.program_id = %s AND c.active AND p.active AND p.email <> '' AND %s
                  AND (c.points_reminded_on IS NULL OR c.points_reminded_on <= %s)
                ORDER BY c.id""", program.id, expiring, add_months(today, -1))
