from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError

from odoo.addons.membership_loyalty.tools.rounding import to_decimal

TO_PARTY = ('in_invoice', 'out_refund')  # documents of the operator whose tax the party gets


class MembershipSettlement(models.Model):
    """The tax that the documents of a statement are going to have."""

    _inherit = 'membership.settlement'

    def _figure_taxes(self):
        """Return the tax of the operator's documents, as they would be made now.

        :return: (what the party gets, below zero: what it pays, or None where no documents can be made yet;
            {statement line: the names of its taxes})
        """
        self.ensure_one()
        try:
            plans = [plan for plan in self._plan_documents() if plan.company == self.company_id]
        except UserError:
            return None, {}  # a business without a chart of accounts settles, too
        tax = sum((to_decimal(plan.tax) * (1 if plan.move_type in TO_PARTY else -1) for plan in plans), Decimal())
        names = {line: ', '.join(part.tax_ids.mapped('name')) for plan in plans for line, part in plan.parts}
        return round(tax, self.currency_id.decimal_places), names
