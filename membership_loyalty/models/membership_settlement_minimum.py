from odoo import models

from ..tools.documents import is_too_small
from ..tools.rounding import to_amount


class MembershipSettlement(models.Model):
    """Balances that are too small to be paid wait for the next statement."""

    _inherit = 'membership.settlement'

    def _after_confirmed(self):
        super()._after_confirmed()
        for settlement in self.sudo():
            if is_too_small(to_amount(settlement.balance), to_amount(settlement.agreement_id.min_amount)):
                settlement.state = 'carried'
