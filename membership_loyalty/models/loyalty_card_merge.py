from odoo import fields, models
from odoo.tools import SQL

from ..const import MEASURES
from ..guard import posting
from ..tools.rounding import to_amount


class LoyaltyCard(models.Model):
    """Two accounts of one person become one: what is open moves, what happened stays where it happened.

    The merged account is kept, archived, as a forwarding address: whatever is posted to it later, say the refund of an
    old order, moves on at once. Purchases follow the person, so that tiers and reports see all of them.
    """

    _inherit = 'loyalty.card'

    merged_into_id = fields.Many2one(
        'loyalty.card', string="Merged into", readonly=True, copy=False, index='btree_not_null', ondelete='restrict',
        help="The account that this one's points and cards have moved to.")

    def _membership_final(self):
        """Return the account that stands for this one: itself, or where the last merge of contacts led."""
        self.ensure_one()
        account = self
        while account.merged_into_id:
            account = account.merged_into_id
        return account

    def _membership_merge_into(self, destination):
        """Move points, debts, cards and purchases of these accounts to another one of the same programme."""
        merged, reason = self.sudo(), self.env._("Merged with %(member)s", member=destination.partner_id.display_name)
        before = {account: account.points for account in merged}
        holder = max(destination.sudo() + merged, key=lambda account: account.tier_id.sequence)
        posting(merged).write({'merged_into_id': destination.id, 'active': False})
        merged._membership_sweep()
        merged.env['membership.card'].search([('account_id', 'in', merged.ids)]).write({'account_id': destination.id})
        merged._membership_move_purchases(destination)
        destination.sudo()._membership_take_clock(merged)
        merged._membership_move_benefits(destination)
        merged._membership_move_quotations(destination)
        if holder != destination:
            destination._membership_move_to(
                holder.tier_id, reason, basis=holder.tier_basis or None, until=holder.tier_until or None)
        self.env['membership.tier.review']._after_posting(destination.sudo(), MEASURES)
        for account, points in before.items():
            destination.sudo().message_post(body=self.env._(
                "The account of %(member)s was merged into this one, with %(points)s.",
                member=account.partner_id.display_name, points=account._format_points(points)))

    def _membership_sweep(self):
        """Move what is open on merged accounts to where they went: two entries for each, with its own expiry."""
        entries = self.env['membership.ledger.entry'].sudo().search(
            [('card_id', 'in', self.ids), ('remaining', '!=', 0)], order='expires_on, id')
        posted = entries._posted([f'transfer:{entry.id}' for entry in entries])
        postings = []
        for entry in entries:
            key, account = f'transfer:{entry.id}', entry.card_id
            # Points that cannot be spent yet can only be taken by the document that earned them.
            kind, origins = (entry.kind, (entry.document_key,)) if entry.is_pending else ('transfer', ())
            wanted = posted.get((key, account.id, kind), 0) - to_amount(entry.remaining)
            shared = {'key': key, 'kind': kind, 'value_type': entry.value_type, 'company_id': entry.company_id.id,
                      'lot': None if entry.value_type == 'points' else entry.lot or entry.document_key}
            # What waits for its order to be paid or delivered goes on waiting for that order.
            document = {'model': entry.document_model, 'res_id': entry.document_id} if entry.is_pending else {}
            postings += [
                account._membership_single_posting(
                    amount=wanted, origins=origins, description=self.env._(
                        "Moved to the account of %(member)s", member=account._membership_final().partner_id.name),
                    **shared),
                account._membership_final()._membership_single_posting(
                    amount=-wanted, expires_on=entry.expires_on, is_pending=entry.is_pending,
                    available_from=entry.available_from, issuer_id=(entry.issuer_id or entry.party_id).id or None,
                    description=self.env._("Came from the account of %(member)s", member=account.partner_id.name),
                    **document, **shared),
            ]
        return entries._reconcile(postings)

    def _membership_move_purchases(self, destination):
        self.env.cr.execute(SQL(
            "UPDATE membership_purchase SET card_id = %s WHERE card_id IN %s", destination.id, tuple(self.ids)))
        self.env['membership.purchase'].invalidate_model()

    def _membership_move_quotations(self, destination):
        """Let quotations that are to be paid with points of these accounts be paid from the destination."""
        orders = self.env['sale.order'].search([
            ('state', 'in', ('draft', 'sent')),
            '|', ('order_line.coupon_id', 'in', self.ids), ('applied_coupon_ids', 'in', self.ids)])
        orders.order_line.filtered(lambda line: line.coupon_id in self).coupon_id = destination
        orders.coupon_point_ids.filtered(lambda points: points.coupon_id in self).unlink()
        for order in orders:
            order.applied_coupon_ids = order.applied_coupon_ids - self | destination
