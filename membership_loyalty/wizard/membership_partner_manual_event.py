import uuid

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.partner_event import ERROR, PartnerEvent
from ..tools.rounding import to_amount

KINDS = [('earn', "Points earned"), ('redeem', "Points spent"), ('reverse', "Taken back")]


class MembershipPartnerManualEvent(models.TransientModel):
    """Book one event of a partner by hand, with a reason: a paper slip, a till that was out of order."""

    _name = 'membership.partner.manual.event'
    _inherit = ['membership.partner.choice']
    _description = "Event of a Partner by Hand"

    kind = fields.Selection(KINDS, required=True, default='earn')
    card = fields.Char(string="Card number", help="Number of the card, or what its QR code says.")
    original = fields.Char(string="Partner's number", help="Number that the partner gave to what is taken back.")
    points = fields.Float(digits=(16, 2), help="More than zero. To take something back: 0 takes back all that is left.")
    occurred_at = fields.Datetime(string="Happened at", required=True, default=fields.Datetime.now)
    receipt_no = fields.Char(string="Receipt")
    reason = fields.Char(required=True, size=250, help="Kept with the event and in the notes of the party.")
    is_late_allowed = fields.Boolean(
        string="Book it although it is late", help="Also when it is older than the agreement allows.")
    # One wizard is one event: a second click on the button books nothing.
    event = fields.Char(default=lambda self: f'manual-{uuid.uuid4()}', readonly=True, required=True)

    def action_book(self):
        """Book the event, or say why it cannot be."""
        self.ensure_one()
        if not self.env.user.has_group('membership_loyalty.group_settlement_manager'):
            raise AccessError(self.env._("Only a settlement manager may book events of a partner by hand."))
        self.party_id.check_access('read')
        if not self.reason.strip():
            raise UserError(self.env._("Say why: the reason is kept with the event."))
        [result] = self.env['membership.partner.event']._post(
            self.party_id, self.program_id, [self._event()], channel='manual', override_late=self.is_late_allowed)
        if result.state == ERROR:
            raise UserError(self.env._("%(reason)s (%(code)s)", reason=result.message, code=result.code))
        transaction = self.env['membership.partner.transaction'].sudo().browse(result.transaction_id)
        self.party_id.message_post(body=self.env._(
            "Booked by hand: %(kind)s, %(points)s points, member %(member)s, %(number)s. Reason: %(reason)s",
            kind=dict(self._fields['kind']._description_selection(self.env))[self.kind], points=result.points,
            member=transaction.partner_id.name or '', number=self.event, reason=self.reason.strip()))
        return {'type': 'ir.actions.act_window_close'}

    def _event(self):
        is_reversal = self.kind == 'reverse'
        try:
            points = to_amount(self.points)
        except ValueError:
            raise UserError(self.env._("Enter a number of points.")) from None
        about = {'original': (self.original or '').strip(), 'points': points or None} if is_reversal else {
            'token': (self.card or '').strip(), 'points': points}
        return PartnerEvent(
            self.kind, self.event, self.occurred_at, receipt_no=(self.receipt_no or '').strip(),
            note=self.reason.strip(), **about)
