from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..const import POINTS_DIGITS
from ..tools.rounding import to_amount

MANAGER = 'membership_loyalty.group_membership_manager'


class MembershipAdjustRequest(models.Model):
    """Every adjustment, with who asked for it and who agreed. Nobody writes it but its own methods."""

    _name = 'membership.adjust.request'
    _description = "Adjustment of Points"
    _inherit = ['mail.thread', 'mail.activity.mixin']
    _mail_post_access = 'read'
    _order = 'id desc'
    _rec_name = 'note'

    account_id = fields.Many2one(
        'loyalty.card', string="Member", required=True, readonly=True, index=True, ondelete='restrict')
    program_id = fields.Many2one(related='account_id.program_id', string="Programme", store=True)
    company_id = fields.Many2one(related='account_id.company_id', store=True)
    amount = fields.Float(string="Points", digits=POINTS_DIGITS, required=True, readonly=True)
    reason_id = fields.Many2one('membership.adjust.reason', required=True, readonly=True, ondelete='restrict')
    note = fields.Char(required=True, readonly=True)
    allow_debt = fields.Boolean(string="Balance may fall below zero", readonly=True)
    requested_by_id = fields.Many2one('res.users', required=True, readonly=True, index=True)
    approved_by_id = fields.Many2one('res.users', string="Decided by", readonly=True, tracking=True)
    decided_at = fields.Datetime(readonly=True)
    date = fields.Date(required=True, readonly=True, help="Day it was asked for, in the programme's time zone.")
    event = fields.Char(required=True, readonly=True, copy=False, help="Identity of the click that made it.")
    state = fields.Selection(
        [('waiting', "Waiting for approval"), ('done', "Posted"), ('refused', "Refused"), ('cancelled', "Withdrawn"),
         ('undone', "Undone")], required=True, readonly=True, tracking=True, copy=False)
    may_decide = fields.Boolean(compute='_compute_may_decide')

    _event_once = models.UniqueIndex('(event)', "This adjustment was made before.")
    _amount_not_zero = models.Constraint('CHECK (amount <> 0)', "An adjustment moves points.")
    _two_people = models.Constraint(
        'CHECK (approved_by_id <> requested_by_id)', "Nobody decides on an adjustment of their own.")
    _of_a_day = models.Index('(requested_by_id, date)')

    @api.depends('account_id', 'amount')
    def _compute_display_name(self):
        for request in self:
            request.display_name = self.env._(
                "%(points)s for %(member)s", points=request.account_id.sudo()._format_points(request.amount),
                member=request.account_id.sudo().partner_id.name or request.account_id.sudo().code)

    @api.depends_context('uid')
    @api.depends('state', 'requested_by_id')
    def _compute_may_decide(self):
        for request in self:
            request.may_decide = request.state == 'waiting' and not request._why_not_decide()

    # ------------------------------------------------------------------ asked for

    @api.model
    def _request(self, account, amount, reason, note, event, allow_debt=False):
        """Adjust a balance, or ask a second person where the present user's limit does not suffice.

        :param amount: Decimal points, signed, not zero
        :param reason: membership.adjust.reason
        :param event: identity of the click; the same again does nothing
        :return: the membership.adjust.request, done or waiting
        """
        known = self.sudo().search([('event', '=', event)])
        if known:
            return known.sudo(self.env.su)
        program = account.program_id
        is_within = self._is_within_limit(account, amount)
        request = self.sudo().create({
            'account_id': account.id, 'amount': float(amount), 'reason_id': reason.id, 'note': note, 'event': event,
            'allow_debt': allow_debt, 'requested_by_id': self.env.uid, 'state': 'done' if is_within else 'waiting',
            'date': program._membership_date(fields.Datetime.now())})
        if is_within:
            request._post()
        else:
            request._ask()
        return request.sudo(self.env.su)

    @api.model
    def _is_within_limit(self, account, amount):
        """Whether the present user may adjust this alone; an account of the user's own is always for somebody else.

        :raise UserError: when this user does not adjust at all
        """
        limit, user = account.program_id._membership_adjust_limit(self.env.user), self.env.user
        refusal = self._why_not_at_all(limit)
        if refusal:
            raise UserError(refusal)
        if user.partner_id in account.sudo()._membership_members():
            return False
        return limit is None or self._adjusted_today(account.program_id) + abs(amount) <= limit

    @api.model
    def _why_not_at_all(self, limit):
        """Return why the present user does not adjust at all, or an empty string; a manager can always ask another."""
        if limit or limit is None or self.env.user.has_group(MANAGER):
            return ''
        return self.env._(
            "You may not adjust points. A manager can give you a limit, on the programme or on your user.")

    @api.model
    def _adjusted_today(self, program):
        """Return what the present user has adjusted today without anybody's approval, given and taken: Decimal.

        A limit of the user's own counts for all programmes together, that of a programme for this one.
        """
        self.flush_model()
        # Of two adjustments at the same moment the later one is sent back by the database, and then sees the first.
        self.env.cr.execute(SQL(
            "UPDATE res_users SET membership_adjust_limit = membership_adjust_limit WHERE id = %s", self.env.uid))
        [[adjusted]] = self.env.execute_query(SQL(
            """SELECT COALESCE(sum(abs(amount)), 0)::text FROM membership_adjust_request
                WHERE requested_by_id = %s AND date = %s AND state IN ('done', 'undone') AND approved_by_id IS NULL
                  AND (program_id = %s OR %s)""",
            self.env.uid, program._membership_date(fields.Datetime.now()), program.id,
            self.env.user.sudo().membership_adjust_own))
        return to_amount(adjusted)

    def _ask(self):
        """Tell those who can approve; the request is sudo."""
        approvers = self._get_approvers()
        if not approvers:
            raise UserError(self.env._(
                "This is more than you may adjust alone, and there is no other membership manager to approve it. "
                "Give somebody else the right of a membership manager."))
        for approver in approvers:
            self.activity_schedule(
                'mail.mail_activity_data_todo', user_id=approver.id, summary=self.env._("Adjustment to approve"),
                note=f'{self.display_name}: {self.reason_id.name}, {self.note}')

    def _get_approvers(self):
        """Return who is asked: the programme's manager, or else every other membership manager of the company."""
        others = self.env.ref(MANAGER).sudo().all_user_ids.filtered(
            lambda user: user.active and user != self.requested_by_id and user.id != self.env.ref('base.user_root').id
            and (not self.company_id or self.company_id in user.company_ids)
            and user.partner_id not in self.account_id._membership_members())
        return others & self.program_id.membership_manager_id or others

    # ------------------------------------------------------------------ decided

    def _why_not_decide(self):
        """Return why the present user may not decide on this request, or an empty string."""
        self.ensure_one()
        if not self.env.user.has_group(MANAGER):
            return self.env._("Only a membership manager decides on adjustments.")
        if self.env.uid == self.sudo().requested_by_id.id:
            return self.env._("You asked for this adjustment yourself: another manager decides.")
        if self.env.user.partner_id in self.account_id.sudo()._membership_members():
            return self.env._("This is your own account: another manager decides.")
        return ''

    def action_approve(self):
        """Post these adjustments."""
        for request in self._decided('done'):
            request._post()
        return True

    def action_refuse(self):
        self._decided('refused')
        return True

    def action_cancel(self):
        """Withdraw what one asked for oneself."""
        self.check_access('read')
        for request in self:
            if request.requested_by_id != self.env.user or request.state != 'waiting':
                raise UserError(self.env._("You withdraw your own requests only, and as long as they wait."))
        self.sudo().activity_unlink(['mail.mail_activity_data_todo'])
        self.sudo().write({'state': 'cancelled'})
        return True

    def _decided(self, state):
        """Write the decision of the present user; return the requests, sudo."""
        self.check_access('read')
        for request in self:
            refusal = request._why_not_decide()
            if refusal:
                raise AccessError(refusal)
            if request.state != 'waiting':
                raise UserError(self.env._("%(request)s: this was decided before.", request=request.display_name))
        requests = self.sudo()
        requests.write({'state': state, 'approved_by_id': self.env.uid, 'decided_at': fields.Datetime.now()})
        requests.activity_feedback(['mail.mail_activity_data_todo'])
        for request in requests:
            request.message_post(
                body=self.env._("Approved.") if state == 'done' else self.env._("Refused."),
                partner_ids=request.requested_by_id.partner_id.ids)
        return requests

    def _post(self):
        """Post one adjustment, once; the request is sudo."""
        amount = to_amount(self.amount)
        if amount < 0 and not self.allow_debt and self.account_id._membership_is_short(float(-amount)):
            raise UserError(self.env._(
                "The balance of %(member)s does not suffice any more. Refuse this, or have it asked for again with a "
                "balance that may fall below zero.", member=self.account_id.display_name))
        self.account_id._membership_post_single(
            'adjust', amount, f'adjust:{self.event}', f'{self.reason_id.name}: {self.note}',
            model=self._name, res_id=self.id)

    @api.model
    def _undo(self, key):
        """Note that the adjustment with this key of the ledger was undone."""
        self.sudo().search([('event', '=', key.removeprefix('adjust:'))]).write({'state': 'undone'})
