from odoo import api, models
from odoo.tools import SQL

# Each check is a query whose rows are the differences: id of the account, what is wrong, what it should be.
CHECKS = {
    'balance_is_sum_of_remaining': SQL("""
        SELECT c.id, c.points::numeric(16, 2), COALESCE(e.open, 0)
          FROM loyalty_card c
          LEFT JOIN (SELECT card_id, sum(remaining) FILTER (WHERE NOT COALESCE(is_pending, FALSE)) AS open
                       FROM membership_ledger_entry GROUP BY card_id) e ON e.card_id = c.id
         WHERE c.is_ledger_kept AND c.points::numeric(16, 2) <> COALESCE(e.open, 0)"""),
    'remaining_ties_to_amount': SQL("""
        SELECT card_id, sum(remaining), sum(amount) FROM membership_ledger_entry
         GROUP BY card_id, value_type HAVING sum(remaining) <> sum(amount)"""),
    'remaining_ties_to_matches': SQL("""
        SELECT e.card_id, e.remaining, e.amount + COALESCE(d.amount, 0) - COALESCE(c.amount, 0)
          FROM membership_ledger_entry e
          LEFT JOIN (SELECT debit_id, sum(amount) AS amount FROM membership_ledger_match GROUP BY 1) d
                 ON d.debit_id = e.id
          LEFT JOIN (SELECT credit_id, sum(amount) AS amount FROM membership_ledger_match GROUP BY 1) c
                 ON c.credit_id = e.id
         WHERE e.remaining <> e.amount + COALESCE(d.amount, 0) - COALESCE(c.amount, 0)"""),
    'matches_join_debit_and_credit_of_one_account': SQL("""
        SELECT d.card_id, m.id, c.card_id
          FROM membership_ledger_match m
          JOIN membership_ledger_entry d ON d.id = m.debit_id
          JOIN membership_ledger_entry c ON c.id = m.credit_id
         WHERE d.amount > 0 OR c.amount < 0 OR d.card_id <> c.card_id OR d.value_type <> c.value_type"""),
    'nothing_handed_back_twice': SQL("""
        SELECT min(e.card_id), sum(m.amount), 0
          FROM membership_ledger_match m JOIN membership_ledger_entry e ON e.id = m.debit_id
         GROUP BY m.debit_id, m.credit_id HAVING sum(m.amount) < 0"""),
    'no_points_beside_debt': SQL("""
        SELECT card_id, sum(remaining) FILTER (WHERE remaining > 0), sum(remaining) FILTER (WHERE remaining < 0)
          FROM membership_ledger_entry WHERE remaining <> 0 AND NOT COALESCE(is_pending, FALSE)
         GROUP BY card_id, value_type HAVING min(remaining) < 0 AND max(remaining) > 0"""),
    'transfers_agree': SQL("""
        SELECT t.destination_id, sum(e.amount), 0
          FROM membership_transfer t JOIN membership_ledger_entry e ON e.document_key = 'transfer:' || t.event
         GROUP BY t.id HAVING sum(e.amount) <> 0"""),
    'members_only': SQL("""
        SELECT c.id, count(*), 0 FROM membership_ledger_entry e JOIN loyalty_card c ON c.id = e.card_id
         WHERE NOT COALESCE(c.is_ledger_kept, FALSE) GROUP BY c.id"""),
    'money_in_wallets_only': SQL("""
        SELECT c.id, count(*), 0
          FROM membership_ledger_entry e JOIN loyalty_card c ON c.id = e.card_id
          JOIN loyalty_program p ON p.id = c.program_id
         WHERE COALESCE(p.is_stored_value, FALSE) = (e.value_type = 'points') GROUP BY c.id"""),
    'refund_stays_within_its_purchase': SQL("""
        SELECT p.card_id, sum(r.amount_total), p.amount_total
          FROM membership_purchase r JOIN membership_purchase p ON p.document_key = r.origin_key
         WHERE r.is_refund GROUP BY p.id HAVING abs(sum(r.amount_total)) > abs(p.amount_total) + 0.01"""),
}


class MembershipLedgerAudit(models.AbstractModel):
    _name = 'membership.ledger.audit'
    _description = "Membership Ledger Audit"

    @api.model
    def _checks(self):
        """Return {check: SQL}; other modules add theirs."""
        return CHECKS

    @api.model
    def _subject(self, check):
        """Return the model whose id is the first column of a check's rows."""
        return 'loyalty.card'

    @api.model
    def _differences(self, limit=20):
        """Run every check of the ledger's invariants.

        :param limit: how many differences of each check are listed
        :return: {check: [(id of the subject, found, expected), ...]}, an empty list where all is well
        """
        self.env.flush_all()
        return {
            name: self.env.execute_query(SQL("%s LIMIT %s", query, limit))
            for name, query in self._checks().items()
        }
