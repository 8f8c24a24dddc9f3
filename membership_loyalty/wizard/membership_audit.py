from odoo import api, fields, models
from odoo.fields import Command


class MembershipAudit(models.TransientModel):
    """The result of the ledger's audit, check by check."""

    _name = 'membership.audit'
    _description = "Ledger Audit"

    checked_at = fields.Datetime(readonly=True)
    difference_count = fields.Integer(string="Differences", readonly=True)
    line_ids = fields.One2many('membership.audit.line', 'audit_id', readonly=True)

    @api.depends('checked_at')
    def _compute_display_name(self):
        for audit in self:
            audit.display_name = self.env._("Ledger audit")

    def action_check(self):
        """Run every check now. The checks see the whole ledger, whichever companies the user looks at."""
        results = self.env['membership.ledger.audit']._summary()
        values = {
            'checked_at': fields.Datetime.now(),
            'difference_count': sum(len(result['differences']) for result in results),
            'line_ids': [Command.clear(), *(Command.create({
                'name': result['label'],
                'difference_count': len(result['differences']),
                'account_ids': [Command.set(self._visible(
                    {row[0] for row in result['differences'] if result['subject'] == 'loyalty.card'}))],
            }) for result in results)],
        }
        audit = self or self.create({})
        audit.write(values)
        return audit._get_records_action(target='current')

    def _visible(self, ids):
        """Return the ids of these accounts that the user may see: others are counted, not shown."""
        return self.env['loyalty.card'].with_context(active_test=False).search([('id', 'in', list(ids))]).ids


class MembershipAuditLine(models.TransientModel):
    _name = 'membership.audit.line'
    _description = "Ledger Audit Check"

    audit_id = fields.Many2one('membership.audit', required=True, ondelete='cascade')
    name = fields.Char(string="Check", readonly=True)
    difference_count = fields.Integer(string="Differences", readonly=True)
    account_ids = fields.Many2many('loyalty.card', string="Accounts", readonly=True)
