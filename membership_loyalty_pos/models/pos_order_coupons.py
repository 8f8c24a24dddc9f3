from math import isfinite

from odoo import api, models

from odoo.addons.membership_loyalty.guard import muted


class PosOrder(models.Model):
    """The calls by which a native till moves points: members' points are not moved by any of them."""

    _inherit = 'pos.order'

    def confirm_coupon_programs(self, coupon_data):
        others, members = self._membership_split_coupons(coupon_data)
        result = super(PosOrder, muted(self)).confirm_coupon_programs(others)
        result['coupon_updates'] += self._membership_coupon_updates(members)
        return result

    @api.private
    def add_loyalty_history_lines(self, coupon_data, coupon_updates):
        return super().add_loyalty_history_lines(coupon_data, coupon_updates)

    def validate_coupon_programs(self, point_changes, new_codes):
        others, members = self._membership_split_changes(point_changes)
        accounts = self._membership_readable(members)
        message = self._membership_refusal(accounts, members) or self._membership_redemption_refusal(accounts, members)
        balances = {account.id: account.points for account in accounts}
        if message:
            return {'successful': False, 'payload': {'message': message, 'updated_points': balances}}
        result = super().validate_coupon_programs(others, new_codes)
        result['payload'].setdefault('updated_points', {}).update(balances)
        return result

    # ------------------------------------------------------------------ confirmation, after the fact

    def _membership_split_coupons(self, coupon_data):
        """Tell members' entries from those of native programmes, by all that native would find them with.

        :return: (native entries, members' entries), dicts as given
        """
        programs = self.env['loyalty.program'].sudo().with_context(active_test=False).search([
            ('is_ledger_kept', '=', True),
            ('id', 'in', [int(vals['program_id']) for vals in coupon_data.values() if vals.get('program_id')])])
        ids = {int(key) for key in coupon_data} | {
            int(vals['coupon_id']) for vals in coupon_data.values() if vals.get('coupon_id')}
        codes = [vals['code'] for vals in coupon_data.values() if vals.get('code')]
        accounts = self.env['loyalty.card'].sudo().with_context(active_test=False).search([
            ('is_ledger_kept', '=', True), '|', ('id', 'in', list(ids)), ('code', 'in', codes)])
        members = {
            key: vals for key, vals in coupon_data.items()
            if int(vals.get('program_id') or 0) in programs.ids
            or {int(key), int(vals.get('coupon_id') or 0)} & set(accounts.ids)
            or vals.get('code') in accounts.mapped('code')}
        return {key: vals for key, vals in coupon_data.items() if key not in members}, members

    def _membership_coupon_updates(self, members):
        """Return the answer about members' entries that a native till understands: the balance as the server has it.

        :param members: {card id, or a negative id of the browser: values}
        """
        if not members:
            return []
        accounts = self._membership_readable({int(key) for key in members if int(key) > 0})
        found = {account.id: account for account in accounts}
        own = {**self.sudo()._membership_accounts(), **self.sudo()._wallet_accounts()} if self else {}
        own = {program.id: account for program, account in own.items()}
        updates = []
        for key, vals in members.items():
            account = found.get(int(key)) or (int(key) < 0 and own.get(int(vals.get('program_id') or 0)))
            if account:
                updates.append({
                    'old_id': int(key), 'id': account.id, 'points': account.points, 'code': account.code,
                    'program_id': account.program_id.id, 'partner_id': account.partner_id.id})
        return updates

    def _membership_readable(self, ids):
        """Return the accounts with these ids that the user may see."""
        return self.env['loyalty.card'].search([('id', 'in', list(ids)), ('is_ledger_kept', '=', True)]) if ids \
            else self.env['loyalty.card']

    # ------------------------------------------------------------------ question before payment

    def _membership_split_changes(self, point_changes):
        """Return (native changes, {account id: points} of members)."""
        changes = {int(key): points for key, points in point_changes.items()}
        accounts = self.env['loyalty.card'].sudo().search([('id', 'in', list(changes)), ('is_ledger_kept', '=', True)])
        members = {card_id: changes.pop(card_id) for card_id in accounts.ids}
        return changes, members

    def _membership_refusal(self, accounts, changes):
        """Return why these points cannot be spent, or an empty string.

        :param accounts: those that the user may see
        :param changes: {account id: points, spent ones negative}
        """
        if len(accounts) < len(changes) or len(accounts.partner_id) > 1:
            return self.env._(
                "This order spends points of an account that is not its customer's. Choose the customer again.")
        for account in accounts:
            points = changes[account.id]
            if isinstance(points, bool) or not isinstance(points, (int, float)) or not isfinite(points):
                return self.env._("The till did not say how many points it spends. Remove the reward and add it again.")
            if points < 0 and account.points + points < -0.005:
                return self.env._(
                    "%(member)s has %(balance)s and this order spends %(cost)s. Remove a reward.",
                    member=account.partner_id.name, balance=account._format_points(account.points),
                    cost=account._format_points(-points))
        return ''
