from odoo import api, models
from odoo.tools import SQL

# As in membership_ledger_audit: rows are differences, the first column is the id of an account.
CHECKS = {
    'partner_transactions_are_in_the_ledger': SQL("""
        SELECT t.card_id, COALESCE(sum(e.amount), 0), t.points
          FROM membership_partner_transaction t
          LEFT JOIN membership_partner_transaction o ON o.id = t.original_id
          LEFT JOIN membership_ledger_entry e ON e.document_key = t.document_key AND e.card_id = t.card_id
                AND e.kind = COALESCE(o.kind, t.kind) AND e.value_type = 'points'
         GROUP BY t.id HAVING COALESCE(sum(e.amount), 0) <> t.points"""),
    'partner_spending_is_recorded': SQL("""
        SELECT t.card_id, COALESCE(s.amount, 0), t.amount
          FROM membership_partner_transaction t
          LEFT JOIN membership_partner_transaction o ON o.id = t.original_id
          LEFT JOIN membership_partner_spend s ON s.document_key = t.document_key AND s.party_id = t.party_id
         WHERE 'spend' IN (t.kind, o.kind) AND s.amount IS DISTINCT FROM t.amount"""),
    'partner_entries_have_a_transaction': SQL("""
        SELECT e.card_id, e.id, 0 FROM membership_ledger_entry e
         WHERE e.document_model = 'membership.partner.transaction' AND NOT EXISTS (
               SELECT FROM membership_partner_transaction t
                WHERE t.id = e.document_id AND t.document_key = e.document_key AND t.party_id = e.party_id)"""),
    'partner_reversals_stay_within_their_original': SQL("""
        SELECT o.card_id, sum(r.points), o.points
          FROM membership_partner_transaction r JOIN membership_partner_transaction o ON o.id = r.original_id
         GROUP BY o.id
        HAVING abs(sum(r.points)) > abs(o.points) OR sum(r.points) * o.points > 0 OR -sum(r.amount) > o.amount
            OR bool_or(o.kind = 'reverse') OR bool_or(r.party_id <> o.party_id)"""),
}


class MembershipLedgerAudit(models.AbstractModel):
    """What partners told and what stands in the ledger are the same."""

    _inherit = 'membership.ledger.audit'

    @api.model
    def _checks(self):
        return {**super()._checks(), **CHECKS}

    @api.model
    def _labels(self):
        return {
            **super()._labels(),
            'partner_transactions_are_in_the_ledger': self.env._("Points of a partner's transaction = its entries"),
            'partner_spending_is_recorded': self.env._("Spending that a partner told is recorded for its commission"),
            'partner_entries_have_a_transaction': self.env._("Entries of a partner have its transaction behind them"),
            'partner_reversals_stay_within_their_original': self.env._(
                "Partners take back no more than their transaction was"),
        }
