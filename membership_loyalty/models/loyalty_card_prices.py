from odoo import api, fields, models
from odoo.tools import SQL, split_every

from ..tools import price_list

BATCH = 10000


class LoyaltyCard(models.Model):
    """The price list of a tier on the contacts of its members.

    While a member's tier has a price list, that one counts. What the contact had before is kept aside and given back
    when the member leaves such tiers, or account or programme is closed. Written by SQL, for any number of members.
    """

    _inherit = 'loyalty.card'

    pricelist_before_id = fields.Many2one(
        'product.pricelist', string="Price list before the tier's", company_dependent=True, readonly=True, copy=False,
        help="Given back to the member when the tier no longer has a price list.")

    def write(self, vals):
        turned = self.filtered(lambda account: account.is_membership and account.active != bool(vals['active'])) \
            if 'active' in vals else self.browse()
        result = super().write(vals)
        for tier, accounts in turned.filtered('program_id.active').grouped('tier_id').items():
            none = tier.pricelist_id.browse()
            prices = (none, tier.pricelist_id) if vals['active'] else (tier.pricelist_id, none)
            accounts._membership_change_prices(*prices)
        return result

    def _membership_apply_prices(self, old, new):
        """Let prices follow a move between tiers; those of closed accounts and programmes stay as they are.

        :param old: price list of the tier they leave
        :param new: price list of the tier they enter
        """
        self.filtered(lambda account: account.active and account.program_id.active)._membership_change_prices(old, new)

    def _membership_change_prices(self, old, new):
        if old == new or not self:
            return
        old, new = old.sudo(), new.sudo()
        for program, accounts in self.sudo().grouped('program_id').items():
            for company in program.company_id or self.env['res.company'].sudo().search([]):
                # A price list of one company is none to the others.
                before, after = (pricelist.filtered(lambda p, c=company: p.company_id in (p.company_id.browse(), c))
                                 for pricelist in (old, new))
                for ids in split_every(BATCH, accounts.ids) if before != after else ():
                    self.browse(ids).sudo().with_company(company)._membership_set_pricelist(before, after)

    def _membership_set_pricelist(self, old, new):
        """Set the price list in the current company, and say in the chatter whenever one set by hand is concerned."""
        outcomes, followers = {}, self.browse()
        for card_id, partner_id, follows_company, current, before in self._membership_read_pricelists():
            if follows_company:
                followers += self.browse(card_id)
                continue
            outcome = price_list.move(current, before, old.id or None, new.id or None)
            outcomes[card_id] = (partner_id, current, before, outcome)
        self._membership_write_pricelists('loyalty_card', 'pricelist_before_id', 'id', {
            card_id: outcome.before for card_id, (_partner, _current, before, outcome) in outcomes.items()
            if outcome.before != before})
        self._membership_write_pricelists(
            'res_partner', 'specific_property_product_pricelist', 'commercial_partner_id', {
                partner_id: outcome.current for partner_id, current, _before, outcome in outcomes.values()
                if outcome.current != current})
        self.invalidate_model(['pricelist_before_id'])
        self.env['res.partner'].invalidate_model(['specific_property_product_pricelist', 'property_product_pricelist'])
        self._membership_say_prices(new, followers, {
            self.browse(card_id): (outcome.notice, current)
            for card_id, (_partner, current, _before, outcome) in outcomes.items() if outcome.notice})

    def _membership_read_pricelists(self):
        """Return [(account, contact, whether its company's price list counts, its price list, the one before)]."""
        self.env.flush_all()
        company = str(self.env.company.id)
        return self.env.execute_query(SQL(
            """SELECT c.id, p.id, p.commercial_partner_id <> p.id,
                      (SELECT id FROM product_pricelist
                        WHERE id = (p.specific_property_product_pricelist ->> %(company)s)::int),
                      (SELECT id FROM product_pricelist WHERE id = (c.pricelist_before_id ->> %(company)s)::int)
                 FROM loyalty_card c JOIN res_partner p ON p.id = c.partner_id
                WHERE c.id IN %(ids)s ORDER BY c.id""", company=company, ids=tuple(self.ids) or (0,)))

    @api.model
    def _membership_write_pricelists(self, table, column, key, values):
        """Set a company-dependent price list, in the current company.

        :param key: column that identifies the rows; by the commercial entity, contacts of a member follow it
        :param values: {key: id of the price list, or None}
        """
        company = str(self.env.company.id)
        pricelists = {}
        for row_id, pricelist_id in values.items():
            pricelists.setdefault(pricelist_id, []).append(row_id)
        for pricelist_id, ids in pricelists.items():
            name = SQL.identifier(column)
            value = SQL("COALESCE(%s, '{}') || jsonb_build_object(%s, %s::int)", name, company, pricelist_id) \
                if pricelist_id else SQL("NULLIF(%s - %s, '{}')", name, company)
            self.env.cr.execute(SQL(
                "UPDATE %s SET %s = %s, write_uid = %s, write_date = now() AT TIME ZONE 'UTC' WHERE %s IN %s",
                SQL.identifier(table), name, value, self.env.uid, SQL.identifier(key), tuple(ids)))

    # ------------------------------------------------------------------ said in the chatter

    def _membership_say_prices(self, new, followers, notices):
        """Log one line on each account where something else than the tiers had a say.

        :param new: price list of the new tier
        :param followers: accounts of contacts whose company's price list counts
        :param notices: {account: (notice of tools.price_list, id of the price list concerned)}
        """
        bodies = {account.id: account._membership_follows_company_text() for account in followers if new}
        for account, (notice, pricelist_id) in notices.items():
            pricelist = self.env['product.pricelist'].browse(pricelist_id)
            bodies[account.id] = account._membership_price_text(notice, pricelist, new)
        if bodies:
            self.browse(bodies)._message_log_batch(bodies=bodies)

    def _membership_price_text(self, notice, current, new):
        level = self.partner_id._membership_level_of(current)
        if level:
            return self.env._(
                "The price list %(current)s of the contact's level %(level)s was replaced by the tier's price list "
                "%(new)s; it comes back when the member leaves tiers with a price list.",
                current=current.name, level=level, new=new.name,
            ) if notice == 'replaced' else self.env._(
                "The price list %(current)s of the contact's level %(level)s is kept.",
                current=current.name, level=level)
        return self.env._(
            "The price list %(current)s was set by hand. The tier's price list %(new)s replaces it; it comes back when "
            "the member leaves tiers with a price list.", current=current.name, new=new.name,
        ) if notice == 'replaced' else self.env._(
            "The price list %(current)s was set by hand and is kept.", current=current.name)

    def _membership_follows_company_text(self):
        return self.env._(
            "%(member)s is a contact of %(company)s, whose price list counts: the tier's price list was not set.",
            member=self.partner_id.name, company=self.partner_id.commercial_partner_id.name)
