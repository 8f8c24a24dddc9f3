from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import paid_terms


class MembershipTierTerm(models.Model):
    """A tier that was paid for: who bought it, for which days, for how much, and whether it was a renewal."""

    _name = 'membership.tier.term'
    _description = "Paid Term of a Tier"
    _order = 'bought_on desc, id desc'
    _rec_name = 'tier_id'
    _check_company_auto = True

    card_id = fields.Many2one(
        'loyalty.card', string="Account", required=True, readonly=True, index=True, ondelete='restrict')
    partner_id = fields.Many2one(related='card_id.partner_id', string="Member")
    tier_id = fields.Many2one('membership.tier', required=True, readonly=True, index=True, ondelete='restrict')
    program_id = fields.Many2one(related='tier_id.program_id', string="Programme")
    company_id = fields.Many2one('res.company', required=True, readonly=True)
    bought_on = fields.Date(required=True, readonly=True, help="Day of the purchase, in the programme's time zone.")
    months = fields.Integer(required=True, readonly=True)
    date_from = fields.Date(string="From", required=True, readonly=True)
    date_to = fields.Date(string="To", required=True, readonly=True)
    price = fields.Monetary(readonly=True, help="What was paid, tax included.")
    currency_id = fields.Many2one('res.currency', required=True, readonly=True)
    is_renewal = fields.Boolean(
        string="Renewal", readonly=True, help="Bought while an earlier term ran, or soon after its end.")
    state = fields.Selection(
        [('valid', "Valid"), ('returned', "Taken back")], default='valid', required=True, readonly=True)
    reminded_on = fields.Date(string="Reminder sent on", readonly=True)
    document_key = fields.Char(required=True, readonly=True)
    document_model = fields.Char(readonly=True)
    document_id = fields.Many2oneReference(model_field='document_model', readonly=True)

    _once = models.UniqueIndex(
        '(document_key, tier_id, card_id)', "This purchase of a tier is recorded already.")
    _ends = models.Index("(date_to) WHERE state = 'valid'")

    # ------------------------------------------------------------------ following purchases

    @api.model
    def _reconcile(self, key, wanted, place):
        """Bring the terms of one document to where the document stands now; calling it again changes nothing.

        :param key: identity of the document
        :param wanted: {(account, tier): dict(months, price, currency_id)}; what is missing is taken back
        :param place: values of new terms: company_id, document_model, document_id, occurred_at
        :return: the terms that are new
        """
        known = {(term.card_id, term.tier_id): term for term in self.search([('document_key', '=', key)])}
        new, moment = self.browse(), place['occurred_at']
        for (account, tier), values in wanted.items():
            term = known.pop((account, tier), self.browse())
            if term and (term.months, term.state) != (values['months'], 'valid'):
                term.write({**values, 'state': 'valid'})
            elif not term:
                day = tier.program_id._membership_date(moment)
                term = new = new + self.create({
                    'card_id': account.id, 'tier_id': tier.id, 'document_key': key, 'bought_on': day,
                    'date_from': day, 'date_to': day, 'is_renewal': self._is_renewal(account, tier, day),
                    **{name: place[name] for name in ('company_id', 'document_model', 'document_id')}, **values})
            else:
                continue
            self._follow(account, tier)
        for (account, tier), term in known.items():
            if term.state != 'returned':
                term.state = 'returned'
                self._follow(account, tier)
        return new

    @api.model
    def _is_renewal(self, account, tier, day):
        last = self._valid(account, tier)[-1:]
        return bool(last) and day <= tier._membership_renewable_until(last.date_to)

    @api.model
    def _valid(self, account, tier):
        """Return the terms of an account in a tier that were not taken back, the oldest purchase first."""
        return self.search([
            ('card_id', '=', account.id), ('tier_id', '=', tier.id), ('state', '=', 'valid')], order='bought_on, id')

    @api.model
    def _follow(self, account, tier):
        """Chain the terms of an account in a tier, and let the account hold the tier as long as they last."""
        terms = self._valid(account, tier)
        days = paid_terms.chain([(term.bought_on, term.months) for term in terms])
        for term, (first, last) in zip(terms, days, strict=True):
            if (term.date_from, term.date_to) != (first, last):
                term.write({'date_from': first, 'date_to': last, 'reminded_on': False})
        account._membership_hold_paid(tier, days[-1][1] if days else None)

    # ------------------------------------------------------------------ figures

    @api.model
    def _renewals(self, tiers):
        """Return {tier id: (terms that ended, those of them that were renewed)}."""
        if not tiers.ids:
            return {}
        self.flush_model()
        return {tier_id: (ended, renewed) for tier_id, ended, renewed in self.env.execute_query(SQL(
            """SELECT t.tier_id, count(*), count(*) FILTER (WHERE EXISTS (
                          SELECT FROM membership_tier_term n
                           WHERE n.card_id = t.card_id AND n.tier_id = t.tier_id AND n.state = 'valid'
                             AND n.is_renewal AND n.date_from > t.date_to
                             AND n.date_from <= t.date_to + 1 + r.renewal_days))
                 FROM membership_tier_term t JOIN membership_tier r ON r.id = t.tier_id
                WHERE t.tier_id IN %s AND t.state = 'valid' AND t.date_to < %s
                GROUP BY t.tier_id""", tuple(tiers.ids), fields.Date.context_today(self)))}

    def action_open_document(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window', 'res_model': self.document_model, 'res_id': self.document_id,
            'view_mode': 'form'}
