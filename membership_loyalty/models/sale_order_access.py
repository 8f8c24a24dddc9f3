from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class SaleOrder(models.Model):
    """Products for members: nobody else's order for them is confirmed or paid for online, unless a manager says why."""

    _inherit = 'sale.order'

    membership_access_reason = fields.Char(
        string="Reason of the exception", copy=False, tracking=True,
        help="Why this customer may buy products for members all the same. For sales and membership managers.")
    membership_access_refusal = fields.Text(compute='_compute_membership_access_refusal')

    @api.model_create_multi
    def create(self, vals_list):
        if any(vals.get('membership_access_reason') for vals in vals_list):
            self._membership_check_exception()
        return super().create(vals_list)

    def write(self, vals):
        if vals.get('membership_access_reason'):
            self._membership_check_exception()
        result = super().write(vals)
        if vals.get('partner_id'):
            self.filtered(lambda order: order.state == 'sale')._membership_check_access()
        return result

    def action_confirm(self):
        self._membership_check_access()
        return super().action_confirm()

    def _membership_check_exception(self):
        managers = ('sales_team.group_sale_manager', 'membership_loyalty.group_membership_manager')
        if not (self.env.su or any(self.env.user.has_group(group) for group in managers)):
            raise AccessError(self.env._(
                "Only a sales manager or a membership manager may sell products for members to others. Ask one to "
                "enter the reason on the order."))

    @api.depends('partner_id', 'order_line.product_id', 'state')
    def _compute_membership_access_refusal(self):
        for order in self:
            refusals = order._membership_access_refusals() if order.state in ('draft', 'sent') else {}
            order.membership_access_refusal = self.env['membership.product.access']._membership_refusal_text(refusals)

    def _membership_access_refusals(self, lines=None):
        """Return {product.product: why} of what this order's customer may not buy.

        :param lines: sale.order.line to look at; all by default
        """
        self.ensure_one()
        lines = (self.order_line if lines is None else lines).filtered(lambda line: line._membership_is_bought())
        return self.env['membership.product.access']._membership_refusals(
            self.partner_id, lines.product_id, self.company_id or self.env.company)

    def _membership_is_web_cart(self):
        """Whether a visitor of the web shop is still choosing: website_sale, where it is installed, says so."""
        return self.state == 'draft' and 'website_id' in self._fields and bool(self.website_id)

    def _membership_is_paid(self):
        """Whether money has been taken for this order, online or at the till."""
        payments = self.sudo().transaction_ids.filtered(lambda tx: tx.state in ('authorized', 'done'))
        return bool(payments) or self._membership_may_overdraw()

    def _membership_check_access(self, lines=None):
        """Refuse products that are not for the customer; a manager's exception and a paid order are told instead."""
        for order in self:
            refusals = order._membership_access_refusals(lines)
            if not refusals:
                continue
            if not (order.membership_access_reason or order._membership_is_paid()):
                raise UserError(self.env['membership.product.access']._membership_refusal_text(refusals))
            names = ', '.join(product.display_name for product in refusals)
            order.message_post(body=self.env._(
                "Sold as an exception to somebody whom it is not for: %(articles)s. Reason: %(reason)s.",
                articles=names, reason=order.membership_access_reason,
            ) if order.membership_access_reason else self.env._(
                "Paid by somebody whom it is not for: %(articles)s. Please check.", articles=names))
