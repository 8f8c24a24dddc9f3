from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..tools.rounding import to_amount

# What the owner of the account allows a member of the family; the same on all cards of one person.
PERMISSIONS = {'holder_may_earn', 'holder_may_spend', 'holder_spend_limit'}


class MembershipCard(models.Model):
    """A family shares one account: each of its members has a card, and what the owner of the account allows them."""

    _inherit = 'membership.card'

    holder_id = fields.Many2one(
        'res.partner', string="Family member", readonly=True, copy=False, index='btree_not_null', ondelete='restrict',
        tracking=True, help="Who carries this card. Empty: the owner of the account.")
    holder_may_earn = fields.Boolean(
        string="Earns points", default=True, tracking=True, help="Purchases of this person earn points for the family. "
        "They count for the family's tier in any case.")
    holder_may_spend = fields.Boolean(
        string="Spends points", tracking=True, help="This person may pay with the points of the family.")
    holder_spend_limit = fields.Float(
        string="Points a month at most", digits=(16, 2), tracking=True,
        help="What this person may spend in a calendar month. 0: no limit.")

    _holder_spend_limit = models.Constraint(
        'CHECK (holder_spend_limit >= 0)', "The limit of a family member cannot be negative.")

    @api.constrains('holder_id', 'account_id')
    def _check_holder(self):
        for card in self:
            if card.holder_id and card.holder_id == card.account_id.partner_id:
                raise ValidationError(self.env._(
                    "%(member)s owns the account and needs no permission.", member=card.holder_id.display_name))

    def write(self, vals):
        cards = self
        if PERMISSIONS & vals.keys():
            others = self.sudo().search([
                ('holder_id', 'in', self.sudo().holder_id.ids), ('account_id', 'in', self.sudo().account_id.ids)])
            people = {(card.account_id, card.holder_id) for card in self.sudo()}
            same = others.filtered(lambda card: (card.account_id, card.holder_id) in people).sudo(self.env.su)
            super(MembershipCard, same - self).write({name: vals[name] for name in PERMISSIONS & vals.keys()})
        return super(MembershipCard, cards).write(vals)

    def _membership_bearer(self):
        """Return who carries these cards: the members of families, and else the owners of the accounts."""
        return self.env['res.partner'].browse(dict.fromkeys(
            (card.holder_id or card.partner_id).id for card in self if card.holder_id or card.partner_id))

    def _replace(self, numbers=None, kind=None):
        """The successor of a family card has its holder and permissions."""
        successor = super()._replace(numbers, kind)
        if self.sudo().holder_id:
            successor.sudo().write({name: self.sudo()[name] for name in ('holder_may_earn', 'holder_may_spend',
                                                                         'holder_spend_limit')}
                                   | {'holder_id': self.sudo().holder_id.id})
        return successor

    # ------------------------------------------------------------------ end

    def action_withdraw(self):
        """End the membership of these people in their families, at once: none of their cards works any more."""
        self.check_access('write')
        if self.filtered(lambda card: not card.holder_id):
            raise UserError(self.env._("Only the card of a family member is withdrawn. Freeze the owner's card."))
        self._membership_withdraw()

    def _membership_withdraw(self):
        """Withdraw all cards of the people who hold these ones. The caller checks the rights."""
        for card in self.sudo().filtered(lambda card: card.state != 'withdrawn'):
            account, holder = card.account_id, card.holder_id
            account.membership_card_ids.filtered(
                lambda other, holder=holder: other.holder_id == holder and other.state != 'replaced'
            ).state = 'withdrawn'
            account._membership_holder_prices(holder, account.tier_id.pricelist_id, self.env['product.pricelist'])
            account.message_post(body=self.env._("%(holder)s left the family.", holder=holder.display_name))

    # ------------------------------------------------------------------ spending

    def _membership_spend_refusal(self, points):
        """Return why the holder of this card may not spend so many points now, or an empty string."""
        self.ensure_one()
        names = {'holder': self.holder_id.display_name, 'owner': self.partner_id.display_name}
        if not self.holder_may_spend:
            return self.env._(
                "%(holder)s may not spend the points of %(owner)s's family. The owner can allow it.", **names)
        limit, spent = to_amount(self.holder_spend_limit), self._membership_spent_this_month()
        if limit and spent + points > limit:
            return self.env._(
                "%(holder)s may spend %(limit)s of %(owner)s's family in a month; %(spent)s were spent since its first "
                "day.", limit=self.account_id._format_points(float(limit)),
                spent=self.account_id._format_points(float(spent)), **names)
        return ''

    def _membership_spent_this_month(self):
        """Return the points that the holder has spent in the present month, less those given back: Decimal."""
        self.ensure_one()
        # A purchase in a second programme has the key of the order with the number of the programme behind it.
        [[spent]] = self.env.execute_query(SQL(
            """WITH purchase AS (
                   SELECT p.document_key
                     FROM membership_purchase p JOIN membership_card k ON k.id = p.membership_card_id
                    WHERE k.holder_id = %(holder)s AND p.card_id = %(account)s)
               SELECT (-COALESCE(sum(e.amount), 0))::text FROM membership_ledger_entry e
                WHERE e.card_id = %(account)s AND e.kind = 'redeem' AND e.date >= %(first)s
                  AND (e.document_key IN (SELECT document_key FROM purchase)
                       OR e.document_key || %(suffix)s IN (SELECT document_key FROM purchase))""",
            holder=self.holder_id.id, account=self.account_id.id, suffix=f'/{self.program_id.id}',
            first=self.program_id._membership_date(fields.Datetime.now()).replace(day=1)))
        return to_amount(spent)
