from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..const import POINTS_DIGITS
from ..tools.rounding import to_amount


class MembershipTransfer(models.Model):
    """Points given by one member to another of the same programme: two sides of the ledger in one transaction."""

    _name = 'membership.transfer'
    _description = "Transfer of Points"
    _order = 'id desc'
    _rec_name = 'event'

    source_id = fields.Many2one(
        'loyalty.card', string="From account", required=True, readonly=True, index=True, ondelete='restrict')
    destination_id = fields.Many2one(
        'loyalty.card', string="To account", required=True, readonly=True, index=True, ondelete='restrict')
    source_partner_id = fields.Many2one(related='source_id.partner_id', string="From")
    destination_partner_id = fields.Many2one(related='destination_id.partner_id', string="To")
    program_id = fields.Many2one(related='source_id.program_id', string="Programme", store=True)
    company_id = fields.Many2one(related='source_id.company_id', store=True)
    kind = fields.Selection(
        [('gift', "Given"), ('join', "Joined a family"), ('leave', "Left a family")],
        required=True, readonly=True, default='gift')
    amount = fields.Float(
        string="Points", digits=POINTS_DIGITS, required=True, readonly=True,
        help="What the giver has less, fee included.")
    fee = fields.Float(digits=POINTS_DIGITS, readonly=True, help="What nobody has received.")
    received = fields.Float(digits=POINTS_DIGITS, compute='_compute_received', help="What the receiver has more.")
    note = fields.Char(readonly=True)
    by_member = fields.Boolean(readonly=True, help="Done by the member on the portal.")
    date = fields.Date(required=True, readonly=True, help="Day in the programme's time zone.")
    event = fields.Char(required=True, readonly=True, copy=False, help="Identity of the click that made it.")
    state = fields.Selection(
        [('done', "Done"), ('undone', "Undone")], required=True, readonly=True, default='done', copy=False)
    undone_by_id = fields.Many2one('res.users', readonly=True, copy=False)
    undone_at = fields.Datetime(readonly=True, copy=False)

    _event_once = models.UniqueIndex('(event)', "This transfer was posted before.")
    _two_accounts = models.Constraint(
        'CHECK (source_id <> destination_id)', "A transfer goes from one account to another.")
    _amounts = models.Constraint(
        'CHECK (amount > 0 AND fee >= 0 AND fee < amount)', "A transfer moves points; its fee is less than that.")
    _month = models.Index('(source_id, date) INCLUDE (amount)')

    @api.depends('amount', 'fee')
    def _compute_received(self):
        for transfer in self:
            transfer.received = float(to_amount(transfer.amount) - to_amount(transfer.fee))

    @api.depends('source_id', 'destination_id', 'amount')
    def _compute_display_name(self):
        for transfer in self:
            transfer.display_name = self.env._(
                "%(points)s from %(giver)s to %(receiver)s",
                points=transfer.source_id.sudo()._format_points(transfer.amount),
                giver=transfer.source_partner_id.name, receiver=transfer.destination_partner_id.name)

    # ------------------------------------------------------------------ transfer

    @api.model
    def _make(self, source, destination, amount, event, note='', by_member=False):
        """Give points of one member to another, on the programme's terms. The caller checks who may ask for it.

        :param source: loyalty.card of the giver
        :param destination: loyalty.card of the receiver
        :param amount: points that the giver loses, the fee included
        :param event: identity of the click; the same event again posts nothing
        :return: the membership.transfer
        :raise UserError: when the programme does not allow it, or there is not enough
        """
        program = source.program_id
        self._check_accounts(source, destination)
        program._membership_check_transfer_policy(by_member)
        points = program._membership_transfer_amount(amount)
        known = self._locked(source, destination, event)
        if known:
            return known
        self._check_month(source, points)
        return self._post(
            source, destination, points, event, fee=program._membership_transfer_fee(points), note=note,
            by_member=by_member)

    @api.model
    def _check_accounts(self, source, destination):
        if not (source and destination) or not (source + destination).filtered('is_membership') == source + destination:
            raise UserError(self.env._("Choose two members."))
        if source == destination:
            raise UserError(self.env._("Giver and receiver have the same account."))
        if source.program_id != destination.program_id:
            raise UserError(self.env._(
                "%(giver)s and %(receiver)s are members of different programmes; points cannot leave theirs.",
                giver=source.display_name, receiver=destination.display_name))
        if not (source.active and destination.active):
            raise UserError(self.env._("One of the accounts is closed."))

    @api.model
    def _locked(self, source, destination, event):
        """Lock both accounts, in the order of their ids; return what this event has done already."""
        self.env['membership.ledger.entry'].sudo()._lock((source + destination).sudo())
        known = self.sudo().search([('event', '=', event)])
        if known and (known.source_id, known.destination_id) != (source.sudo(), destination.sudo()):
            raise UserError(self.env._("This form was used for another transfer. Open it again."))
        return known.sudo(self.env.su)

    @api.model
    def _check_month(self, source, points):
        """Refuse what goes beyond the month's limit of the giver."""
        limit = to_amount(source.program_id.transfer_month_limit)
        given = self._given_this_month(source)
        if limit and given + points > limit:
            raise UserError(self.env._(
                "%(limit)s can be given in a month; %(given)s were given since its first day.",
                limit=source._format_points(float(limit)), given=source._format_points(float(given))))

    @api.model
    def _given_this_month(self, source):
        """Return the points that this account has given in the present month, Decimal."""
        today = source.program_id._membership_date(fields.Datetime.now())
        following = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
        [(given,)] = self.sudo()._read_group([
            ('source_id', '=', source.id), ('kind', '=', 'gift'), ('state', '=', 'done'),
            ('date', '>=', today.replace(day=1)), ('date', '<', following)], [], ['amount:sum'])
        return to_amount(given)

    @api.model
    def _post(self, source, destination, points, event, fee=0, **values):
        """Post a transfer between locked accounts: never more than the giver has."""
        source, destination = source.sudo(), destination.sudo()
        balance = self.env['membership.ledger.entry'].sudo()._lock(source)[source.id].balance
        if points > balance:
            raise UserError(self.env._(
                "%(giver)s has %(balance)s to give, not %(points)s.", giver=source.partner_id.display_name,
                balance=source._format_points(float(max(balance, 0))), points=source._format_points(float(points))))
        transfer = self.sudo().create({
            'source_id': source.id, 'destination_id': destination.id, 'amount': float(points), 'fee': float(fee),
            'event': event, 'date': source.program_id._membership_date(fields.Datetime.now()), **values})
        self.env['membership.ledger.entry'].sudo()._reconcile(transfer._postings(points, to_amount(fee)))
        for account in (source, destination):
            account.message_post(body=transfer.display_name)
        return transfer.sudo(self.env.su)

    def _postings(self, points, fee):
        """Return where the ledger of both accounts shall stand: both sides have the key, the fee one of its own."""
        self.ensure_one()
        source, destination, key = self.source_id, self.destination_id, f'transfer:{self.event}'
        shared = {'kind': 'transfer', 'model': self._name, 'res_id': self.id,
                  'company_id': (source.company_id or self.env.company).id}
        # A card number and a point must not be enough to learn somebody's name.
        to = f'{(destination.partner_id.name or "")[:1]}***' if self.by_member else destination.partner_id.name
        by = source.partner_id.name
        note = f' · {self.note}' if self.note else ''
        return [
            source._membership_single_posting(
                amount=fee - points, key=key, description=self.env._("Given to %(member)s", member=to) + note,
                **shared),
            destination._membership_single_posting(
                amount=points - fee, key=key, description=self.env._("Received from %(member)s", member=by) + note,
                source_id=source.id, **shared),
            *([source._membership_single_posting(
                amount=-fee, key=f'{key}:fee', description=self.env._("Fee of a transfer"), **shared)] if fee else ()),
        ]

    # ------------------------------------------------------------------ undone

    def action_undo(self):
        """Give the points back, with their fee, as long as the receiver still has them."""
        self.ensure_one()
        if not self.env.user.has_group('membership_loyalty.group_membership_manager'):
            raise AccessError(self.env._("Only a membership manager may undo a transfer."))
        self.check_access('read')
        transfer = self.sudo()
        ledger = self.env['membership.ledger.entry'].sudo()
        balances = ledger._lock(transfer.source_id + transfer.destination_id)
        if transfer.kind != 'gift' or transfer.state == 'undone':
            raise UserError(self.env._(
                "This transfer was undone before, or belongs to a family: a member leaves it on the card."))
        if balances[transfer.destination_id.id].balance < to_amount(transfer.received):
            raise UserError(self.env._(
                "%(receiver)s has only %(left)s left of the %(points)s received. Take back what is left with a "
                "transfer in the other direction.", receiver=transfer.destination_partner_id.name,
                left=transfer.destination_id._format_points(max(transfer.destination_id.points, 0)),
                points=transfer.destination_id._format_points(transfer.received)))
        ledger._reconcile([posting._replace(
            wanted=to_amount(0), source_id=None,
            description=self.env._("Undone: %(reason)s", reason=posting.description),
        ) for posting in transfer._postings(to_amount(transfer.amount), to_amount(transfer.fee))])
        transfer.write({'state': 'undone', 'undone_by_id': self.env.uid, 'undone_at': fields.Datetime.now()})
        for account in transfer.source_id + transfer.destination_id:
            account.message_post(body=self.env._("Undone: %(reason)s", reason=transfer.display_name))
        return True
