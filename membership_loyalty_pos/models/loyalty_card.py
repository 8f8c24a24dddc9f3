from odoo import api, fields, models


class LoyaltyCard(models.Model):
    _inherit = 'loyalty.card'

    membership_number = fields.Char(
        string="Card number", compute='_compute_membership_number',
        help="Number of the member's newest active card, masked.")
    membership_holder_ids = fields.Many2many(
        'res.partner', string="Family members", compute='_compute_membership_number')

    @api.depends('membership_card_ids.state', 'membership_card_ids.number', 'membership_card_ids.holder_id')
    def _compute_membership_number(self):
        """Mask the number of the owner's newest active card; tell who else carries one."""
        members = self.filtered('is_membership')
        # The cashier may see who the member is without seeing any whole number.
        cards = self.env['membership.card'].sudo().search_fetch(
            [('account_id', 'in', members.ids), ('state', '=', 'active')], ['account_id', 'number', 'holder_id'],
            order='id')
        newest = {card.account_id.id: card for card in cards if not card.holder_id}
        holders = cards.filtered('holder_id').grouped('account_id')
        for account in self:
            account.membership_number = account.id in newest and newest[account.id]._masked_number()
            shared = holders.get(account.sudo())
            account.membership_holder_ids = shared.holder_id.ids if shared else []

    # ------------------------------------------------------------------ at the till

    @api.model
    def _load_pos_data_domain(self, data, config):
        domain = super()._load_pos_data_domain(data, config)
        partner_ids = [partner['id'] for partner in data.get('res.partner', [])]
        members = [('is_membership', '=', True), ('membership_user_ids', 'in', partner_ids)]
        return domain or members

    @api.model
    def _load_pos_data_fields(self, config):
        return super()._load_pos_data_fields(config) + [
            'is_membership', 'tier_id', 'membership_number', 'membership_holder_ids']

    @api.model
    def _membership_pos_rows(self, config, domain):
        """Return members' accounts as the till loads them, as far as the user may see them.

        :param domain: list of conditions
        """
        accounts = self.search([('is_membership', '=', True), *domain])
        return self._load_pos_data_read(accounts, config) if config else accounts.read(
            self._load_pos_data_fields(config), load=False)

    def _membership_receipt(self, moved):
        """Return what a receipt tells the member: JSON values.

        :param moved: list of {kind: points} that the order moved on this account, one per document key
        """
        self.ensure_one()
        earned = sum(points for kinds in moved for kind, points in kinds.items() if kind != 'redeem')
        spent = -sum(kinds.get('redeem', 0) for kinds in moved)
        return {
            'account_id': self.id,
            'card_number': self.membership_number or '',
            'program_id': self.program_id.id,
            'program_name': self.program_id.name,
            'point_name': self.point_name or '',
            'tier_name': self.tier_id.name or '',
            'tier_color': self.tier_id.color,
            'earned': float(earned),
            'spent': float(spent),
            'balance': self.points,
            'is_debt': self.points < 0,
        }

    @api.model
    def get_loyalty_card_partner_by_code(self, code):
        status, _message, card = self.env['membership.card']._membership_show(code)
        # The code of a native card lives on as a card number: a lost one is not to be found the old way.
        return super().get_loyalty_card_partner_by_code(code) if status == 'unknown' else \
            card._membership_bearer() or False

    @api.model
    def membership_identify(self, code, config_id=False):
        """Tell the till whose card this is: one call with all that it needs to show the member.

        :param str code: number or token, scanned or typed
        :param int config_id: the till
        :return: dict of status ('active', another state of the card, or 'unknown'), message (for people, empty when
            active), partner and account (rows as the till loads them, empty unless active)
        """
        status, message, card = self.env['membership.card']._membership_show(code)
        config = self.env['pos.config'].browse(config_id).exists() if config_id else self.env['pos.config']
        partner = card._membership_bearer()
        return {
            'status': status,
            'message': message,
            'partner': partner.read(partner._load_pos_data_fields(config), load=False),
            'account': self._membership_pos_rows(
                config, [('membership_user_ids', 'in', partner.ids)]) if partner else [],
        }
