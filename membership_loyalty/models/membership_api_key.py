import hmac
import secrets
import time

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..tools import api_secret
from ..tools.partner_api import SCOPES

MANAGER = 'membership_loyalty.group_settlement_manager'
# Who it belongs to and what proves it never change: another key is another row.
FIXED = {'party_id', 'code', 'secret_digest', 'signing_secret', 'is_signed', 'revoked_at', 'revoked_by_id'}


class MembershipApiKey(models.Model):
    """A key of the partner interface: one terminal or system of one party. It opens nothing else in Odoo."""

    _name = 'membership.api.key'
    _description = "Partner API Key"
    _inherit = ['mail.thread']
    _order = 'party_id, name, id'

    name = fields.Char(string="Terminal or system", required=True, tracking=True,
                       help="Where this key is used. Give each terminal its own, so that one can be revoked alone.")
    party_id = fields.Many2one('membership.party', required=True, readonly=True, index=True, ondelete='restrict')
    company_id = fields.Many2one(related='party_id.operator_id', string="Operator", store=True)
    code = fields.Char(string="Begins with", required=True, readonly=True, copy=False,
                       help="The part of the key that is no secret.")
    secret_digest = fields.Char(required=True, readonly=True, copy=False, groups=fields.NO_ACCESS)
    signing_secret = fields.Char(readonly=True, copy=False, groups=fields.NO_ACCESS)
    is_signed = fields.Boolean(string="Requests are signed", readonly=True,
                               help="Each request bears an HMAC-SHA256 of a second secret, and is accepted for five "
                                    "minutes only.")
    scope_read = fields.Boolean(string="Look up members and balances", default=True, tracking=True)
    scope_earn = fields.Boolean(string="Give points", default=True, tracking=True)
    scope_redeem = fields.Boolean(string="Take points", tracking=True)
    scope_reverse = fields.Boolean(string="Take transactions back", tracking=True)
    scope_spend = fields.Boolean(string="Report co-branded spending", tracking=True)
    scope_statements = fields.Boolean(string="Read statements", tracking=True)
    rate_limit = fields.Integer(
        string="Requests a minute", required=True, default=300, tracking=True,
        help="More than this are refused until the minute is over. A card that does not exist counts as ten.")
    valid_until = fields.Date(
        string="Valid until", tracking=True, help="Last day on which the key works (UTC). Empty: until it is revoked.")
    revoked_at = fields.Datetime(string="Revoked on", readonly=True, copy=False, tracking=True)
    revoked_by_id = fields.Many2one('res.users', string="Revoked by", readonly=True, copy=False)
    last_used_at = fields.Datetime(
        string="Last used", compute='_compute_last_used_at', compute_sudo=True, help="To the minute.")
    state = fields.Selection(
        [('active', "Active"), ('expired', "Expired"), ('revoked', "Revoked")], compute='_compute_state')
    request_count = fields.Integer(string="Requests kept", compute='_compute_request_count')

    _code_unique = models.UniqueIndex('(code)', "Another key begins with the same letters.")
    _rate_limit_positive = models.Constraint('CHECK (rate_limit > 0)', "A key allows at least one request a minute.")

    @api.depends('revoked_at', 'valid_until')
    def _compute_state(self):
        today = fields.Datetime.now().date()
        for key in self:
            expired = key.valid_until and key.valid_until < today
            key.state = 'revoked' if key.revoked_at else 'expired' if expired else 'active'

    def _compute_last_used_at(self):
        used = dict(self.env['membership.api.rate']._read_group(
            [('key_id', 'in', self.ids)], ['key_id'], ['minute:max']))
        for key in self:
            key.last_used_at = used.get(key)

    def _compute_request_count(self):
        counts = dict(self.env['membership.api.request']._read_group(
            [('key_id', 'in', self.ids)], ['key_id'], ['__count']))
        for key in self:
            key.request_count = counts.get(key, 0)

    def write(self, vals):
        if FIXED & vals.keys() and not self.env.su:
            raise AccessError(self.env._(
                "Party and secret of a key never change. Create another key, revoke this one."))
        return super().write(vals)

    # ------------------------------------------------------------------ life

    @api.model
    def _create_key(self, party, values):
        """Create a key.

        :param party: membership.party
        :param values: name, scopes, rate_limit, valid_until, is_signed
        :return: (membership.api.key, secret, signing secret or ''): the only moment that they are known
        """
        self._check_manager()
        party.with_env(self.env).check_access('read')
        code, secret, digest = api_secret.create()
        signing = secrets.token_urlsafe(32) if values.get('is_signed') else ''
        key = self.sudo().create({
            **values, 'party_id': party.id, 'code': code, 'secret_digest': digest, 'signing_secret': signing})
        party.message_post(body=self.env._("Key %(name)s for the partner interface was created.", name=key.name))
        return key.sudo(self.env.su), secret, signing

    def action_revoke(self):
        """End these keys at once and for good."""
        self._check_manager()
        self.check_access('write')
        for key in self.sudo():
            if key.revoked_at:
                raise UserError(self.env._("The key %(name)s was revoked before.", name=key.name))
            key.write({'revoked_at': fields.Datetime.now(), 'revoked_by_id': self.env.uid})
            key.party_id.message_post(body=self.env._(
                "Key %(name)s for the partner interface was revoked.", name=key.name))

    def action_open_requests(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('membership_loyalty.membership_api_request_action')
        return {**action, 'domain': [('key_id', '=', self.id)]}

    @api.model
    def _check_manager(self):
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only a settlement manager may create or revoke keys of partners."))

    # ------------------------------------------------------------------ use

    @api.model
    def _authenticate(self, secret):
        """Return the key that a secret belongs to, sudo, or an empty recordset whatever is wrong with it."""
        code, digest = api_secret.split(secret) or ('', api_secret.digest(''))
        key = self.sudo().search([('code', '=', code)])
        is_right = hmac.compare_digest(key.secret_digest or '', digest)
        return key if is_right and key.state == 'active' and key.party_id.active else key.browse()

    def _is_signed(self, http):
        """Tell whether a request is signed, if this key asks for it.

        :param http: request of werkzeug
        """
        if not self.is_signed:
            return True
        return api_secret.is_signed(
            http.headers.get('X-Signature'), self.signing_secret, int(time.time()), http.method, http.path,
            http.get_data())

    def _scopes(self):
        return [scope for scope in SCOPES if self[f'scope_{scope}']]

    def _seconds_to_wait(self):
        """Return how many seconds are left of a minute in which this key was used up; 0 while it is not."""
        [[hits, seconds]] = self.env.execute_query(SQL(
            """SELECT COALESCE(sum(hits), 0)::int, 60 - EXTRACT(second FROM now())::int
                 FROM membership_api_rate
                WHERE key_id = %s AND minute = date_trunc('minute', now() AT TIME ZONE 'UTC')""", self.id))
        return max(seconds, 1) if hits >= self.rate_limit else 0

    def _count(self, hits):
        """Count requests, in a transaction of its own: it stands whatever becomes of the request."""
        with self.env.registry.cursor() as cr:
            self.env['membership.api.rate'].sudo().with_env(self.env(cr=cr))._add(self.id, hits)
