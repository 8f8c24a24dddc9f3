from datetime import timedelta

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import format_date

# What was agreed. While a version is a draft, managers write it; in force, nobody does.
TERMS = frozenset({
    'party_id', 'program_id', 'date_from', 'date_to', 'basis', 'currency_id', 'rate_ids', 'bonus_bearer', 'bonus_share',
    'overdraft_bearer', 'late_days', 'dispute_days', 'is_auto_accept', 'min_amount', 'min_policy', 'document_mode',
    'payment_term_id', 'reversal_grace_days', 'analytic_distribution', 'commission_on'})
# What only the methods of an agreement write.
KEPT = frozenset({'company_id', 'version', 'state', 'priced_by_ids'})


class MembershipAgreement(models.Model):
    """The life of an agreement: written as a draft, put in force for good, followed by a new version or ended."""

    _inherit = 'membership.agreement'

    @api.model_create_multi
    def create(self, vals_list):
        """Every agreement begins as a draft, as the next version of its party and programme."""
        latest = {}
        prepared = []
        for vals in vals_list:
            key = vals.get('party_id'), vals.get('program_id')
            if key not in latest:
                latest[key] = self.sudo().search([
                    ('party_id', '=', key[0]), ('program_id', '=', key[1])], order='version desc', limit=1).version
            latest[key] += 1
            prepared.append({
                **{name: value for name, value in vals.items() if name not in KEPT}, 'version': latest[key],
                'priced_by_ids': [Command.link(self.env.uid)]})
        return super().create(prepared)

    def write(self, vals):
        if self.env.su:
            return super().write(vals)
        if KEPT & vals.keys():
            raise AccessError(self.env._(
                "State, version and authors of an agreement are changed by its buttons only: activate, new version, "
                "end."))
        if TERMS & vals.keys():
            self._check_draft()
            self._remember_author()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_force(self):
        self._check_draft()

    def _before_rates_change(self):
        """Refuse to change the rates of a version in force, whoever asks; remember who changes those of a draft."""
        self._check_draft()
        self._remember_author()

    def _check_draft(self):
        """Refuse to touch what is in force: statements are priced by it.

        :raise UserError: for a version that is not a draft
        """
        for agreement in self:
            if agreement.state != 'draft':
                raise UserError(self.env._(
                    "%(agreement)s is in force and is never changed or deleted, for statements are priced by it. Make "
                    "a new version from the first day on which something else is agreed.",
                    agreement=agreement.display_name))

    def _remember_author(self):
        """Keep who has a part in these rates: nobody confirms a statement priced by their own hand."""
        new = self.sudo().filtered(lambda agreement: self.env.user not in agreement.priced_by_ids)
        if new:
            new.write({'priced_by_ids': [Command.link(self.env.uid)]})

    # ------------------------------------------------------------------ in force

    def action_activate(self):
        """Put drafts in force; the versions before them end the day before."""
        self.check_access('write')
        for agreement in self:
            agreement._check_draft()
            agreement._check_rates()
            agreement._activate()

    def _activate(self):
        self.ensure_one()
        closed = self.party_id._lock_closed_until()
        if not self._fills_a_gap():
            self._check_first_day(closed)
        self._end_former()
        self._remember_author()
        self.sudo().state = 'active'
        self.flush_recordset()
        self.sudo()._adopt()

    def _check_first_day(self, closed):
        """:param closed: last day that is on a statement of the party already, or None"""
        if closed and self.date_from <= closed:
            raise UserError(self.env._(
                "The statements of %(party)s are closed up to %(closed)s: a version cannot begin on %(day)s. Let it "
                "begin on %(first)s or later.", party=self.party_id.name, closed=format_date(self.env, closed),
                day=format_date(self.env, self.date_from), first=format_date(self.env, closed + timedelta(days=1))))

    def _fills_a_gap(self):
        """Tell whether this version begins after another one has ended: what happened since has no price yet, and no
        statement with it was sent."""
        others = self._others()
        return bool(others) and others[0].date_from < self.date_from and not others.filtered(
            lambda other: other.date_from <= self.date_from and (not other.date_to or other.date_to >= self.date_from))

    def _others(self):
        """Return the other versions of this agreement that are or were in force, the first one first."""
        return self.sudo().search([
            ('party_id', '=', self.party_id.id), ('program_id', '=', self.program_id.id), ('state', '!=', 'draft'),
            ('id', '!=', self.id)], order='date_from')

    def _end_former(self):
        """End the version that holds on the first day of this one; refuse a day that another one has already."""
        for other in self._others():
            if other.date_from < self.date_from and (not other.date_to or other.date_to >= self.date_from):
                other._end(self.date_from - timedelta(days=1), self.env._(
                    "Ended by version %(version)s.", version=self.version))
            elif other.date_from >= self.date_from and (not self.date_to or other.date_from <= self.date_to):
                raise UserError(self.env._(
                    "%(other)s begins on %(day)s, when this version would hold as well. Let this one end the day "
                    "before, or begin later.", other=other.display_name, day=format_date(self.env, other.date_from)))

    def _check_last_day(self, day):
        """Refuse to end this version before it began, after it ends anyway, or within time that is settled already.

        :raise UserError: with the reason
        """
        closed = self.party_id._lock_closed_until()
        if self.state == 'draft':
            raise UserError(self.env._(
                "%(agreement)s is a draft: change or delete it.", agreement=self.display_name))
        if day < self.date_from or (self.date_to and day > self.date_to):
            raise UserError(self.env._(
                "%(day)s is not one of the days on which %(agreement)s holds.", day=format_date(self.env, day),
                agreement=self.display_name))
        if closed and day < closed:
            raise UserError(self.env._(
                "The statements of %(party)s are closed up to %(closed)s. End the agreement on that day or later.",
                party=self.party_id.name, closed=format_date(self.env, closed)))

    def _end(self, day, reason):
        """End a version that is in force. The caller checks the rights.

        :param day: its last day
        :param reason: sentence for the chatter
        """
        self.ensure_one()
        self.sudo().write({'date_to': day, 'state': 'ended'})
        self.flush_recordset()
        self.message_post(body=reason)

    # ------------------------------------------------------------------ rates

    def _check_rates(self):
        """Refuse rates that would never be charged.

        :raise UserError: for the first one of them
        """
        for agreement in self:
            charges = {(rate.charge, rate.unit) for rate in agreement.rate_ids}
            names = {rate.charge for rate in agreement.rate_ids}
            for wrong, message in (
                ('issue' in names and agreement.basis == 'redeem', self.env._(
                    "A party that pays when its points are spent pays nothing when they are issued. Replace the rate "
                    "for points issued by one for points funded.")),
                ('fund' in names and agreement.basis == 'issue', self.env._(
                    "A party that pays when points are issued does not pay for them again when they are spent. Remove "
                    "the rate for points funded.")),
                ('brkg' in names and ('issue', 'per_point') not in charges, self.env._(
                    "A share of expired points is a part of what was paid per point when they were issued. Add a rate "
                    "per point for points issued, or remove the share.")),
                (('fee', 'percent') in charges and ('reimb', 'per_point') not in charges, self.env._(
                    "The fee is a percentage of what is paid per point accepted. Add a rate per point for points "
                    "accepted, or agree on the fee per point or per transaction.")),
            ):
                if wrong:
                    raise UserError(message)
