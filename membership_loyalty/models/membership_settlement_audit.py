from odoo import api, models
from odoo.tools import SQL

from .membership_settlement import FINAL
from .membership_settlement_control import SEAL

EMPTY = ('draft', 'cancel')  # states of statements that hold nothing
SENT = ('sent', 'disputed', *FINAL)
# As in membership_ledger_audit: rows are differences, but the first column is the id of a statement.
CHECKS = {
    'claimed_by_a_statement_that_lives': SQL("""
        SELECT a.settlement_id, count(*), 0
          FROM membership_settlement_atom a LEFT JOIN membership_settlement s ON s.id = a.settlement_id
         WHERE s.id IS NULL OR s.state IN %s GROUP BY 1""", EMPTY),
    'claimed_for_its_own_party_and_period': SQL("""
        SELECT s.id, count(*), 0
          FROM membership_settlement_atom a JOIN membership_settlement s ON s.id = a.settlement_id
          LEFT JOIN membership_ledger_entry e ON a.k = 1 AND e.id = a.atom_id
          LEFT JOIN membership_ledger_match m ON a.k = 2 AND m.id = a.atom_id
          LEFT JOIN membership_partner_spend p ON a.k = 3 AND p.id = a.atom_id
         WHERE a.k < 4 AND (COALESCE(e.party_id, m.lot_party_id, p.party_id) IS DISTINCT FROM s.party_id
            OR COALESCE(e.settle_date, m.settle_date, p.settle_date) NOT BETWEEN s.date_from AND s.date_to)
         GROUP BY 1"""),
    'nothing_comes_into_a_closed_period': SQL("""
        SELECT s.id, count(*), 0
          FROM (SELECT 1 AS k, id, card_id, party_id, settle_date FROM membership_ledger_entry
                 WHERE party_id IS NOT NULL AND kind <> 'expire'
                UNION ALL
                SELECT 2, id, card_id, lot_party_id, settle_date FROM membership_ledger_match
                 WHERE lot_party_id IS NOT NULL
                UNION ALL
                SELECT 3, id, card_id, party_id, settle_date FROM membership_partner_spend) AS x
          JOIN loyalty_card c ON c.id = x.card_id
          JOIN membership_settlement s ON s.party_id = x.party_id AND s.program_id = c.program_id
           AND x.settle_date BETWEEN s.date_from AND s.date_to AND s.state NOT IN %s
          LEFT JOIN membership_settlement_atom a ON a.k = x.k AND a.atom_id = x.id
         WHERE a.atom_id IS NULL GROUP BY 1""", EMPTY),
    'lines_have_the_quantities_of_the_ledger': SQL("""
        WITH movements AS (
            SELECT a.settlement_id, e.kind, COALESCE(e.price_date, e.date) AS day,
                   CASE WHEN e.kind = 'redeem' THEN -e.amount ELSE e.amount END AS quantity,
                   COALESCE(e.uncovered, 0) AS uncovered
              FROM membership_settlement_atom a JOIN membership_ledger_entry e ON e.id = a.atom_id
             WHERE a.k = 1 AND NOT a.is_held AND e.kind IN ('earn', 'bonus', 'redeem') AND e.value_type = 'points'
            UNION ALL
            SELECT a.settlement_id, CASE a.k WHEN 4 THEN 'cover' ELSE 'match ' || m.kind END, m.price_date, m.amount, 0
              FROM membership_settlement_atom a JOIN membership_ledger_match m ON m.id = a.atom_id
             WHERE a.k IN (2, 4) AND NOT a.is_held AND m.kind IN ('redeem', 'expire') AND m.value_type = 'points'
            UNION ALL
            SELECT a.settlement_id, 'spend', COALESCE(p.price_date, p.date), p.amount, 0
              FROM membership_settlement_atom a JOIN membership_partner_spend p ON p.id = a.atom_id
             WHERE a.k = 3 AND NOT a.is_held),
        atoms AS (
            SELECT settlement_id, kind, day, sum(quantity) AS quantity, sum(uncovered) AS uncovered
              FROM movements GROUP BY 1, 2, 3),
        wanted AS (
            SELECT a.settlement_id, r.charge, sum(
                       a.quantity - CASE WHEN g.overdraft_bearer = 'redeemer' THEN a.uncovered ELSE 0 END) AS quantity
              FROM atoms a JOIN membership_settlement s ON s.id = a.settlement_id
              JOIN membership_agreement g ON g.party_id = s.party_id AND g.program_id = s.program_id
               AND g.currency_id = s.currency_id AND g.state <> 'draft'
               AND a.day BETWEEN g.date_from AND COALESCE(g.date_to, 'infinity')
              JOIN membership_agreement_rate r ON r.agreement_id = g.id AND (
                   a.kind IN ('earn', 'bonus') AND (r.charge = 'mkt' OR r.charge = 'issue' AND g.basis = 'issue')
                   OR (a.kind = 'redeem' OR a.kind = 'cover' AND g.overdraft_bearer = 'redeemer')
                      AND r.charge IN ('reimb', 'fee')
                   OR a.kind = 'match redeem' AND r.charge = 'fund' AND g.basis = 'redeem'
                   OR a.kind = 'match expire' AND r.charge = 'brkg' AND g.basis = 'issue'
                   OR a.kind = 'spend' AND r.charge = 'comm')
             GROUP BY 1, 2),
        found AS (
            SELECT settlement_id, charge, sum(quantity) AS quantity FROM membership_settlement_line
             WHERE charge IN ('issue', 'mkt', 'reimb', 'fee', 'fund', 'brkg', 'comm') GROUP BY 1, 2)
        SELECT COALESCE(f.settlement_id, w.settlement_id), f.quantity, w.quantity
          FROM found f FULL JOIN wanted w ON w.settlement_id = f.settlement_id AND w.charge = f.charge
         WHERE COALESCE(f.quantity, 0) <> COALESCE(w.quantity, 0)"""),
    'totals_are_the_sum_of_the_lines': SQL("""
        SELECT s.id, s.balance, s.carried_in + COALESCE(l.payable - l.receivable, 0)
          FROM membership_settlement s LEFT JOIN (
               SELECT settlement_id,
                      COALESCE(sum(amount) FILTER (WHERE direction = 'party_to_hq'), 0) AS receivable,
                      COALESCE(sum(amount) FILTER (WHERE direction = 'hq_to_party'), 0) AS payable
                 FROM membership_settlement_line GROUP BY 1) l ON l.settlement_id = s.id
         WHERE s.state NOT IN %s AND (
               COALESCE(s.receivable, 0) <> COALESCE(l.receivable, 0)
               OR COALESCE(s.payable, 0) <> COALESCE(l.payable, 0)
               OR s.net <> s.payable - s.receivable OR s.balance <> s.carried_in + s.net)""", EMPTY),
    'nets_of_a_run_sum_to_zero': SQL("""
        SELECT min(s.id), sum(s.net), min(-(r.totals -> u.name ->> 'operator')::numeric)
          FROM membership_settlement_run r
          JOIN membership_settlement s ON s.run_id = r.id AND s.state <> 'cancel'
          JOIN res_currency u ON u.id = s.currency_id
         WHERE r.state IN ('computed', 'closed') GROUP BY r.id, u.id
        HAVING sum(COALESCE(s.net, 0)) + min((r.totals -> u.name ->> 'operator')::numeric) IS DISTINCT FROM 0"""),
    'sent_statements_are_as_they_were': SQL(
        """SELECT x.id, x.seal, s.content_hash
             FROM (%s WHERE s.state IN %s) x JOIN membership_settlement s ON s.id = x.id
            WHERE x.seal IS DISTINCT FROM s.content_hash""", SQL(SEAL), SENT),
    'controls_agree_with_what_is_claimed': SQL("""
        SELECT COALESCE(f.settlement_id, w.settlement_id), f.atoms, w.atoms
          FROM (SELECT settlement_id, k, count(*) AS atoms, count(*) FILTER (WHERE is_held) AS held,
                       mod(sum(atom_id), 1000000000000) AS hash_total
                  FROM membership_settlement_atom GROUP BY 1, 2) f
          FULL JOIN (
               SELECT s.id AS settlement_id, k, (v ->> 'atoms')::bigint AS atoms, (v ->> 'held')::bigint AS held,
                      (v ->> 'hash_total')::numeric AS hash_total
                 FROM membership_settlement s, jsonb_each(s.control -> 'families') AS f (family, v),
                      (VALUES ('entry', 1), ('match', 2), ('spend', 3), ('cover', 4)) AS n (name, k)
                WHERE n.name = family AND s.state NOT IN %s) w
            ON w.settlement_id = f.settlement_id AND w.k = f.k
         WHERE (f.atoms, f.held, f.hash_total) IS DISTINCT FROM (w.atoms, w.held, w.hash_total)""", EMPTY),
    'what_was_sent_is_priced': SQL("""
        SELECT id, jsonb_array_length(control -> 'unpriced'), 0 FROM membership_settlement
         WHERE state IN %s AND jsonb_array_length(control -> 'unpriced') > 0""", SENT),
    'points_roll_forward': SQL("""
        WITH last AS (
            SELECT DISTINCT ON (party_id, program_id) * FROM membership_settlement WHERE state NOT IN %(empty)s
             ORDER BY party_id, program_id, date_to DESC)
        SELECT s.id, (s.roll_forward ->> 'opening')::numeric, (p.roll_forward ->> 'closing')::numeric
          FROM membership_settlement s JOIN membership_settlement p ON p.party_id = s.party_id
           AND p.program_id = s.program_id AND p.date_to = s.date_from - 1 AND p.state NOT IN %(empty)s
         WHERE s.state NOT IN %(empty)s
           AND (s.roll_forward ->> 'opening')::numeric <> (p.roll_forward ->> 'closing')::numeric
        UNION ALL
        SELECT s.id, (s.roll_forward ->> 'closing')::numeric, COALESCE(i.points, 0) - COALESCE(u.points, 0)
          FROM last s
          LEFT JOIN (SELECT s.id, sum(e.amount) AS points
                       FROM last s JOIN membership_ledger_entry e ON e.party_id = s.party_id
                        AND e.settle_date <= s.date_to AND e.amount > 0 AND NOT COALESCE(e.is_reversal, FALSE)
                        AND e.value_type = 'points'
                       JOIN loyalty_card c ON c.id = e.card_id AND c.program_id = s.program_id GROUP BY 1) i
            ON i.id = s.id
          LEFT JOIN (SELECT s.id, sum(m.amount) AS points
                       FROM last s JOIN membership_ledger_match m ON m.lot_party_id = s.party_id
                        AND m.settle_date <= s.date_to AND m.value_type = 'points'
                       JOIN loyalty_card c ON c.id = m.card_id AND c.program_id = s.program_id GROUP BY 1) u
            ON u.id = s.id
         WHERE (s.roll_forward ->> 'closing')::numeric <> COALESCE(i.points, 0) - COALESCE(u.points, 0)""",
        empty=EMPTY),
}
# What the ledger itself has to keep for settlement; the first column is an account.
LEDGER_CHECKS = {
    'overdrafts_are_noted': SQL("""
        SELECT e.card_id, COALESCE(e.uncovered, 0), -e.amount - COALESCE(m.own, 0)
          FROM membership_ledger_entry e JOIN membership_party p ON p.id = e.party_id AND p.create_date <= e.create_date
          LEFT JOIN (SELECT debit_id, sum(amount) AS own FROM membership_ledger_match
                      WHERE cause_id = debit_id GROUP BY 1) m ON m.debit_id = e.id
         WHERE e.kind = 'redeem' AND e.amount < 0 AND COALESCE(e.uncovered, 0) <> -e.amount - COALESCE(m.own, 0)"""),
    'matches_say_what_their_entries_say': SQL("""
        SELECT c.card_id, m.id, NULL
          FROM membership_ledger_match m JOIN membership_ledger_entry c ON c.id = m.credit_id
          JOIN membership_ledger_entry d ON d.id = m.debit_id JOIN membership_ledger_entry x ON x.id = m.cause_id
         WHERE (m.card_id, m.kind, m.value_type, m.date) IS DISTINCT FROM (c.card_id, d.kind, d.value_type, x.date)
            OR m.price_date IS DISTINCT FROM CASE
               WHEN d.kind <> 'expire' THEN COALESCE(d.price_date, d.date)
               WHEN c.kind IN ('earn', 'bonus', 'transfer') THEN c.date END
            OR m.lot_party_id <> c.party_id"""),
    'nothing_is_taken_before_it_was_issued': SQL("""
        SELECT c.card_id, m.cause_id, m.credit_id
          FROM membership_ledger_match m JOIN membership_ledger_entry c ON c.id = m.credit_id
         WHERE m.cause_id < m.credit_id"""),
}


class MembershipLedgerAudit(models.AbstractModel):
    """Statements are what the ledger says, and stay what they were."""

    _inherit = 'membership.ledger.audit'

    @api.model
    def _checks(self):
        return {**super()._checks(), **LEDGER_CHECKS, **CHECKS}

    @api.model
    def _subject(self, check):
        return 'membership.settlement' if check in CHECKS else super()._subject(check)

    @api.model
    def _labels(self):
        return {
            **super()._labels(),
            'overdrafts_are_noted': self.env._("Points accepted beyond the balance are noted as such"),
            'matches_say_what_their_entries_say': self.env._("Matches and their entries say the same"),
            'nothing_is_taken_before_it_was_issued': self.env._("Points are spent after they were issued"),
            'claimed_by_a_statement_that_lives': self.env._("Nothing is held by a statement that was cancelled"),
            'claimed_for_its_own_party_and_period': self.env._("Statements hold what is of their party and period"),
            'nothing_comes_into_a_closed_period': self.env._("Everything of a settled period is on its statement"),
            'lines_have_the_quantities_of_the_ledger': self.env._("Statement lines = points in the ledger"),
            'totals_are_the_sum_of_the_lines': self.env._("Totals of a statement = sum of its lines"),
            'nets_of_a_run_sum_to_zero': self.env._("Parties and operator together: zero"),
            'sent_statements_are_as_they_were': self.env._("No statement was changed after it was sent"),
            'controls_agree_with_what_is_claimed': self.env._("Counts and hash totals of statements agree"),
            'what_was_sent_is_priced': self.env._("Nothing was sent without a price"),
            'points_roll_forward': self.env._("Points of each issuer roll forward from month to month"),
        }
