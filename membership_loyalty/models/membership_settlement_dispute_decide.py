from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from .membership_settlement import FINAL

MANAGER = 'membership_loyalty.group_settlement_manager'


class MembershipSettlementDispute(models.Model):
    """What the operator does about a dispute: set aside, accept, reject."""

    _inherit = 'membership.settlement.dispute'

    def action_hold(self):
        """Set the transactions aside: the statement is priced without them, and the rest can be confirmed."""
        self._check_manager()
        for dispute in self.sudo():
            dispute.settlement_id.lock_for_update()
            dispute._check_open()
            if dispute.is_held:
                raise UserError(self.env._("%(dispute)s is set aside already.", dispute=dispute.display_name))
            dispute.is_held = True
            dispute.settlement_id._price_again()
            dispute._tell(self.env._(
                "The transactions of your dispute were set aside until it is decided. The statement now stands "
                "without them; the rest can be confirmed."))
        return True

    def action_decide(self):
        """Open the form in which the dispute is decided."""
        self.ensure_one()
        self._check_manager()
        self._check_open()
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Decide"), 'target': 'new', 'view_mode': 'form',
            'res_model': 'membership.settlement.decide', 'context': {'default_dispute_id': self.id}}

    def _check_manager(self):
        self.check_access('read')
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only a settlement manager decides about disputes."))

    def _check_open(self):
        labels = dict(self._fields['state']._description_selection(self.env))
        for dispute in self:
            if dispute.state != 'open':
                raise UserError(self.env._(
                    "%(dispute)s is closed already: %(state)s.", dispute=dispute.display_name,
                    state=labels[dispute.state]))

    def _decide(self, state, resolution, charged=None):
        """Close a dispute. Until a statement is confirmed, its transactions are put back or left out; what is charged
        later comes onto the next one.

        :param state: 'accepted' (nothing is charged), 'rejected' (everything), 'partly', or 'withdrawn' (everything)
        :param resolution: why, for the party to read
        :param charged: of 'partly': {part: Decimal that is charged, in the direction of its line}
        """
        self.ensure_one()
        dispute, settlement = self.sudo(), self.settlement_id.sudo()
        settlement.lock_for_update()
        dispute._check_open()
        is_open = settlement.state not in FINAL
        if is_open:
            dispute.is_held = state in ('accepted', 'partly')
        if is_open and state == 'withdrawn':
            dispute._free_transactions()
        for part in dispute.part_ids:
            part.charged = {'accepted': 0, 'partly': float((charged or {}).get(part, 0))}.get(state, part.amount)
        dispute._close(state, resolution)
        if is_open:
            settlement._price_again()
        else:
            dispute._charge()
        labels = dict(self._fields['state']._description_selection(self.env))
        dispute._tell(self.env._(
            "%(dispute)s: %(state)s. %(resolution)s", dispute=dispute.display_name, state=labels[state],
            resolution=resolution))

    def _withdraw(self):
        """The party gives up a dispute; the caller has checked that the present user speaks for it."""
        for dispute in self:
            dispute._decide('withdrawn', self.env._("Withdrawn by the party."))

    def _close(self, state, resolution):
        self.write({
            'state': state, 'resolution': resolution, 'decided_by_id': self.env.uid,
            'decided_at': fields.Datetime.now()})
        self.activity_feedback(['mail.mail_activity_data_todo'], feedback=resolution)

    def _charge(self):
        """Put onto the next statement what is charged of transactions that were set aside; the statement is final."""
        adjustments = self.env['membership.settlement.adjustment'].sudo()
        for part in self.filtered('is_held').part_ids.filtered('charged'):
            adjustments.create(part._prepare_adjustment())

    def _free_transactions(self):
        """Let these transactions be disputed again."""
        self.env.cr.execute(SQL(
            "UPDATE membership_settlement_dispute_atom SET is_live = FALSE WHERE dispute_id IN %s", tuple(self.ids)))

    def _tell(self, body):
        """Write to the party and into both histories."""
        for dispute in self:
            dispute.message_post(body=body, subtype_xmlid='mail.mt_note')
            dispute.settlement_id._tell_party(body)
