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

    def _membership_move_to(self, tier, reason, basis=None, until=None, rule=None):
        """Move accounts to a tier: with its prices, and a row that says why. Those already there stay as they are,
        unless they are to hold it by something else or to another day.

        :param tier: membership.tier of the accounts' programme
        :param reason: for people, kept for good
        :param basis: what the tier is held by, of loyalty.card.tier_basis; by default figures for the tier where
            members start, by hand for any other
        :param until: last day in the tier; by default for ever, or by figures for a term of the programme
        :param rule: what decided, of membership.tier.change.rule
        """
        if tier and self.program_id - tier.program_id:
            raise UserError(self.env._(
                "The tier %(tier)s does not belong to the programme of these members.", tier=tier.name))
        for program, accounts in self.sudo().grouped('program_id').items():
            standing = program._membership_tier_standing(tier, basis, until)
            accounts.filtered(lambda account, standing=standing: account.tier_id != tier or (
                basis and any(account[name] != standing[name] for name in ('tier_basis', 'tier_until'))
            ))._membership_stand(tier, standing, {'reason': reason, 'rule': rule})

    def _membership_stand(self, tier, standing, why):
        """Write where accounts of one programme stand now, with a row each and the tier's prices.

        :param standing: values of loyalty.card
        :param why: values of membership.tier.change
        """
        today = self.program_id._membership_date(fields.Datetime.now()) if self else None
        self.env['membership.tier.change'].sudo().create([{
            **why, 'card_id': account.id, 'date': today, 'old_tier_id': account.tier_id.id, 'new_tier_id': tier.id,
            'old_basis': account.tier_basis, 'old_until': account.tier_until, 'basis': standing['tier_basis'],
            'until': standing['tier_until'], 'policy_version': self.program_id.tier_policy_version,
        } for account in self])
        for (old, best), accounts in self.grouped(lambda account: (
                account.tier_id, (account.tier_best_id | account.tier_id | tier)._membership_top())).items():
            since = {} if old == tier else {'tier_since': today}
            posting(accounts).write({'tier_id': tier.id, 'tier_best_id': best.id, **standing, **since})
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
