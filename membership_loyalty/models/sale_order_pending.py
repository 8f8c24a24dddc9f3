from odoo import models
from odoo.tools import SQL

# What of an order must hold, over sale_order `o`, for its points not to wait any longer. All or nothing: what is paid
# or delivered in part waits for the rest.
READY = {
    'paid': """
        o.invoice_status = 'invoiced' AND NOT EXISTS (
            SELECT FROM sale_order_line l
              JOIN sale_order_line_invoice_rel r ON r.order_line_id = l.id
              JOIN account_move_line i ON i.id = r.invoice_line_id
              JOIN account_move m ON m.id = i.move_id
             WHERE l.order_id = o.id AND m.move_type = 'out_invoice' AND m.state <> 'cancel'
               AND (m.state = 'draft' OR m.payment_state NOT IN ('paid', 'in_payment', 'reversed')))""",
    'delivered': """
        NOT EXISTS (
            SELECT FROM sale_order_line l
              JOIN product_product p ON p.id = l.product_id
              JOIN product_template t ON t.id = p.product_tmpl_id
             WHERE l.order_id = o.id AND l.qty_delivered < l.product_uom_qty AND l.price_total >= 0
               AND l.display_type IS NULL AND l.reward_id IS NULL AND NOT COALESCE(l.is_downpayment, FALSE)
               AND t.type <> 'combo' AND %(goods)s)""",
}


class SaleOrder(models.Model):
    """Points of an order that wait until it is paid or delivered."""

    _inherit = 'sale.order'

    def _membership_ready_sql(self, event):
        """Return the SQL condition on sale_order `o` of orders whose points need not wait any longer.

        :param event: value of loyalty.program.points_pending_event; none: nothing has to happen
        """
        self.env['sale.order'].flush_model(['invoice_status', 'state'])
        self.env['sale.order.line'].flush_model()
        self.env['account.move'].flush_model(['state', 'payment_state', 'move_type'])
        self.env['account.move.line'].flush_model(['sale_line_ids', 'move_id'])
        # The fee for bringing the goods is never delivered itself.
        has_fee = 'is_delivery' in self.env['sale.order.line']._fields
        goods = SQL("NOT COALESCE(l.is_delivery, FALSE)") if has_fee else SQL("TRUE")
        return SQL("o.state = 'sale' AND %s", SQL(READY[event], goods=goods)) if event else SQL("TRUE")

    def _membership_ready(self, event):
        """Return those of these orders that are paid, or delivered, as a whole."""
        return self.browse(id_ for id_, in self.env.execute_query(SQL(
            "SELECT o.id FROM sale_order o WHERE o.id IN %s AND %s",
            tuple(self.ids), self._membership_ready_sql(event)))) if self.ids else self

    def _membership_release_ready(self):
        """Let points of these orders be spent if they were waiting for what has just happened."""
        keys = tuple(self.exists()._membership_keys())
        waiting = self.env.execute_query(SQL(
            """SELECT DISTINCT c.program_id FROM membership_ledger_entry e JOIN loyalty_card c ON c.id = e.card_id
                WHERE e.document_key IN %s AND e.is_pending AND e.available_from IS NULL""", keys)) if keys else ()
        job = self.env['membership.points.release'].sudo()
        for program_id, in waiting:
            program = job.env['loyalty.program'].browse(program_id)
            job._release_waiting(program, SQL("e.document_key IN %s AND %s", keys, job._of_ready_orders(program)))
