from odoo import api, fields, models


class MembershipPartnerChoice(models.AbstractModel):
    """A party, and one of the programmes that it has agreed on: what every wizard about its events asks first."""

    _name = 'membership.partner.choice'
    _description = "Choice of a Partner and Programme"

    party_id = fields.Many2one('membership.party', required=True)
    program_ids = fields.Many2many('loyalty.program', compute='_compute_program_ids')
    program_id = fields.Many2one(
        'loyalty.program', string="Programme", required=True, compute='_compute_program_id', store=True,
        readonly=False, domain="[('id', 'in', program_ids)]")

    @api.depends('party_id')
    def _compute_program_ids(self):
        for wizard in self:
            wizard.program_ids = wizard.party_id.agreement_ids.filtered(
                lambda agreement: agreement.state != 'draft').program_id.filtered('is_membership')

    @api.depends('program_ids')
    def _compute_program_id(self):
        for wizard in self:
            if wizard.program_id not in wizard.program_ids:
                wizard.program_id = wizard.program_ids[:1]
