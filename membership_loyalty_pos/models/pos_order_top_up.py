from odoo import api, models

from odoo.addons.membership_loyalty.tools.rounding import to_amount


class PosOrder(models.Model):
    """What the till asks before a top-up is paid for: afterwards nobody is refused."""

    _inherit = 'pos.order'

    @api.model
    def membership_check_top_up(self, partner_id, amounts):
        """Tell the till before payment whether the customer's wallets may hold these top-ups.

        :param int partner_id: the customer, or False
        :param dict amounts: {id of the programme of stored value (text or number): money paid in, its currency}
        :return: str, why not; empty when all is well
        """
        partner = self.env['res.partner'].browse(partner_id or []).exists()
        partner.check_access('read')
        paid = {int(program_id): to_amount(amount) for program_id, amount in amounts.items()}
        programs = self.env['loyalty.program'].browse(paid).exists()._filtered_access('read').sudo()
        for program in programs.filtered(lambda program: program.is_stored_value and program.wallet_limit):
            if not partner:
                return self.env._("Choose the customer first: a top-up fills the customer's wallet.")
            wallet = program._wallets(partner).get((program.id, partner.id))
            room = max(wallet._wallet_room() if wallet else to_amount(program.wallet_limit), to_amount(0))
            if paid[program.id] > room:
                money = wallet or self.env['loyalty.card'].sudo().new({'program_id': program.id})
                return self.env._(
                    "The wallet of %(customer)s may hold %(room)s more, this top-up brings %(paid)s. Sell a smaller "
                    "one.",
                    customer=partner.name, room=money._format_points(float(room)),
                    paid=money._format_points(float(paid[program.id])))
        return ''
