from decimal import Decimal

from markupsafe import Markup

from odoo import fields, models
from odoo.tools import format_amount


class MembershipPurchase(models.Model):
    """"Why did I get so many points?", line by line."""

    _inherit = 'membership.purchase'

    explanation_html = fields.Html(string="Points explained", compute='_compute_explanation_html')

    def _compute_explanation_html(self):
        for purchase in self:
            purchase.explanation_html = purchase._membership_explanation_html()

    def _membership_explain(self):
        """Return [(label, points)]: the steps by which the points came about, for people; the points add up.

        Empty when the plain rules gave them: no multiplier applied, no limit was reached.
        """
        self.ensure_one()
        explanation = self.explanation
        return self._membership_explanation_rows(explanation, self.sudo().program_id) if explanation else []

    def _membership_explanation_rows(self, explanation, program):
        """Return the rows of a stored explanation, see _membership_explain."""
        return [(self._membership_step_label(step, explanation, program), Decimal(step['points']))
                for step in explanation['steps']]

    def _membership_step_label(self, step, explanation, program):
        _ = self.env._
        code, name, factor = step['code'], step['label'], step['factor']
        base = format_amount(self.env, float(explanation['base']), program.currency_id)
        return {
            'base': lambda: _("On %(amount)s", amount=base),
            'rates': lambda: _("Articles that earn more or nothing"),
            'tier': lambda: _("%(tier)s: %(factor)s times", tier=name, factor=factor),
            'multiplier': lambda: _("%(multiplier)s: %(factor)s times", multiplier=name, factor=factor),
            'factor_cap': lambda: _("At most %(factor)s times", factor=factor),
            'order_cap': lambda: _("Limit per order"),
            'day_cap': lambda: _("Limit per day"),
            'month_cap': lambda: _("Limit per month"),
            'budget': lambda: _("Budget used up"),
        }[code]()

    def _membership_explanation_html(self):
        """Return the explanations of these purchases as a table for the back office; empty without any."""
        row = Markup('<tr><td>%s</td><td class="text-end">%s</td></tr>')
        total = Markup('<tr><th>%s</th><th class="text-end">%s</th></tr>')
        tables = Markup().join(
            Markup('<table class="table table-sm" style="max-width: 32rem">%s</table>') % (
                Markup().join(row % (label, f'{points:+f}') for label, points in rows)
                + total % (purchase.program_id.name, f'{sum(points for _label, points in rows):f}'))
            for purchase in self.sudo() if (rows := purchase._membership_explain()))
        return tables or False

    def action_explain(self):
        """Show how the points of this purchase came about."""
        self.ensure_one()
        return self._get_records_action(
            name=self.env._("Points explained"), target='new',
            views=[(self.env.ref('membership_loyalty.membership_purchase_view_form').id, 'form')])
