from odoo import api, fields, models


class MembershipFreeUse(models.TransientModel):
    """Which of several free articles the customer takes."""

    _name = 'membership.free.use'
    _description = "Choice of a Free Article"

    order_id = fields.Many2one(
        'sale.order', required=True, readonly=True, default=lambda self: self.env.context.get('active_id'))
    possible_ids = fields.Many2many('membership.benefit', compute='_compute_possible_ids', compute_sudo=True)
    benefit_id = fields.Many2one(
        'membership.benefit', string="Free article", required=True, domain="[('id', 'in', possible_ids)]")

    @api.depends('order_id')
    def _compute_possible_ids(self):
        for wizard in self:
            wizard.possible_ids = self.env['membership.benefit'].concat(*wizard.order_id._membership_free_left())

    def action_add(self):
        self.ensure_one()
        return self.order_id._membership_add_free_use(self.benefit_id)
