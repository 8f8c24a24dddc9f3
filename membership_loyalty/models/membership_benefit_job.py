from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.benefits import birthdays_due
from ..tools.birthdays import KNOWN_BEFORE

BATCH = 100  # members: a voucher with its e-mail takes about 50 ms, most of it for rendering the e-mail


class MembershipBenefitJob(models.AbstractModel):
    """Every night: gifts for birthdays, and for friends whose first purchase is past the return window."""

    _name = 'membership.benefit.job'
    _inherit = ['membership.job.mixin']
    _description = "Gifts That Are Due"

    @api.model
    def _job_count(self):
        self.env['membership.referral']._follow_purchases()
        due = sum(
            self.env.execute_query(SQL("SELECT count(*) FROM (%s) AS due", query))[0][0]
            for _benefit, query in self._due_birthdays())
        return due + self.env['membership.referral'].sudo().search_count(
            self.env['membership.referral']._get_due_domain())

    @api.model
    def _job_batch(self):
        done, given = self.env['membership.referral']._release_batch(BATCH)
        if done:
            return done, given
        for benefit, query in self._due_birthdays():
            rows = self.env.execute_query(SQL("%s ORDER BY account.id LIMIT %s", query, BATCH))
            if rows:
                accounts = self.env['loyalty.card'].sudo().browse(row[0] for row in rows)
                return len(rows), len(self.env['membership.benefit.grant']._give(
                    [(benefit, account, row[1]) for account, row in zip(accounts, rows, strict=True)]))
        return 0, 0

    @api.model
    def _due_birthdays(self):
        """Return [(benefit, SQL of the (account id, year) that are to be given it today)]."""
        self.env.flush_all()
        benefits = self.env['membership.benefit'].sudo().search([('kind', '=', 'birthday')])
        now = fields.Datetime.now()
        return [
            (benefit, self._due_query(benefit, birthdays_due(
                benefit.program_id._membership_date(now), benefit.birthday_window, benefit.birthday_lead_days)))
            for benefit in benefits if benefit.program_id.active]

    @api.model
    def _due_query(self, benefit, birthdays):
        """Return the SELECT of the members with one of these birthdays who were given nothing for it yet.

        Nor is somebody given twice who was given the gift of another tier for the same birthday and moved since.
        """
        return SQL(
            """SELECT account.id, to_char(due.birthday, 'YYYY')
                 FROM (VALUES %(birthdays)s) AS due (month, day, birthday, last)
                 JOIN res_partner AS member ON member.membership_birthday IS NOT NULL
                      AND EXTRACT(month FROM member.membership_birthday) = due.month
                      AND EXTRACT(day FROM member.membership_birthday) = due.day
                      AND member.active
                      AND (member.membership_birthday_set_on IS NULL
                           OR due.birthday - member.membership_birthday_set_on >= %(known)s)
                 JOIN loyalty_card AS account ON account.partner_id = member.id AND account.program_id = %(program)s
                      AND account.is_membership AND account.active
                      AND (account.create_date AT TIME ZONE 'UTC' AT TIME ZONE %(timezone)s)::date <= due.last
                WHERE %(tiers)s
                  AND NOT EXISTS (
                      SELECT FROM membership_benefit_grant AS given
                        JOIN membership_benefit AS other ON other.id = given.benefit_id
                       WHERE given.card_id = account.id AND given.period = to_char(due.birthday, 'YYYY')
                         AND other.kind = 'birthday' AND (other.id = %(benefit)s OR (
                             EXISTS (SELECT FROM membership_benefit_membership_tier_rel AS any_tier
                                      WHERE any_tier.membership_benefit_id = other.id)
                             AND NOT EXISTS (SELECT FROM membership_benefit_membership_tier_rel AS own
                                              WHERE own.membership_benefit_id = other.id
                                                AND own.membership_tier_id = account.tier_id))))""",
            birthdays=SQL(', ').join(SQL("(%s, %s, %s::date, %s::date)", *birthday) for birthday in birthdays),
            timezone=benefit.program_id.membership_tz or 'UTC', known=KNOWN_BEFORE, program=benefit.program_id.id,
            benefit=benefit.id,
            tiers=SQL("account.tier_id IN %s", tuple(benefit.tier_ids.ids)) if benefit.tier_ids else SQL("TRUE"))
