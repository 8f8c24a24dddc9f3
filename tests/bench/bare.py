"""The least that PostgreSQL has to do for each job: one statement that leaves the same ledger, balances and tiers.

No batches, no commits between, no locks taken in order, no log, no display rows of native loyalty, no next review date.
"""

TIERS = """
    WITH spend AS (
        SELECT card_id, sum(amount_total) AS amount FROM membership_purchase
         WHERE date >= %(today)s::date - interval '12 months' AND date < %(today)s GROUP BY card_id),
    target AS (
        SELECT c.id, c.tier_id AS old, COALESCE(spend.amount, 0) AS amount, (
                   SELECT t.id FROM membership_tier t
                    WHERE t.program_id = c.program_id AND t.active AND t.enter_spend <= COALESCE(spend.amount, 0)
                    ORDER BY t.sequence DESC LIMIT 1) AS new
          FROM loyalty_card c LEFT JOIN spend ON spend.card_id = c.id
         WHERE c.program_id = %(program)s AND c.active),
    moved AS (
        UPDATE loyalty_card c
           SET tier_id = new, tier_since = %(today)s, tier_until = %(today)s::date + interval '1 year'
          FROM target WHERE target.id = c.id AND new <> old RETURNING c.id, old, new, amount)
    INSERT INTO membership_tier_change (
        card_id, old_tier_id, new_tier_id, date, reason, rule, until, figures, create_date, write_date)
    SELECT id, old, new, %(today)s, 'reached', 'enter', %(today)s::date + interval '1 year',
           jsonb_build_object('spend', amount), now(), now() FROM moved"""

EXPIRY = """
    WITH due AS (
        SELECT id, card_id, company_id, remaining FROM membership_ledger_entry
         WHERE remaining > 0 AND expires_on < %(today)s),
    emptied AS (
        UPDATE membership_ledger_entry e SET remaining = 0 FROM due WHERE due.id = e.id),
    debits AS (
        INSERT INTO membership_ledger_entry (
            card_id, company_id, channel, kind, value_type, is_reversal, amount, remaining, is_pending, occurred_at,
            date, document_key, seq, create_date, write_date)
        SELECT card_id, company_id, 'manual', 'expire', 'points', FALSE, -remaining, 0, FALSE, now(), %(today)s,
               'expire:' || id, 1, now(), now() FROM due RETURNING id, document_key, amount),
    matches AS (
        INSERT INTO membership_ledger_match (debit_id, credit_id, amount, cause_id, create_date, write_date)
        SELECT d.id, substr(d.document_key, 8)::int, -d.amount, d.id, now(), now() FROM debits d)
    UPDATE loyalty_card c SET points = c.points - taken.points
      FROM (SELECT card_id, sum(remaining) AS points FROM due GROUP BY card_id) taken WHERE taken.card_id = c.id"""

PENDING = """
    WITH released AS (
        UPDATE membership_ledger_entry SET is_pending = FALSE
         WHERE is_pending AND available_from <= %(today)s AND amount > 0 RETURNING card_id, remaining)
    UPDATE loyalty_card c SET points = c.points + given.points
      FROM (SELECT card_id, sum(remaining) AS points FROM released GROUP BY card_id) given WHERE given.card_id = c.id"""
