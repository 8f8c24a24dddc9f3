from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.tools import SQL

AUDIENCE = {'membership_tier_ids', 'membership_segment_ids'}


class LoyaltyProgram(models.Model):
    """For whom one of Odoo's own promotions is: members of some tiers, contacts of some segments, or everybody."""

    _inherit = 'loyalty.program'

    membership_tier_ids = fields.Many2many(
        'membership.tier', 'loyalty_program_for_tier_rel', string="For tiers", check_company=True,
        help="Only members of these tiers have this promotion: at the till, in sales orders and in the web shop. "
             "Empty: everybody.")
    membership_segment_ids = fields.Many2many(
        'res.partner.category', 'loyalty_program_for_segment_rel', string="For segments",
        help="Only contacts with one of these tags have this promotion. With tiers as well, both must fit. "
             "Empty: everybody.")

    @api.model_create_multi
    def create(self, vals_list):
        if any(AUDIENCE & vals.keys() for vals in vals_list):
            self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        if AUDIENCE & vals.keys():
            self.env.registry.clear_cache()
        return super().write(vals)

    @api.constrains('is_membership', 'membership_tier_ids', 'membership_segment_ids')
    def _check_audience(self):
        for program in self:
            if program.is_membership and (program.membership_tier_ids or program.membership_segment_ids):
                raise ValidationError(self.env._(
                    "%(program)s is a membership: it is for all its members. Limit one of your promotions to tiers "
                    "instead.", program=program.name))

    # ------------------------------------------------------------------ who it is for

    @api.model
    @tools.ormcache()
    def _membership_any_audience(self):
        """Whether any promotion of this database is for some customers only; most databases have none."""
        [[limited]] = self.env.execute_query(SQL(
            """SELECT EXISTS (SELECT FROM loyalty_program_for_tier_rel)
                   OR EXISTS (SELECT FROM loyalty_program_for_segment_rel)"""))
        return limited

    @api.model
    def _membership_audience_domain(self, partner):
        """Return the conditions, as a list, that a promotion for this customer meets; none where none is limited.

        :param partner: res.partner, may be empty or the web shop's public visitor: then without tier and segment
        """
        if not self._membership_any_audience():
            return []
        return [
            '|', ('membership_tier_ids', '=', False), ('membership_tier_ids', 'in', partner._membership_tiers().ids),
            '|', ('membership_segment_ids', '=', False),
            ('membership_segment_ids', 'in', partner.sudo().category_id.ids)]

    def _membership_is_for(self, partner):
        """Whether this promotion is for a customer."""
        self.ensure_one()
        return bool(self.sudo().filtered_domain(self._membership_audience_domain(partner)))

    def _membership_audience_refusal(self):
        """Return why a customer does not have this promotion, for people."""
        self.ensure_one()
        program = self.sudo()
        tiers = ', '.join(program.membership_tier_ids.sorted('sequence').mapped('name'))
        if tiers:
            return self.env._(
                "%(promotion)s is for members of these tiers: %(tiers)s. Choose the member first, or enrol the "
                "customer.", promotion=program.name, tiers=tiers)
        return self.env._("%(promotion)s is for invited customers only.", promotion=program.name)
