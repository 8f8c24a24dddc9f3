from odoo import fields, models
from odoo.exceptions import UserError

from ..guard import posting


class LoyaltyCard(models.Model):
    """Moves of an account between tiers."""

    _inherit = 'loyalty.card'

    def _membership_move_to(self, tier, reason, basis=None, until=None, rule=None):
        """Move accounts to a tier: with its prices, and a row that says why. Those already there stay as they are.

        :param tier: membership.tier of the accounts' programme
        :param reason: for people, kept for good
        :param basis: what the tier is held by, of loyalty.card.tier_basis
        :param until: last day of the term
        :param rule: what decided, of membership.tier.change.rule
        """
        if tier and self.program_id - tier.program_id:
            raise UserError(self.env._(
                "The tier %(tier)s does not belong to the programme of these members.", tier=tier.name))
        moving = self.sudo().filtered(lambda account: account.tier_id != tier or (
            basis and (account.tier_basis, account.tier_until) != (basis, until or False)))
        now = fields.Datetime.now()
        self.env['membership.tier.change'].sudo().create([{
            'card_id': account.id,
            'old_tier_id': account.tier_id.id,
            'new_tier_id': tier.id,
            'date': account.program_id._membership_date(now),
            'reason': reason,
            'basis': basis,
            'until': until,
            'rule': rule,
        } for account in moving])
        for old, accounts in moving.grouped('tier_id').items():
            posting(accounts).write({'tier_id': tier.id, 'tier_basis': basis, 'tier_until': until})
            accounts._membership_apply_prices(old.pricelist_id, tier.pricelist_id)

    # ------------------------------------------------------------------ buttons

    def action_change_tier(self):
        action = self.env['ir.actions.act_window']._for_xml_id('membership_loyalty.membership_tier_move_action')
        return {**action, 'context': {'default_account_ids': self.ids}}
