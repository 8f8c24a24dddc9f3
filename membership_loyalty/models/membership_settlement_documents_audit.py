from odoo import api, models
from odoo.tools import SQL

# As in membership_ledger_audit: rows are differences, but the first column is the id of a statement.
DOCUMENT_CHECKS = {
    # As tools.documents.sign_on says: a line of the other way, or on a credit note, stands with the opposite sign.
    'documents_are_their_statement_lines': SQL("""
        SELECT d.id, d.found, d.wanted
          FROM (SELECT min(s.id) AS id, m.amount_untaxed AS found,
                       CASE WHEN m.move_type LIKE '%%refund' THEN -1 ELSE 1 END * COALESCE(sum(
                           CASE WHEN ((m.move_type LIKE 'out%%') = (m.company_id = s.company_id))
                                     = (l.direction = 'party_to_hq') THEN l.amount ELSE -l.amount END), 0) AS wanted
                  FROM account_move m
                  JOIN membership_settlement s ON s.id = m.membership_settlement_id
                  LEFT JOIN account_move_line ml ON ml.move_id = m.id AND ml.display_type = 'product'
                  LEFT JOIN membership_settlement_line l ON l.id = ml.membership_settlement_line_id
                 WHERE m.move_type <> 'entry' GROUP BY m.id) d
         WHERE d.found <> d.wanted"""),
    'booked_statements_are_booked_whole': SQL("""
        SELECT s.id, count(ml.id), CASE WHEN p.company_id IS NULL THEN 1 ELSE 2 END
          FROM membership_settlement s
          JOIN membership_party p ON p.id = s.party_id
          JOIN membership_settlement_line l ON l.settlement_id = s.id AND l.amount <> 0
          LEFT JOIN account_move_line ml ON ml.membership_settlement_line_id = l.id
         WHERE s.state IN ('invoiced', 'settled')
         GROUP BY s.id, l.id, p.id HAVING count(ml.id) <> CASE WHEN p.company_id IS NULL THEN 1 ELSE 2 END"""),
}


class MembershipLedgerAudit(models.AbstractModel):
    """What the books say is what the statements say."""

    _inherit = 'membership.ledger.audit'

    @api.model
    def _checks(self):
        return {**super()._checks(), **DOCUMENT_CHECKS}

    @api.model
    def _subject(self, check):
        return 'membership.settlement' if check in DOCUMENT_CHECKS else super()._subject(check)

    @api.model
    def _labels(self):
        return {
            **super()._labels(),
            'documents_are_their_statement_lines': self.env._("Invoices and bills = lines of their statements"),
            'booked_statements_are_booked_whole': self.env._("Every line of a booked statement is booked once"),
        }
