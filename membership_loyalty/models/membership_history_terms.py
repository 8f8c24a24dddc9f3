from odoo import api, models
from odoo.tools import SQL


class MembershipHistoryPosting(models.AbstractModel):
    """The dates of imported points: as the programme would have given them to each purchase on its day."""

    _inherit = 'membership.history.posting'

    @api.model
    def _fill_credit_terms(self, program):
        """Give each staged row its day in the programme's time zone, and each day what points issued on it carry.

        A history has few days: the programme's own arithmetic is asked for each of them, the rows are joined to it.
        """
        self.env.cr.execute(SQL(
            """ALTER TABLE membership_import_row ADD COLUMN day date;
               UPDATE membership_import_row SET day = (occurred_at AT TIME ZONE 'UTC' AT TIME ZONE %s)::date;
               DROP TABLE IF EXISTS membership_import_day;
               CREATE TEMPORARY TABLE membership_import_day (
                   day date, available_from date, expires_on date, is_pending boolean) ON COMMIT DROP""",
            program.membership_tz or 'UTC'))
        days = [day for day, in self.env.execute_query(SQL("SELECT DISTINCT day FROM membership_import_row"))]
        terms = {day: program._membership_credit_terms('earn', day) for day in days}
        if terms:
            self.env.cr.execute(SQL("INSERT INTO membership_import_day VALUES %s", SQL(', ').join(
                SQL("(%s, %s, %s, %s)", day, given['available_from'], given['expires_on'], given['is_pending'])
                for day, given in terms.items())))
