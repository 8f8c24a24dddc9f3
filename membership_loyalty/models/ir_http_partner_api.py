import re

from odoo import models
from odoo.http import request


class IrHttp(models.AbstractModel):
    """How partners prove who they are: by a key of their own, which means nothing to the rest of Odoo."""

    _inherit = 'ir.http'

    @classmethod
    def _auth_method_membership_partner(cls):
        """Let in who shows a key that works; whoever is logged in besides does not matter.

        The request runs as the public user, whose rights open nothing: what partners may do, they do by the routes of
        the partner interface alone.
        """
        cls._authenticate_partner_public()
        match = re.match(r'bearer\s+(\S+)$', request.httprequest.headers.get('Authorization', ''), re.IGNORECASE)
        key = request.env['membership.api.key']._authenticate(match and match[1])
        request.dispatcher.check_key(key)

    @classmethod
    def _auth_method_membership_partner_public(cls):
        """For what everybody may read of the partner interface: its description."""
        cls._authenticate_partner_public()

    @classmethod
    def _authenticate_partner_public(cls):
        request.update_env(user=request.env.ref('base.public_user').id, context={})
