from odoo import fields, models


class MembershipShop(models.Model):
    _name = 'membership.shop'
    _description = "Membership Shop"
    _order = 'company_id, name'
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Number of the shop in tills, files and partner systems.")
    company_id = fields.Many2one('res.company', required=True, default=lambda self: self.env.company)
    active = fields.Boolean(default=True)
    party_id = fields.Many2one(
        'membership.party', string="Settles as", ondelete='restrict', index='btree_not_null',
        help="Party whose statement lists what happens in this shop. Empty: that of its company.")

    _code_unique = models.UniqueIndex('(company_id, code)', "Another shop of this company has the same code.")
