from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import float_compare, html2plaintext

from .membership_settlement import FINAL

# What a party has agreed to: of a confirmed statement, none of it changes.
CONTENT = frozenset((
    'name', 'run_id', 'party_id', 'program_id', 'company_id', 'agreement_id', 'currency_id', 'date_from', 'date_to',
    'revision', 'line_ids', 'adjustment_ids', 'receivable', 'payable', 'net', 'carried_in', 'balance', 'control',
    'roll_forward', 'content_hash', 'sent_at', 'confirmed_by_id', 'confirmed_at', 'previous_id'))


class MembershipSettlement(models.Model):
    """The life of a statement: who may move it where, and that a confirmed one stays as it is."""

    _inherit = 'membership.settlement'

    warnings = fields.Text(compute='_compute_warnings', help="What should be looked at before it is sent.")

    @api.depends('state')
    def _compute_warnings(self):
        for settlement in self:
            warnings = settlement._check_before_send() if settlement.state == 'computed' else []
            settlement.warnings = '\n'.join(warnings)

    # ------------------------------------------------------------------ what never changes

    def write(self, vals):
        for settlement in self:
            if settlement.state in FINAL and (CONTENT & vals.keys() or vals.get('state', FINAL[0]) not in FINAL):
                raise UserError(self.env._(
                    "%(settlement)s is confirmed and never changes any more. Add an adjustment to the next statement "
                    "instead.", settlement=settlement.name))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_cancelled(self):
        for settlement in self:
            if settlement.state not in ('draft', 'cancel'):
                raise UserError(self.env._(
                    "%(settlement)s holds transactions. Cancel it instead of deleting it.", settlement=settlement.name))

    # ------------------------------------------------------------------ buttons

    def action_compute(self):
        self._check_group('membership_loyalty.group_settlement_user')
        self._compute_settlement()

    def action_send(self):
        """Send these statements: the party can read and dispute them from now on."""
        self._check_group('membership_loyalty.group_settlement_manager')
        self._move_from({'computed'}, self.env._("sent"))
        today = fields.Date.context_today(self)
        for settlement in self.sudo():
            settlement._check_can_send()
            warnings = settlement._check_before_send()
            settlement.write({
                'state': 'sent', 'sent_at': fields.Datetime.now(),
                'dispute_until': fields.Date.add(today, days=settlement.agreement_id.dispute_days)})
            if warnings:
                settlement.message_post(body=self.env._(
                    "Sent in spite of: %(warnings)s", warnings=html2plaintext(' '.join(warnings))))
        self._after_sent()

    def action_confirm(self):
        """Confirm for the operator: never by who has set the rates."""
        self._check_group('membership_loyalty.group_settlement_manager')
        self._move_from({'sent', 'disputed'}, self.env._("confirmed"))
        for settlement in self.sudo():
            agreements = settlement.line_ids.agreement_id | settlement.agreement_id
            if self.env.user in agreements.priced_by_ids:
                raise UserError(self.env._(
                    "You have set the rates of %(settlement)s. Somebody else has to confirm it.",
                    settlement=settlement.name))
        self._confirm()

    def _confirm(self):
        """Confirm, by the operator, by the party or by silence. A balance too small to be paid goes to the next one.

        :raise UserError: when a statement is not what was sent
        """
        self.sudo()._check_seal()
        values = {'confirmed_by_id': self.env.uid, 'confirmed_at': fields.Datetime.now()}
        carried = self.sudo().filtered(lambda settlement: settlement._is_carried())
        carried.write({'state': 'carried', **values})
        (self.sudo() - carried).write({'state': 'confirmed', **values})
        self._after_confirmed()

    def _is_carried(self):
        """Tell whether nothing is booked of this statement, as the agreement says of small balances."""
        self.ensure_one()
        terms = self.agreement_id
        return terms.min_policy == 'carry' and float_compare(
            abs(self.balance), terms.min_amount, precision_rounding=self.currency_id.rounding) < 0

    def action_cancel(self):
        """Cancel these statements: their transactions are free for another one."""
        self._check_group('membership_loyalty.group_settlement_manager')
        self._move_from({'draft', 'computed', 'nil', 'sent', 'disputed'}, self.env._("cancelled"))
        self.sudo()._release()
        self.sudo().write({'state': 'cancel'})
        self.sudo().run_id._set_totals()

    def _reopen(self, reason):
        """Take statements back that were sent, to compute and send them again as the next revision.

        :param reason: text for the party and the auditor
        """
        self._check_group('membership_loyalty.group_settlement_manager')
        self._move_from({'sent', 'disputed'}, self.env._("opened again"))
        for settlement in self.sudo():
            settlement.write({
                'state': 'computed', 'revision': settlement.revision + 1, 'sent_at': False, 'dispute_until': False})
            settlement._seal()
            settlement.message_post(body=self.env._(
                "Opened again as revision %(revision)s by %(user)s: %(reason)s", revision=settlement.revision,
                user=self.env.user.name, reason=reason))

    # ------------------------------------------------------------------ who may, and from where

    def _check_group(self, group):
        self.check_access('read')
        if not self.env.user.has_group(group):
            raise AccessError(self.env._("This is done by a %(group)s.", group=self.env.ref(group).sudo().display_name))

    def _move_from(self, states, wanted):
        labels = dict(self._fields['state']._description_selection(self.env))
        for settlement in self:
            if settlement.state not in states:
                raise UserError(self.env._(
                    "%(settlement)s is %(state)s and cannot be %(wanted)s.", settlement=settlement.name,
                    state=labels[settlement.state], wanted=wanted))
