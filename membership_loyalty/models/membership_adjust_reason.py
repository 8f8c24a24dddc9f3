from odoo import fields, models


class MembershipAdjustReason(models.Model):
    _name = 'membership.adjust.reason'
    _description = "Reason of an Adjustment"
    _order = 'sequence, id'

    name = fields.Char(required=True, translate=True, help="Members see it in their statement.")
    sign = fields.Selection(
        [('both', "Given or taken"), ('plus', "Given only"), ('minus', "Taken only")], string="Points are",
        default='both', required=True, help="What this reason can be given for.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _name_unique = models.UniqueIndex('(name) WHERE active', "There is a reason of this name already.")

    def _allows(self, amount):
        """Whether points may be given (positive) or taken (negative) for this reason."""
        self.ensure_one()
        return self.sign == 'both' or (amount > 0) == (self.sign == 'plus')
