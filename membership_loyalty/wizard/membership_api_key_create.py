from odoo import api, fields, models


class MembershipApiKeyCreate(models.TransientModel):
    """Make a key for a terminal or system of a party."""

    _name = 'membership.api.key.create'
    _description = "Create a Partner API Key"

    party_id = fields.Many2one(
        'membership.party', required=True, default=lambda self: self._default_party())
    name = fields.Char(string="Terminal or system", required=True,
                       help="Where this key is used. Give each terminal its own, so that one can be revoked alone.")
    scope_read = fields.Boolean(string="Look up members and balances", default=True)
    scope_earn = fields.Boolean(string="Give points", default=True)
    scope_redeem = fields.Boolean(string="Take points")
    scope_reverse = fields.Boolean(string="Take transactions back")
    scope_spend = fields.Boolean(string="Report co-branded spending")
    scope_statements = fields.Boolean(string="Read statements")
    rate_limit = fields.Integer(string="Requests a minute", required=True, default=300)
    valid_until = fields.Date(
        string="Valid until", help="Last day on which the key works (UTC). Empty: until it is revoked.")
    is_signed = fields.Boolean(
        string="Requests are signed",
        help="A second secret signs each request, so that nobody on the way can change it or send it again later.")

    @api.model
    def _default_party(self):
        """Return the party on whose form the button was pressed; the list of keys has none."""
        context = self.env.context
        return context.get('active_model') == 'membership.party' and context.get('active_id')

    def action_create(self):
        """Create the key and show its secret: it is kept nowhere, so this is the only time."""
        self.ensure_one()
        names = ('name', 'rate_limit', 'valid_until', 'is_signed', 'scope_read', 'scope_earn', 'scope_redeem',
                 'scope_reverse', 'scope_spend', 'scope_statements')
        _key, secret, signing = self.env['membership.api.key']._create_key(
            self.party_id, {name: self[name] for name in names})
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Copy the key now"), 'target': 'new',
            'res_model': 'membership.api.key.show', 'views': [(False, 'form')],
            'context': {'default_secret': secret, 'default_signing_secret': signing}}


class MembershipApiKeyShow(models.AbstractModel):
    """The secret of a new key on the screen. Nothing of it is stored: the form has no table."""

    _name = 'membership.api.key.show'
    _description = "Show a Partner API Key"

    id = fields.Id()
    secret = fields.Char(string="Key", readonly=True)
    signing_secret = fields.Char(readonly=True)
