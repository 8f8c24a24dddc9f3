from odoo import fields, models
from odoo.tools import SQL

from ..tools.rounding import to_amount


class MembershipCard(models.Model):
    """Spending at partners counts for the limit of a family member as well."""

    _inherit = 'membership.card'

    def _membership_spent_this_month(self):
        today = self.program_id._membership_date(fields.Datetime.now())
        [[spent]] = self.env.execute_query(SQL(
            """SELECT (-COALESCE(sum(t.points), 0))::text
                 FROM membership_partner_transaction t
                 JOIN membership_card k ON k.id = t.membership_card_id
                 LEFT JOIN membership_partner_transaction o ON o.id = t.original_id
                WHERE k.holder_id = %s AND t.card_id = %s AND t.date >= %s AND 'redeem' IN (t.kind, o.kind)""",
            self.holder_id.id, self.account_id.id, today.replace(day=1)))
        return super()._membership_spent_this_month() + to_amount(spent)
