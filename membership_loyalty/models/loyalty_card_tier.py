from odoo import fields, models
from odoo.exceptions import UserError

from ..guard import posting


class LoyaltyCard(models.Model):
    """Moves of an account between tiers."""

    _inherit = 'loyalty.card'

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

    # ------------------------------------------------------------------ buttons

    def action_change_tier(self):
        action = self.env['ir.actions.act_window']._for_xml_id('membership_loyalty.membership_tier_move_action')
        return {**action, 'context': {'default_account_ids': self.ids}}
