from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..tools.revenue import CENT, ZERO

MONEY_CHARGES = ('svl', 'svr', 'svs', 'svbon')


class Row(NamedTuple):
    """The clearing accounts of one company: what the ledger says they show, and what they show."""

    company: models.BaseModel
    accounts: models.BaseModel
    collected: Decimal  # money taken in for top-ups, less what was given back
    accepted: Decimal  # paid with wallets, principal and bonus
    settled: Decimal  # of both, what documents of statements have moved since: collected less accepted
    balance: Decimal  # of the accounts, owed positive
    draft: Decimal  # that draft entries would add

    @property
    def expected(self):
        return self.collected - self.accepted + self.settled

    @property
    def difference(self):
        return self.balance - self.expected

    @property
    def is_off(self):
        return abs(self.difference) >= CENT / 2


class MembershipClearingProof(models.AbstractModel):
    """Proof that the clearing accounts of all companies together show the principal that is left in the wallets.

    A company that sells a top-up owes the money to the operator, one that accepts stored value has it to claim; their
    statements hand both on. Summed up over all companies what is left is the principal of the wallets. What is known to
    stand between the two has a name: bonus money accepted that nobody has paid yet, and principal that was kept.
    """

    _name = 'membership.clearing.proof'
    _description = "Proof of the Clearing Accounts"

    @api.model
    def _proof(self, program):
        """Return the proof of one programme of stored value, as things stand now.

        :return: dict(rows: [Row], bridge: [(label, Decimal)] from the open principal to what the accounts have to show,
            expected, balance, difference, hint)
        """
        self.env.flush_all()
        moved, settled, operators = self._moved(program), self._settled(program), self._operators(program)
        rows = [self._row(company, program, moved, settled, company in operators)
                for company in operators | self._others(program, moved)]
        bridge = self._bridge(moved, settled, operators)
        expected = sum((amount for _label, amount in bridge), ZERO)
        balance = sum((row.balance for row in rows), ZERO)
        return {'rows': rows, 'bridge': bridge, 'expected': expected, 'balance': balance,
                'difference': balance - expected, 'hint': self._hint(rows, balance - expected)}

    # ------------------------------------------------------------------ ledger

    @api.model
    def _moved(self, program):
        """Return {(company id, kind, value type): Decimal} of the wallets' ledger."""
        return {tuple(key): Decimal(amount) for *key, amount in self.env.execute_query(SQL(
            """SELECT COALESCE(p.company_id, e.company_id), e.kind, e.value_type, sum(e.amount)::text
                 FROM membership_ledger_entry AS e JOIN loyalty_card AS c ON c.id = e.card_id
                 LEFT JOIN membership_party AS p ON p.id = e.party_id
                WHERE c.program_id = %s AND e.value_type IN ('principal', 'bonus')
                GROUP BY 1, 2, 3""", program.id))}

    @api.model
    def _settled(self, program):
        """Return {(company id, charge, direction): Decimal} of statement lines whose documents are posted there."""
        return {tuple(key): Decimal(quantity) for *key, quantity in self.env.execute_query(SQL(
            """SELECT d.company_id, l.charge, l.direction, sum(l.quantity)::text
                 FROM account_move_line AS d
                 JOIN membership_settlement_line AS l ON l.id = d.membership_settlement_line_id
                 JOIN membership_settlement AS s ON s.id = l.settlement_id
                WHERE s.program_id = %s AND l.charge IN %s AND d.parent_state = 'posted'
                GROUP BY 1, 2, 3""", program.id, MONEY_CHARGES))}

    @api.model
    def _bridge(self, moved, settled, operators):
        """Return [(label, amount)]: the open principal, and what stands between it and the accounts."""
        def total(kinds, value_types=('principal', 'bonus')):
            return sum((amount for (_company, kind, value_type), amount in moved.items()
                        if kind in kinds and value_type in value_types), ZERO)

        kinds = {kind for _company, kind, _value_type in moved}
        paid = sum((quantity for (company_id, charge, way), quantity in settled.items()
                    if (charge, way) == ('svbon', 'hq_to_party') and company_id not in operators.ids), ZERO)
        opening, by_hand = total({'opening'}, ('principal',)), total(
            kinds - {'top_up', 'spend', 'opening'}, ('principal',))
        return [
            (self.env._("Principal left in the wallets"), total(kinds, ('principal',))),
            (self.env._("Kept when top-ups were given back, or corrected by hand: to be booked as income"), -by_hand),
            (self.env._("Balances taken over: to be booked to the liability once"), -opening),
            (self.env._("Bonus money accepted that no statement has paid: to be booked as discount"),
             total({'spend'}, ('bonus',)) + paid),
        ]

    # ------------------------------------------------------------------ companies

    @api.model
    def _operators(self, program):
        """Return the company that settles these wallets with the others, if they are settled."""
        return self.env['membership.agreement'].sudo().search([
            ('program_id', '=', program.id), ('state', '!=', 'draft')]).company_id

    @api.model
    def _others(self, program, moved):
        """Return the other companies that have something to do with these wallets."""
        parties = self.env['membership.agreement'].sudo().search([
            ('program_id', '=', program.id), ('state', '!=', 'draft')]).party_id
        return parties.company_id | self.env['res.company'].sudo().browse(
            {company_id for company_id, _kind, _value_type in moved}) | program.company_id

    @api.model
    def _row(self, company, program, moved, settled, is_operator):
        accounts = self._accounts(program, company)
        balances = self._balances(accounts, company)

        def said(charge, way):
            return settled.get((company.id, charge, way), ZERO)

        # The operator takes over what the others hand on; what it pays for bonus money is a cost, or passed through.
        money = said('svl', 'party_to_hq') - said('svr', 'hq_to_party') - said('svs', 'hq_to_party')
        return Row(
            company, accounts,
            collected=moved.get((company.id, 'top_up', 'principal'), ZERO),
            accepted=-sum((moved.get((company.id, 'spend', part), ZERO) for part in ('principal', 'bonus')), ZERO),
            settled=money if is_operator else said('svbon', 'hq_to_party') - money,
            balance=balances['posted'], draft=balances['draft'])

    @api.model
    def _accounts(self, program, company):
        """Return the accounts to which top-ups and payments are booked in a company."""
        there = program.sudo().with_company(company)
        products = there.rule_ids.product_ids | there.payment_program_discount_product_id
        return products.property_account_income_id

    @api.model
    def _balances(self, accounts, company):
        """Return {'posted', 'draft'}: what these accounts owe in a company."""
        [(posted, draft)] = self.env.execute_query(SQL(
            """SELECT COALESCE(-sum(balance) FILTER (WHERE parent_state = 'posted'), 0)::text,
                      COALESCE(-sum(balance) FILTER (WHERE parent_state = 'draft'), 0)::text
                 FROM account_move_line WHERE account_id IN %s AND company_id = %s""",
            tuple(accounts.ids) or (0,), company.id))
        return {'posted': Decimal(posted), 'draft': Decimal(draft)}

    @api.model
    def _hint(self, rows, difference):
        """Return where to look, or an empty string when nothing is left to explain."""
        bare = [row.company.name for row in rows if not row.accounts and (row.collected or row.accepted)]
        if bare:
            return self.env._(
                "%(companies)s have no accounts of their own for stored value: run Configuration / Accounts of Stored "
                "Value.", companies=', '.join(bare))
        off = [row for row in rows if row.is_off]
        if off:
            return self.env._(
                "Look at %(companies)s: orders with top-ups or payments by wallet that are not invoiced, tills that "
                "are not closed, draft entries, or entries made by hand on these accounts.",
                companies=', '.join(row.company.name for row in off))
        if abs(difference) >= CENT / 2:
            return self.env._("Documents of one statement are posted in one company and not yet in the other.")
        return ''
