from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ..tools.revenue import ZERO

MOVES = ('loaded', 'refunded', 'spent', 'other')


class MembershipClearingProof(models.AbstractModel):
    """The report on prepaid money that authorities ask for: what wallets held, took in and paid in a period."""

    _inherit = 'membership.clearing.proof'

    @api.model
    def _prepaid(self, program, date_from, date_to):
        """Return the principal of a programme's wallets over a period, in the programme's currency.

        :param date_from: first day, in the programme's time zone
        :param date_to: last day
        :return: dict(opening, closing, companies: [(company, {move of MOVES: Decimal})]); opening, and all moves of all
            companies, add up to closing
        """
        self.env.flush_all()
        opening, companies = ZERO, {}
        for company_id, move, amount in self.env.execute_query(SQL(
            """SELECT COALESCE(p.company_id, e.company_id),
                      CASE WHEN e.date < %(date_from)s THEN 'opening'
                           WHEN e.kind = 'top_up' AND e.is_reversal THEN 'refunded'
                           WHEN e.kind = 'top_up' THEN 'loaded'
                           WHEN e.kind = 'spend' THEN 'spent' ELSE 'other' END, sum(e.amount)::text
                 FROM membership_ledger_entry AS e JOIN loyalty_card AS c ON c.id = e.card_id
                 LEFT JOIN membership_party AS p ON p.id = e.party_id
                WHERE c.program_id = %(program)s AND e.value_type = 'principal' AND e.date <= %(date_to)s
                GROUP BY 1, 2 ORDER BY 1""", program=program.id, date_from=date_from, date_to=date_to)):
            if move == 'opening':
                opening += Decimal(amount)
            else:
                companies.setdefault(company_id, dict.fromkeys(MOVES, ZERO))[move] += Decimal(amount)
        moved = sum((amount for moves in companies.values() for amount in moves.values()), ZERO)
        return {'opening': opening, 'closing': opening + moved, 'companies': [
            (self.env['res.company'].sudo().browse(company_id), moves) for company_id, moves in companies.items()]}
