from collections import defaultdict
from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command


class SaleOrder(models.Model):
    """Articles that the customer has free by membership: chosen on the quotation, counted when it is confirmed."""

    _inherit = 'sale.order'

    membership_has_free_uses = fields.Boolean(compute='_compute_membership_has_free_uses', compute_sudo=True)

    def _compute_membership_has_free_uses(self):
        for order in self:
            order.membership_has_free_uses = bool(order._membership_free_uses())

    def _membership_free_uses(self):
        """Return {(account, benefit): (used, limit)} of what the customer has free, used up or not."""
        self.ensure_one()
        accounts = self._membership_free_accounts()
        return {
            (account, benefit): counts for account, uses in accounts._membership_free_uses().items()
            for benefit, counts in uses.items()} if accounts else {}

    def _membership_free_accounts(self):
        """Return the accounts, own or of the family, that the customer uses in programmes of the order's company."""
        companies = self.company_id.sudo().parent_ids
        used = self.env['loyalty.card']._membership_used_by(self.partner_id).values()
        return self.env['loyalty.card'].sudo().browse(account.id for account in used).filtered(
            lambda account: not account.program_id.company_id or account.program_id.company_id in companies)

    def action_membership_free_use(self):
        """Put a free article on the order: at once if there is one to choose, otherwise ask which."""
        self.ensure_one()
        self.check_access('write')
        left = self.sudo()._membership_free_left()
        if not left:
            raise UserError(self.env._(
                "%(customer)s has used all free articles of this period.", customer=self.partner_id.display_name))
        if len(left) == 1:
            return self._membership_add_free_use(next(iter(left)))
        return self.env['ir.actions.act_window']._for_xml_id('membership_loyalty.membership_free_use_action')

    def _membership_free_left(self):
        """Return {benefit: Decimal} of the free uses that are left, after those on this order."""
        taken = self._membership_wanted_uses(always=True)
        posted = self.env['membership.benefit.use']._of([self._membership_key()]).get(self._membership_key(), {})
        left = {
            benefit: limit - used - taken.get((account, benefit), 0) + posted.get((account, benefit), 0)
            for (account, benefit), (used, limit) in self._membership_free_uses().items()}
        return {benefit: count for benefit, count in left.items() if count > 0}

    def _membership_add_free_use(self, benefit):
        """Add one free use of a benefit to the order."""
        self.check_access('write')
        if benefit not in self.sudo()._membership_free_left():
            raise UserError(self.env._("No free use of %(benefit)s is left.", benefit=benefit.name))
        line = self.order_line.filtered(lambda line: line.membership_benefit_id == benefit)[:1]
        if line:
            line.product_uom_qty += 1
        else:
            self.write({'order_line': [Command.create({
                'product_id': benefit.product_id.id, 'membership_benefit_id': benefit.id, 'product_uom_qty': 1})]})
        return True

    def _get_update_prices_lines(self):
        """Leave free articles out: native code takes the discount off before it asks for prices again."""
        return super()._get_update_prices_lines().filtered(lambda line: not line.membership_benefit_id)

    # ------------------------------------------------------------------ counting

    def _membership_wanted_uses(self, always=False):
        """Return {(account, benefit): Decimal} of the free articles on this order.

        :param always: of a quotation, too
        """
        uses = defaultdict(Decimal)
        lines = self.order_line.filtered('membership_benefit_id')
        if lines and (always or self.state == 'sale'):
            accounts = {account.program_id: account for account in self._membership_free_accounts()}
            for line in lines:
                account = accounts.get(line.membership_benefit_id.program_id)
                if not account:
                    raise ValidationError(self.env._(
                        "%(order)s: %(customer)s is no member of %(program)s and cannot have %(article)s free. Remove "
                        "the line.", order=self.name, customer=self.partner_id.display_name,
                        program=line.membership_benefit_id.program_id.name, article=line.product_id.display_name))
                uses[account, line.membership_benefit_id] += line._membership_used()
        return uses

    def _membership_settle_free_uses(self):
        """Count the free articles of these orders, and refuse more than the member has."""
        documents = []
        keys = self.env['membership.benefit.use']._of(self._membership_keys())
        for order in self.filtered(lambda order: order._membership_key() in keys
                                   or order.order_line.membership_benefit_id):
            posted = keys.get(order._membership_key(), {})
            uses = order._membership_wanted_uses()
            for account, benefit in uses:
                if (account, benefit) not in posted and not benefit._is_for(account):
                    raise ValidationError(self.env._(
                        "%(order)s: %(customer)s does not have %(benefit)s. Remove the line.", order=order.name,
                        customer=order.partner_id.display_name, benefit=benefit.name))
            documents.append({
                'document_key': order._membership_key(), 'document_model': order._name, 'document_id': order.id,
                'company_id': order.company_id.id, 'occurred_at': fields.Datetime.now(), 'uses': uses})
        counted = self.env['membership.benefit.use']._reconcile(documents)
        for (account, benefit), (used, limit) in counted.items():
            if used > limit and not self._membership_may_overdraw():
                raise ValidationError(self.env._(
                    "%(customer)s has %(benefit)s %(limit)s times per period; with this order it would be "
                    "%(used)s times. Take some off the order.", customer=account.partner_id.display_name,
                    benefit=benefit.name, limit=limit, used=f'{float(used):g}'))
