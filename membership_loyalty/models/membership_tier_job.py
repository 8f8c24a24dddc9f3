from odoo import api, fields, models
from odoo.tools import SQL

BATCH = 2000
SLOW_BATCH = 100  # an e-mail to be written, or an account to be moved, one by one


class MembershipTierJob(models.AbstractModel):
    """What time brings to tiers that are not reached by purchases: reminders before a paid term ends, invitations that
    nobody answered, and members who fell below a tier that they have paid for."""

    _name = 'membership.tier.job'
    _inherit = 'membership.job.mixin'
    _description = "Paid Tiers and Invitations"

    @api.model
    def _job_count(self):
        return sum(len(find(None)) for find in (self._overdue, self._fallen, self._to_remind))

    @api.model
    def _job_batch(self):
        for find, act, limit in (
                (self._overdue, self._expire, BATCH), (self._fallen, self._raise, SLOW_BATCH),
                (self._to_remind, self._remind, SLOW_BATCH)):
            due = find(limit)
            if due:
                return len(due), act(due)
        return 0, 0

    # ------------------------------------------------------------------ invitations

    @api.model
    def _overdue(self, limit):
        invitations = self.env['membership.tier.invitation'].sudo()
        return invitations.search(invitations._overdue_domain(), limit=limit)

    @api.model
    def _expire(self, invitations):
        invitations.state = 'expired'
        return len(invitations)

    # ------------------------------------------------------------------ paid terms

    @api.model
    def _days(self):
        """Return [(programme id, its day today)] of programmes with tiers that are bought."""
        programs = self.env['membership.tier'].sudo().search([('entry', '=', 'paid')]).program_id
        now = fields.Datetime.now()
        return [(program.id, program._membership_date(now)) for program in programs]

    @api.model
    def _find(self, condition, limit):
        """Return the valid terms of open accounts that a condition on t (term), c (account), r (tier) and d (day in
        the programme's time zone) holds for."""
        days = self._days()
        if not days:
            return self.env['membership.tier.term']
        self.env.flush_all()
        return self.env['membership.tier.term'].sudo().browse(term_id for term_id, in self.env.execute_query(SQL(
            """SELECT t.id
                 FROM (VALUES %s) AS d (program_id, today)
                 JOIN membership_tier r ON r.program_id = d.program_id
                 JOIN membership_tier_term t ON t.tier_id = r.id AND t.state = 'valid'
                 JOIN loyalty_card c ON c.id = t.card_id AND c.active
                WHERE %s ORDER BY t.date_to, t.id LIMIT %s""",
            SQL(', ').join(SQL("(%s, %s::date)", *day) for day in days), condition, limit)))

    @api.model
    def _to_remind(self, limit):
        """Return terms that end soon, of members who can be written to, were not reminded and have not renewed."""
        return self._find(SQL(
            """r.reminder_days > 0 AND r.reminder_template_id IS NOT NULL AND t.reminded_on IS NULL
               AND t.date_to BETWEEN d.today AND d.today + r.reminder_days
               AND EXISTS (SELECT FROM res_partner p WHERE p.id = c.partner_id AND p.active AND p.email <> '')
               AND NOT EXISTS (SELECT FROM membership_tier_term n WHERE n.card_id = t.card_id AND n.tier_id = t.tier_id
                                  AND n.state = 'valid' AND n.date_to > t.date_to)"""), limit)

    @api.model
    def _remind(self, terms):
        for template, chosen in terms.grouped(lambda term: term.tier_id.reminder_template_id).items():
            template.send_mail_batch(chosen.ids)
        terms.reminded_on = fields.Date.context_today(self)
        return len(terms)

    @api.model
    def _fallen(self, limit):
        """Return terms that run, of members who stand below their tier: who held a higher one when it was bought, and
        lost that. Who was moved by hand stays where that put him."""
        return self._find(SQL(
            """d.today BETWEEN t.date_from AND t.date_to
               AND (c.tier_basis IS DISTINCT FROM 'manual' OR c.tier_until < d.today)
               AND NOT EXISTS (SELECT FROM membership_tier o WHERE o.id = c.tier_id
                                  AND (o.sequence, o.id) >= (r.sequence, r.id))"""), limit)

    @api.model
    def _raise(self, terms):
        for term in terms:
            term._follow(term.card_id, term.tier_id)
        return len(terms)
