from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .membership_card_range import IN_RANGE


class MembershipCard(models.Model):
    """A co-branded card: by its number it belongs to the partner whose range that is in."""

    _inherit = 'membership.card'

    party_id = fields.Many2one(
        'membership.party', string="Co-branded with", readonly=True, copy=False, index='btree_not_null',
        ondelete='restrict', help="Partner in whose range of card numbers this one is.")

    @api.model_create_multi
    def create(self, vals_list):
        cards = super().create(vals_list)
        cards._membership_follow_ranges()
        return cards

    def _membership_follow_ranges(self):
        """Give these cards to the partners in whose ranges their numbers are; none is taken away from one."""
        if not self or not self.env['membership.card.range']._membership_any_range():
            return
        self.flush_recordset()
        changed = self.browse(card_id for [card_id] in self.env.execute_query(SQL(
            """UPDATE membership_card k SET party_id = r.party_id, kind = 'cobranded'
                 FROM membership_card_range r
                WHERE k.id = ANY(%s) AND r.program_id = k.program_id AND k.party_id IS DISTINCT FROM r.party_id
                  AND %s RETURNING k.id""", list(self.ids), SQL(IN_RANGE, number=SQL('k.number')))))
        changed.invalidate_recordset(['party_id', 'kind'])

    @api.model
    def _check_one_of_kind(self, accounts, kind, *, party=None):
        """A member carries one co-branded card of each partner."""
        if kind != 'cobranded' or not party:
            return super()._check_one_of_kind(accounts, kind)
        card = self.sudo().search([
            ('account_id', 'in', accounts.ids), ('party_id', '=', party.id), ('state', '=', 'active')], limit=1)
        if card:
            raise UserError(self.env._(
                "%(member)s already has the active card %(number)s of %(party)s. Replace that card instead.",
                member=card.partner_id.name, number=card._masked_number(), party=party.name))
