from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

SHORTEST_NUMBER = 5  # characters: what is shorter than any card number is not looked up as one


class ResPartner(models.Model):
    """The membership of a contact: of the company's own programme where there are several."""

    _inherit = 'res.partner'

    is_member = fields.Boolean(
        compute='_compute_membership', search='_search_is_member', compute_sudo=True, groups='base.group_user')
    membership_account_id = fields.Many2one(
        'loyalty.card', string="Membership", compute='_compute_membership', compute_sudo=True,
        groups='base.group_user')
    membership_tier_id = fields.Many2one(
        'membership.tier', string="Tier", compute='_compute_membership', search='_search_membership_tier_id',
        compute_sudo=True, groups='base.group_user')
    membership_points = fields.Float(
        string="Points", digits=(16, 2), compute='_compute_membership', compute_sudo=True, groups='base.group_user')
    membership_card_number = fields.Char(
        string="Card number", compute='_compute_membership', search='_search_membership_card_number',
        compute_sudo=True, groups='base.group_user')

    @api.depends_context('company', 'allowed_company_ids')
    def _compute_membership(self):
        accounts = {}
        for account in self.env['loyalty.card'].search(self._membership_domain([('partner_id', 'in', self.ids)])):
            known = accounts.get(account.partner_id)
            if not known or account.program_id == self.env.company.membership_program_id:
                accounts[account.partner_id] = account
        for partner in self:
            account = accounts.get(partner._origin, self.env['loyalty.card'])
            partner.is_member = bool(account)
            partner.membership_account_id = account
            partner.membership_tier_id = account.tier_id
            partner.membership_points = account.points
            partner.membership_card_number = account.membership_card_id.number

    def _membership_domain(self, domain=()):
        """Return the domain of the accounts that the user's companies have to do with."""
        return Domain(domain) & Domain('is_membership', '=', True) & Domain(
            'company_id', 'in', [False, *self.env.companies.ids])

    # ------------------------------------------------------------------ search

    def _search_is_member(self, operator, value):
        if operator != 'in':
            return NotImplemented
        members = Domain('id', 'in', self._membership_query())
        wanted = [members if member else ~members for member in set(value)]
        return Domain.OR(wanted)

    def _search_membership_tier_id(self, operator, value):
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        domain = Domain('id', 'in', self._membership_query([('tier_id', operator, value)]))
        if operator == 'in' and False in value:
            domain |= Domain('id', 'not in', self._membership_query())
        return domain

    def _search_membership_card_number(self, operator, value):
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        if isinstance(value, str) and not operator.startswith('='):
            value = value.replace(' ', '')
        return Domain('id', 'in', self.env['membership.card'].sudo()._search(
            Domain('number', operator, value) & Domain('company_id', 'in', [False, *self.env.companies.ids])
        ).select(SQL("COALESCE(%s, %s)", *(
            SQL.identifier('membership_card', name) for name in ('holder_id', 'partner_id')))))

    def _membership_query(self, domain=()):
        """Return the sub-query of the ids of members whose account matches; the user need not read accounts."""
        query = self.env['loyalty.card'].sudo()._search(
            self._membership_domain([('partner_id', '!=', False), *domain]))
        return query.select(SQL.identifier('loyalty_card', 'partner_id'))

    @api.model
    def _search_display_name(self, operator, value):
        """A card number typed or scanned where a contact is asked for finds its member."""
        domain = super()._search_display_name(operator, value)
        if operator not in ('ilike', 'like', '=', '=ilike') or not isinstance(value, str) \
                or len(value) < SHORTEST_NUMBER:
            return domain
        return Domain(domain) | self._search_membership_card_number(
            'in', [value, value.replace(' ', '').replace('-', '')])

    # ------------------------------------------------------------------ grouping

    def _field_to_sql(self, alias, field_expr, query=None):
        """Let members be grouped by what is not stored: it depends on the companies of the one who asks."""
        if field_expr not in ('is_member', 'membership_tier_id'):
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], 'read')
        accounts = SQL(
            """loyalty_card member WHERE member.partner_id = %s AND member.active AND member.is_membership
                AND (member.company_id IS NULL OR member.company_id IN %s)""",
            SQL.identifier(alias, 'id'), tuple(self.env.companies.ids))
        if field_expr == 'is_member':
            return SQL("EXISTS (SELECT FROM %s)", accounts)
        return SQL(
            "(SELECT member.tier_id FROM %s ORDER BY member.program_id IS DISTINCT FROM %s, member.id LIMIT 1)",
            accounts, self.env.company.membership_program_id.id or None)

    # ------------------------------------------------------------------ buttons

    def action_view_membership(self):
        self.ensure_one()
        return self.membership_account_id._get_records_action(
            views=[(self.env.ref('membership_loyalty.membership_account_view_form').id, 'form')])

    def action_enrol(self):
        """Open the enrolment of these contacts."""
        action = self.env['ir.actions.act_window']._for_xml_id('membership_loyalty.membership_enrol_action')
        return {**action, 'context': {'default_partner_ids': self.ids}}
