from collections import defaultdict

from odoo import fields, models
from odoo.exceptions import UserError

from ..guard import posting


class LoyaltyCard(models.Model):
    """Moves of an account between tiers, and the price list that goes with a tier."""

    _inherit = 'loyalty.card'

    pricelist_before_id = fields.Many2one(
        'product.pricelist', string="Price list before the tier's", company_dependent=True, readonly=True, copy=False,
        help="Given back to the member when the tier no longer has a price list.")

    def _membership_move_to(self, tier, reason):
        """Move accounts to a tier: with its prices, and a row that says why. Those already there stay as they are.

        :param tier: membership.tier of the accounts' programme
        :param reason: for people, kept for good
        """
        if tier and self.program_id - tier.program_id:
            raise UserError(self.env._(
                "The tier %(tier)s does not belong to the programme of these members.", tier=tier.name))
        moving = self.sudo().filtered(lambda account: account.tier_id != tier)
        now = fields.Datetime.now()
        self.env['membership.tier.change'].sudo().create([{
            'card_id': account.id,
            'old_tier_id': account.tier_id.id,
            'new_tier_id': tier.id,
            'date': account.program_id._membership_date(now),
            'reason': reason,
        } for account in moving])
        for old, accounts in moving.grouped('tier_id').items():
            posting(accounts).write({'tier_id': tier.id})
            accounts._membership_apply_prices(old.pricelist_id, tier.pricelist_id)

    def _membership_apply_prices(self, old, new):
        """Give members the price list of their new tier, or back the one they had before their tiers set any.

        :param old: price list of the tier they leave
        :param new: price list of the tier they enter
        """
        if old == new:
            return
        companies = self.program_id.company_id or self.env['res.company'].sudo().search([])
        for company in companies:
            self.sudo().with_company(company)._membership_set_pricelist(old, new)

    def _membership_set_pricelist(self, old, new):
        """Set the price list in the current company, and say in the chatter whenever one set by hand is concerned."""
        partners, before = defaultdict(self.env['res.partner'].browse), defaultdict(self.browse)
        for account in self.filtered('partner_id'):
            partner = account.partner_id.with_company(self.env.company)
            current = partner.specific_property_product_pricelist
            if partner.commercial_partner_id != partner:
                account._membership_say_follows_company()
                continue
            by_hand = current and current != old
            if new and (by_hand or not old):
                before[current] |= account
            if by_hand and current != new:
                account._membership_say_by_hand(current, new)
            if new:
                partners[new] |= partner
            elif not by_hand:
                partners[account.pricelist_before_id] |= partner
        for pricelist, accounts in before.items():
            posting(accounts).pricelist_before_id = pricelist
        for pricelist, members in partners.items():
            members.specific_property_product_pricelist = pricelist

    def _membership_say_by_hand(self, current, new):
        body = self.env._(
            "The price list %(current)s was set by hand. The tier's price list %(new)s replaces it; it comes back when "
            "the member leaves tiers with a price list.", current=current.name, new=new.name,
        ) if new else self.env._(
            "The price list %(current)s was set by hand and is kept.", current=current.name)
        self.message_post(body=body)

    def _membership_say_follows_company(self):
        self.message_post(body=self.env._(
            "%(member)s is a contact of %(company)s, whose price list counts: the tier's price list was not set.",
            member=self.partner_id.name, company=self.partner_id.commercial_partner_id.name))

    # ------------------------------------------------------------------ buttons

    def action_change_tier(self):
        action = self.env['ir.actions.act_window']._for_xml_id('membership_loyalty.membership_tier_move_action')
        return {**action, 'context': {'default_account_ids': self.ids}}
