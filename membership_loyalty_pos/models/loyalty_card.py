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
            account.membership_holder_ids = holders[account.sudo()].holder_id.ids if account.sudo() in holders else []

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
            'is_membership', 'is_ledger_kept', 'tier_id', 'membership_number', 'membership_occasion',
            'membership_holder_ids']

    @api.model
    def _membership_pos_rows(self, config, domain):
        """Return members' accounts and wallets as the till loads them, as far as the user may see them.

        :param domain: list of conditions
        """
        accounts = self.search([('is_ledger_kept', '=', True), *domain])
        return self._load_pos_data_read(accounts, config) if config else accounts.read(
            self._load_pos_data_fields(config), load=False)

    def _membership_receipt(self, moved, explanations=()):
        """Return what a receipt tells the member: JSON values.

        :param moved: list of {kind: points} that the order moved on this account, one per document key
        :param explanations: list of how its points came about, as tools.earning writes it
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
            'explanation': [
                {'label': label, 'points': float(points)} for explanation in explanations
                for label, points in self.env['membership.purchase']._membership_explanation_rows(
                    explanation, self.program_id)],
        }

    def _wallet_receipt(self, moved):
        """Return what a receipt tells of a wallet: JSON values, amounts as people read them, empty for none.

        :param moved: {(kind, value type): amount} that the order moved on this wallet
        """
        self.ensure_one()

        def money(amount):
            return self._format_points(float(amount)) if amount else ''

        values = {'account_id': self.id, 'is_wallet': True, 'program_id': self.program_id.id,
                  'program_name': self.program_id.name, 'balance': self._format_points(self.points),
                  'balance_principal': money(self.principal), 'balance_bonus': money(self.bonus),
                  'pending_bonus': money(self.pending_bonus)}
        for kind in ('spend', 'top_up'):
            parts = {part: moved.get((kind, part), 0) for part in ('principal', 'bonus')}
            sign = -1 if kind == 'spend' else 1
            values[kind] = money(sign * sum(parts.values()))
            values.update({f'{kind}_{part}': money(sign * amount) for part, amount in parts.items()})
        return values

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
            active), card (its id, 0 unless active), partner and account (rows as the till loads them, empty unless
            active)
        """
        status, message, card = self.env['membership.card']._membership_show(code)
        config = self.env['pos.config'].browse(config_id).exists() if config_id else self.env['pos.config']
        partner = card._membership_bearer()
        return {
            'status': status,
            'message': message,
            'card': card.id or 0,
            'partner': partner.read(partner._load_pos_data_fields(config), load=False),
            'account': self._membership_pos_rows(
                config, [('membership_user_ids', 'in', partner.ids)]) if partner else [],
        }
