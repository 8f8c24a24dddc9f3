from decimal import Decimal

from odoo import models

from ..tools.rounding import to_decimal


class AccountMove(models.Model):
    """Credit notes give points back; native code never looks at them."""

    _inherit = 'account.move'

    def _post(self, soft=True):
        posted = super()._post(soft)
        posted._membership_credited()._membership_follow_credit()
        return posted

    def button_draft(self):
        result = super().button_draft()
        self._membership_credited()._membership_follow_credit()
        return result

    def button_cancel(self):
        result = super().button_cancel()
        self._membership_credited()._membership_follow_credit()
        return result

    def unlink(self):
        orders, keys = self._membership_credited(), self._membership_refund_keys()
        result = super().unlink()
        self.env['membership.purchase'].sudo()._forget(keys)
        orders.exists()._membership_follow_credit()
        return result

    def _invoice_paid_hook(self):
        result = super()._invoice_paid_hook()
        self._membership_orders()._membership_release_ready()
        return result

    # ------------------------------------------------------------------ reading

    def _membership_orders(self):
        """Return the sale orders that these invoices and credit notes are for.

        A credit note whose lines name no order line is for the orders of the invoice it reverses.
        """
        moves = self.sudo().filtered(lambda move: move.move_type in ('out_invoice', 'out_refund'))
        return (moves | moves.reversed_entry_id).line_ids.sale_line_ids.order_id

    def _membership_credited(self):
        """Return those of the orders that have a credit note: an invoice alone moves no points."""
        return self._membership_orders().filtered(lambda order: order._membership_credit_notes())

    def _membership_amount(self, order, counted):
        """Return what this move bills or credits of an order, tax included, in the order's currency.

        :param counted: the sale.order.line records that count; of a credit note for this order alone, lines that name
            no order line count too: money given back by hand is given back
        """
        self.ensure_one()
        alone = self.move_type == 'out_refund' and self._membership_orders() == order
        lines = self.invoice_line_ids.filtered(lambda line: line.display_type == 'product' and (
            line.sale_line_ids & counted or (alone and not line.sale_line_ids)))
        amount = self.currency_id._convert(
            sum(lines.mapped('price_total')), order.currency_id, order.company_id, self.invoice_date or self.date)
        return to_decimal(amount) if lines else Decimal(0)

    def _membership_refund_key(self, origin_key):
        """Return the identity of the refund of one purchase by this credit note, which may refund several."""
        self.ensure_one()
        return f'account.move:{self.id}:{origin_key}'

    def _membership_refund_keys(self):
        return [
            move._membership_refund_key(purchase_key)
            for move in self for order in move._membership_orders() if move.move_type == 'out_refund'
            for purchase_key in order._membership_purchase_keys().values()
        ]
