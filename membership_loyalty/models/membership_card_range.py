from odoo import fields, models


class MembershipCardRange(models.Model):
    """Numbers of the co-branded cards of a party."""

    _name = 'membership.card.range'
    _description = "Range of Card Numbers"
    _order = 'first'
    _rec_name = 'first'

    party_id = fields.Many2one('membership.party', required=True, index=True, ondelete='cascade')
    program_id = fields.Many2one(
        'loyalty.program', string="Programme", required=True, ondelete='restrict',
        domain="[('is_membership', '=', True)]")
    first = fields.Char(string="First number", required=True)
    last = fields.Char(string="Last number", required=True)

    _digits = models.Constraint(
        "CHECK (first ~ '^[0-9]{4,32}$' AND last ~ '^[0-9]{4,32}$' AND length(first) = length(last) AND first <= last)",
        "Card numbers are digits; the first and the last one have the same length.")
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (numrange(('1' || first)::numeric, ('1' || last)::numeric, '[]') WITH &&)",
        "These numbers belong to another range already.")
