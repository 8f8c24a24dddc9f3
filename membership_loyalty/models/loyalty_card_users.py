from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL


class LoyaltyCard(models.Model):
    """An account and the people who use it: its owner, and the family members whom the owner gave a card."""

    _inherit = 'loyalty.card'

    family_card_ids = fields.One2many(
        'membership.card', 'account_id', string="Family", domain=[('holder_id', '!=', False)], readonly=True)
    membership_user_ids = fields.Many2many(
        'res.partner', string="Used by", compute='_compute_membership_user_ids', compute_sudo=True,
        search='_search_membership_user_ids', help="The owner and the family members.")

    @api.depends('partner_id', 'family_card_ids.state', 'family_card_ids.holder_id')
    def _compute_membership_user_ids(self):
        for account in self:
            account.membership_user_ids = account._membership_members() if account.is_membership else account.partner_id

    def _search_membership_user_ids(self, operator, value):
        if operator != 'in':
            return NotImplemented
        return Domain('id', 'in', self._membership_user_query(list(value)))

    @api.model
    def _membership_user_query(self, partner_ids):
        """Return the sub-query of the ids of the accounts that these contacts use."""
        # One UNION: OR would read every account of the programme.
        own = self.sudo()._search([('partner_id', 'in', partner_ids)])
        family = self.env['membership.card'].sudo()._search([
            ('holder_id', 'in', partner_ids), ('state', '=', 'active')])
        return SQL('(%s UNION ALL %s)', own.select(), family.select(SQL.identifier('membership_card', 'account_id')))

    @api.model
    def _membership_used_by(self, partners):
        """Return {(program id, partner id): account} that these contacts earn on: their own, else the family's.

        One query for contacts with an account of their own, the till's usual case; a second one for families.
        """
        if not partners:
            return {}
        accounts = self.sudo().search_fetch(
            [('is_membership', '=', True), ('id', 'in', self._membership_user_query(partners.ids))],
            ['program_id', 'partner_id', 'points', 'tier_id'], order='id')
        used = {(account.program_id.id, account.partner_id.id): account
                for account in accounts if account.partner_id in partners}
        if len(partners) > 1 or any(account.partner_id not in partners for account in accounts):
            for card in self.env['membership.card'].sudo().search([
                    ('holder_id', 'in', partners.ids), ('state', '=', 'active'), ('account_id', 'in', accounts.ids)]):
                used.setdefault((card.program_id.id, card.holder_id.id), card.account_id)
        return used

    def _membership_members(self):
        """Return the contacts who have part in these accounts: owners and present family members."""
        cards = self.sudo().family_card_ids.filtered(lambda card: card.state == 'active')
        return self.partner_id | cards.holder_id.with_env(self.env)

    def _membership_holder_card(self, partner):
        """Return the newest working card of a family member, or nothing for the owner and for strangers; sudo."""
        self.ensure_one()
        cards = self.env['membership.card'].sudo()
        if not partner or partner == self.partner_id:
            return cards
        return cards.search([
            ('account_id', '=', self.id), ('holder_id', '=', partner.id), ('state', '=', 'active')], limit=1)

    # ------------------------------------------------------------------ joining

    def _membership_add_holder(self, holder, permissions, numbers=None):
        """Give a contact a card of this family, with the permissions of its owner.

        :param permissions: values of membership.card.PERMISSIONS
        :param numbers: list of the one number already printed
        :return: the new membership.card
        """
        self.ensure_one()
        self._membership_check_holder(holder)
        card = self.env['membership.card']._issue(self, kind='family', numbers=numbers)
        card.sudo().write({**permissions, 'holder_id': holder.id})
        self._membership_greet_holder(holder)
        return card

    def _membership_check_holder(self, holder):
        """Refuse who cannot be a member of this family, and say why."""
        if not self.is_membership or not self.active or not self.partner_id:
            raise UserError(self.env._("Only the account of a member can be shared with a family."))
        if holder == self.partner_id:
            raise UserError(self.env._("%(member)s owns this account.", member=holder.display_name))
        self.program_id._membership_check_company(holder)
        card = self.env['membership.card'].sudo().search([
            ('program_id', '=', self.program_id.id), ('holder_id', '=', holder.id),
            ('state', 'in', ('draft', 'active', 'frozen'))], limit=1)
        if card:
            raise UserError(self.env._(
                "%(holder)s already has the card %(number)s of the family of %(owner)s. Withdraw that one first.",
                holder=holder.display_name, number=card._masked_number(), owner=card.partner_id.display_name))

    def _membership_greet_holder(self, holder):
        self.sudo()._membership_holder_prices(holder, self.env['product.pricelist'], self.sudo().tier_id.pricelist_id)
        self.sudo().message_post(body=self.env._(
            "%(holder)s joined the family, with the owner's permission.", holder=holder.display_name))

    # ------------------------------------------------------------------ prices

    def _membership_change_prices(self, old, new):
        """Family members have the prices of the tier as its owner has."""
        result = super()._membership_change_prices(old, new)
        cards = self.env['membership.card'].sudo().search([
            ('account_id', 'in', self.ids), ('holder_id', '!=', False), ('state', '=', 'active'),
        ]) if old != new and self else self.env['membership.card']
        for account, shared in cards.grouped('account_id').items():
            account._membership_holder_prices(shared.holder_id, old, new)
        return result

    def _membership_holder_prices(self, holders, old, new):
        """Give family members the price list of the tier, or take it back; one set by hand is left alone.

        :param old: price list of the tier they leave
        :param new: price list of the tier they enter
        """
        companies = self.program_id.company_id or self.env['res.company'].sudo().search([])
        for company in companies if old != new else ():
            partners = defaultdict(self.env['res.partner'].browse)
            for holder in holders.sudo().with_company(company):
                current = holder.specific_property_product_pricelist
                if holder.commercial_partner_id == holder and (not current or current == old):
                    partners[new] |= holder
            for pricelist, members in partners.items():
                members.specific_property_product_pricelist = pricelist
