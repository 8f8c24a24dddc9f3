import secrets

from odoo import fields, models
from odoo.exceptions import AccessError


class MembershipParty(models.Model):
    """The files that a party sends, and the secret it signs them with."""

    _inherit = 'membership.party'

    file_ids = fields.One2many('membership.partner.file', 'party_id', string="Files")
    file_secret = fields.Char(
        string="Secret for files", copy=False, groups='membership_loyalty.group_settlement_manager',
        help="Shared with the party, which signs its files with it. Files without its signature are refused. Empty: "
             "files need no signature.")

    def action_new_file_secret(self):
        """Make a new secret; what is signed with the one before is refused from now on."""
        if not self.env.user.has_group('membership_loyalty.group_settlement_manager'):
            raise AccessError(self.env._("Only a settlement manager may change the secret of a party."))
        for party in self:
            party.file_secret = secrets.token_urlsafe(32)
            party.message_post(body=self.env._("New secret for files. The one before is no longer valid."))

    def action_open_files(self):
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('membership_loyalty.membership_partner_file_action')
        return {**action, 'domain': [('party_id', '=', self.id)], 'context': {'default_party_id': self.id}}
