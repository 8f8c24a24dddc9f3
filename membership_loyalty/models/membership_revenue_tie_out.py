from decimal import Decimal
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.revenue import CENT, ZERO


class Tie(NamedTuple):
    """Two figures that must be equal, and where to look when they are not."""

    label: str
    other_label: str
    amount: Decimal
    other: Decimal
    hint: str

    @property
    def difference(self):
        return self.amount - self.other

    @property
    def is_off(self):
        """Whether they differ: shares of transferred points may leave a difference far below a cent."""
        return abs(self.difference) >= CENT / 2


class MembershipRevenueTieOut(models.AbstractModel):
    """Whether balances, ledger, matches, cohorts and general ledger tell the same: 0.00, or where they differ."""

    _name = 'membership.revenue.tie.out'
    _description = "Tie-out of Points and Stored Value"

    @api.model
    def _ties(self, policy):
        """Return [(section, [Tie])] for the programme of a policy, as things stand now.

        The figures of the programme are those of all companies: a balance belongs to a member, not to a company.
        """
        return [
            (self.env._("Points"), self._point_ties(policy.program_id)),
            (self.env._("General ledger"), [self._account_tie(policy)]),
            *((program.name, self._wallet_ties(program)) for program in self._wallet_programs(policy.company_id)),
        ]

    # ------------------------------------------------------------------ points

    @api.model
    def _point_ties(self, program):
        audit = self.env._("Run Configuration / Ledger Audit: it names the accounts that differ.")
        spendable, waiting, debt, moved, matched, credited = self._ledger(program, ('points',))
        companies = self.env['res.company'].sudo().search([])
        figures = self.env['membership.revenue.figures']._points(
            program, companies, fields.Date.to_date('9999-12-31'))
        return [
            Tie(self.env._("Balances of the members"), self.env._("Ledger: what can be spent, less debt"),
                self._balances(program), spendable + debt, audit),
            Tie(self.env._("Ledger: all movements"), self.env._("Ledger: what is open, less debt"),
                moved, spendable + waiting + debt, audit),
            Tie(self.env._("Ledger: points given"), self.env._("Points left and points matched with what used them"),
                credited, spendable + waiting + matched, audit),
            Tie(self.env._("Cohorts: points left"), self.env._("Ledger: points left"),
                sum((points.open for points, _fees in figures.values()), ZERO), spendable + waiting,
                self.env._("Open the cohorts, and compare the points left of each with its ledger entries.")),
        ]

    @api.model
    def _balances(self, program):
        self.env.flush_all()
        [(balance,)] = self.env.execute_query(SQL(
            """SELECT COALESCE(sum(points::numeric(16, 2)), 0)::text FROM loyalty_card
                WHERE program_id = %s AND is_ledger_kept""", program.id))
        return Decimal(balance)

    @api.model
    def _ledger(self, program, value_types):
        """Return Decimals (spendable, waiting, debt, movements, matched, credited) of a programme's ledger."""
        self.env.flush_all()
        mine = SQL(
            """FROM membership_ledger_entry AS e JOIN loyalty_card AS c ON c.id = e.card_id
                WHERE c.program_id = %s AND e.value_type IN %s""", program.id, tuple(value_types))
        [row] = self.env.execute_query(SQL(
            """SELECT COALESCE(sum(e.remaining) FILTER (WHERE e.amount > 0 AND e.is_pending IS NOT TRUE), 0)::text,
                      COALESCE(sum(e.remaining) FILTER (WHERE e.amount > 0 AND e.is_pending), 0)::text,
                      COALESCE(sum(e.remaining) FILTER (WHERE e.amount < 0), 0)::text,
                      COALESCE(sum(e.amount), 0)::text,
                      (SELECT COALESCE(sum(m.amount), 0) FROM membership_ledger_match AS m
                        WHERE m.credit_id IN (SELECT e.id %(mine)s))::text,
                      COALESCE(sum(e.amount) FILTER (WHERE e.amount > 0), 0)::text %(mine)s""", mine=mine))
        return tuple(map(Decimal, row))

    # ------------------------------------------------------------------ general ledger

    @api.model
    def _account_tie(self, policy):
        """Compare the balance of the liability account with all cohorts that are booked to it."""
        policies = self.env['membership.revenue.policy'].sudo().with_context(active_test=False).search([
            ('company_id', '=', policy.company_id.id), ('liability_account_id', '=', policy.liability_account_id.id)])
        owed = self.env['membership.revenue.posting'].sudo()._posted(policies.cohort_ids)
        balances = self._account_balances(policy.liability_account_id, policy.company_id)
        hint = self.env._("Look at the entries of %(account)s that were not made here.",
                          account=policy.liability_account_id.display_name)
        if balances['draft']:
            hint = self.env._("%(amount)s stand in draft entries: post them. Then look at the entries of %(account)s "
                              "that were not made here.", amount=policy.currency_id.format(float(-balances['draft'])),
                              account=policy.liability_account_id.display_name)
        return Tie(
            self.env._("Balance of %(account)s", account=policy.liability_account_id.display_name),
            self.env._("Cohorts: owed to members"), -balances['posted'],
            sum((books.liability for books in owed.values()), ZERO), hint)

    @api.model
    def _account_balances(self, account, company):
        """Return {'posted', 'draft'}: the balance of an account in a company, debits positive."""
        self.env['account.move.line'].flush_model()
        self.env['account.move'].flush_model(['state'])
        [(posted, draft)] = self.env.execute_query(SQL(
            """SELECT COALESCE(sum(balance) FILTER (WHERE parent_state = 'posted'), 0)::text,
                      COALESCE(sum(balance) FILTER (WHERE parent_state = 'draft'), 0)::text
                 FROM account_move_line WHERE account_id = %s AND company_id = %s""", account.id, company.id))
        return {'posted': Decimal(posted), 'draft': Decimal(draft)}

    # ------------------------------------------------------------------ stored value

    @api.model
    def _wallet_programs(self, company):
        return self.env['loyalty.program'].sudo().search([
            ('is_stored_value', '=', True), ('company_id', 'in', [company.id, False])])

    @api.model
    def _wallet_ties(self, program):
        audit = self.env._("Run Configuration / Ledger Audit: it names the wallets that differ.")
        spendable, waiting, debt, moved, matched, credited = self._ledger(program, ('principal', 'bonus'))
        return [
            Tie(self.env._("Wallets"), self.env._("Ledger: principal and bonus that can be spent, less debt"),
                self._balances(program), spendable + debt, audit),
            Tie(self.env._("Ledger: all movements"), self.env._("Ledger: what is open, less debt"),
                moved, spendable + waiting + debt, audit),
            Tie(self.env._("Ledger: paid in and given"), self.env._("What is left and what was matched with its use"),
                credited, spendable + waiting + matched, audit),
            self._clearing_tie(program),
        ]

    @api.model
    def _clearing_tie(self, program):
        proof = self.env['membership.clearing.proof'].sudo()._proof(program)
        return Tie(
            self.env._("Clearing accounts of all companies"),
            self.env._("Principal in the wallets, with what is known to stand between the two"),
            proof['balance'], proof['expected'],
            self.env._("Open Liability / Clearing of Stored Value: it names the company."))
