from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.settlement import price
from ..tools.settlement_dispute import taken_out
from ..tools.settlement_facts import ZERO
from .membership_settlement import FINAL
from .membership_settlement_dispute_part import line_key

WAITING = ('sent', 'disputed')


class MembershipSettlement(models.Model):
    """Disputes of a statement, and its prices without what they set aside."""

    _inherit = 'membership.settlement'

    dispute_ids = fields.One2many('membership.settlement.dispute', 'settlement_id', string="Disputes", readonly=True)
    open_disputes = fields.Integer(compute='_compute_open_disputes')

    @api.depends('dispute_ids.state')
    def _compute_open_disputes(self):
        for settlement in self:
            settlement.open_disputes = len(settlement.dispute_ids.filtered(lambda dispute: dispute.state == 'open'))

    def _blocking_disputes(self):
        """Return the disputes that keep a statement from being confirmed: neither decided nor set aside."""
        return self.dispute_ids.filtered(lambda dispute: dispute.state == 'open' and not dispute.is_held)

    def _is_disputable(self):
        """Whether the party may dispute transactions of this statement today."""
        self.ensure_one()
        return self.state in WAITING and bool(self.dispute_until) and (
            self.program_id._membership_date(fields.Datetime.now()) <= self.dispute_until)

    def _open_dispute(self, line, reason, wanted, count=None):
        """Dispute transactions of a line, in the name of the present user; the caller has checked who that is.

        :param wanted: SQL for the (k, atom_id) of transactions of the line
        :param count: how many these must be, if that is known
        :raise UserError: when it is too late, nothing is chosen or something is in dispute already
        :return: the membership.settlement.dispute
        """
        self.ensure_one()
        settlement = self.sudo()
        settlement.lock_for_update()
        if not settlement._is_disputable():
            raise UserError(self.env._(
                "%(statement)s cannot be disputed any more. Write us a message if something is wrong with it.",
                statement=settlement.name))
        if not (reason or '').strip():
            raise UserError(self.env._("Say what is wrong with these transactions."))
        dispute = settlement.dispute_ids.create({
            'settlement_id': settlement.id, 'charge': line._get_label(), 'reason': reason.strip(),
            'opened_by_id': self.env.uid})
        dispute._take_transactions(wanted, count)
        settlement._share_out()
        settlement._follow_disputes()
        dispute._announce()
        return dispute

    def action_cancel(self):
        """A statement that is cancelled ends its disputes: what it had claimed is claimed and disputed anew."""
        result = super().action_cancel()
        for dispute in self.sudo().dispute_ids:
            dispute._free_transactions()
            if dispute.state == 'open':
                dispute._close('withdrawn', self.env._("The statement was cancelled."))
        return result

    def _confirm(self):
        for settlement in self.sudo():
            if settlement._blocking_disputes():
                raise UserError(self.env._(
                    "%(statement)s is in dispute. Set the transactions in dispute aside, or decide, before it is "
                    "confirmed.", statement=settlement.name))
        return super()._confirm()

    def _after_sent(self):
        # Opened again and sent again, what was in dispute still is.
        super()._after_sent()
        self.sudo()._follow_disputes()

    def _after_confirmed(self):
        super()._after_confirmed()
        self.sudo().dispute_ids.filtered(lambda dispute: dispute.state == 'partly')._charge()

    # ------------------------------------------------------------------ prices

    def _release(self):
        self.env['membership.settlement.dispute.part'].invalidate_model(['line_id'])
        super()._release()

    def _claim(self):
        """What is set aside stays so when a statement is computed again."""
        super()._claim()
        for settlement in self.filtered('dispute_ids'):
            settlement._set_aside()

    def _price(self, facts=None):
        # What is waiting to be written is about lines that go now; the database empties the link then.
        self.env['membership.settlement.dispute.part'].invalidate_model(['line_id'])
        super()._price(facts)
        self._share_out()

    def _store_lines(self, charges):
        """A line whose transactions are all set aside stays on the statement, with nothing."""
        gone = []
        if self.dispute_ids.filtered('is_held'):
            lines = {charge.line for charge in charges}
            gone = [charge._replace(atoms=0, quantity=ZERO, exact=ZERO)
                    for charge in self._charges_of(self._facts(held=True)) if charge.line not in lines]
        super()._store_lines(charges + gone)

    def _price_again(self):
        """Price a statement that is not confirmed again, without what is set aside now; nothing is claimed."""
        self.ensure_one()
        if self.state in FINAL:
            raise UserError(self.env._("%(statement)s is settled and never changes any more.", statement=self.name))
        self._set_aside()
        self._price()
        self._total()
        self._follow_disputes()

    def _follow_disputes(self):
        """Move statements that were sent between sent and disputed."""
        for settlement in self:
            state = 'disputed' if settlement._blocking_disputes() else 'sent'
            if settlement.state in WAITING and settlement.state != state:
                settlement.state = state

    def _set_aside(self):
        """Mark what the disputes have set aside, and nothing else."""
        disputed = self.filtered('dispute_ids')
        if disputed:
            held = disputed.dispute_ids.filtered('is_held')
            self.env.cr.execute(SQL(
                """UPDATE membership_settlement_atom a SET is_held = NOT a.is_held
                    WHERE a.settlement_id IN %s AND a.is_held <> %s""", tuple(disputed.ids), held._condition()))

    def _charges_of(self, facts):
        """Return the tools.settlement.Charges of some Facts of this statement."""
        return price(facts, self._versions(), self._fx_rate())[0]

    def _share_out(self):
        """Write what each dispute is on each line: those that are set aside in their order, then those that are not.

        A line as it was computed loses to each of them what its rounded amount loses: together they are exact.
        """
        self.ensure_one()
        if not self.dispute_ids:
            return
        disputes = self.dispute_ids.filtered(lambda dispute: dispute.is_held or dispute.state == 'open').sorted(
            lambda dispute: (not dispute.is_held, dispute.id))
        charges = {dispute: self._charges_of(self._dispute_facts(dispute)) for dispute in disputes}
        left = {charge.line: charge.exact for charge in self._charges_of(self._facts())}
        for dispute in disputes.filtered('is_held'):
            for charge in charges[dispute]:
                left[charge.line] = left.get(charge.line, 0) + charge.exact
        lines = {line._key(): line for line in self.line_ids}
        for part in self.dispute_ids.part_ids:
            part.line_id = lines.get(part.line_key)
        for dispute in disputes:
            rows = []
            for charge in charges[dispute]:
                [amount] = taken_out(left[charge.line], [charge.exact], self.currency_id.decimal_places)
                left[charge.line] -= charge.exact
                rows.append((lines.get(line_key(charge), self.line_ids.browse()), charge, amount))
            dispute._store_parts(rows)
