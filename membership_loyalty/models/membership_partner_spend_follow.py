from odoo import api, models
from odoo.tools import SQL

# Brings the spending that partners pay commission on to where some purchases stand: "wanted - posted", as the ledger.
# A refund belongs to the partner of the purchase it takes back and has that day's price; what was once counted for a
# partner stays with it, whatever becomes of the card. Amounts are in the programme's currency, refunds negative.
FOLLOW = """
    WITH asked AS (SELECT DISTINCT key AS document_key FROM (%(keys)s) AS k (key)),
    -- Each purchase with that which decides about it: itself, or the one it takes back. One after the other, by index:
    -- a join of two sets made here would be planned without knowing how big they are.
    wanted AS (
        SELECT p.document_key, p.card_id, p.amount_total::numeric AS amount, p.occurred_at, p.date,
               COALESCE(counted.party_id, shown.party_id, held.party_id) AS party_id,
               COALESCE(counted.price_day, o.date, p.date) AS price_day
          FROM asked JOIN membership_purchase p USING (document_key)
          LEFT JOIN membership_purchase o ON o.document_key = p.origin_key
          JOIN loyalty_card c ON c.id = COALESCE(o.card_id, p.card_id)
          LEFT JOIN LATERAL (
              SELECT s.party_id, COALESCE(s.price_date, s.date) AS price_day FROM membership_partner_spend s
               WHERE s.document_key = COALESCE(o.document_key, p.document_key) AND s.source = 'purchase'
               ORDER BY s.seq DESC LIMIT 1) AS counted ON TRUE
          LEFT JOIN LATERAL (
              SELECT k.party_id FROM membership_card k JOIN (%(agreements)s) AS a
                  ON a.party_id = k.party_id AND a.program_id = c.program_id
                     AND COALESCE(o.date, p.date) BETWEEN a.date_from AND a.until
               WHERE k.id = CASE WHEN o.id IS NULL THEN p.membership_card_id ELSE o.membership_card_id END
              ) AS shown ON TRUE
          LEFT JOIN LATERAL (
              SELECT k.party_id FROM membership_card k JOIN (%(agreements)s) AS a
                  ON a.party_id = k.party_id AND a.program_id = c.program_id
                     AND COALESCE(o.date, p.date) BETWEEN a.date_from AND a.until
               WHERE CASE WHEN o.id IS NULL THEN p.membership_card_id ELSE o.membership_card_id END IS NULL
                 AND k.account_id = c.id AND k.holder_id IS NULL AND k.state = 'active' AND k.party_id IS NOT NULL
                 AND a.commission_on = 'member'
               ORDER BY k.id DESC LIMIT 1) AS held ON TRUE
         WHERE COALESCE(counted.party_id, shown.party_id, held.party_id) IS NOT NULL),
    posted AS (
        SELECT s.document_key, s.party_id, sum(s.amount) AS amount, min(s.card_id) AS card_id,
               min(s.occurred_at) AS occurred_at, min(s.date) AS date, min(COALESCE(s.price_date, s.date)) AS price_day
          FROM asked JOIN membership_partner_spend s USING (document_key) WHERE s.source = 'purchase' GROUP BY 1, 2),
    missing AS (
        SELECT document_key, party_id, COALESCE(w.card_id, s.card_id) AS card_id,
               COALESCE(w.amount, 0) - COALESCE(s.amount, 0) AS amount,
               COALESCE(w.occurred_at, s.occurred_at) AS occurred_at, COALESCE(w.date, s.date) AS date,
               COALESCE(s.price_day, w.price_day) AS price_day
          FROM wanted w FULL JOIN posted s USING (document_key, party_id)
         WHERE COALESCE(w.amount, 0) <> COALESCE(s.amount, 0))
    INSERT INTO membership_partner_spend (
        party_id, card_id, amount, occurred_at, date, price_date, document_key, source, seq,
        create_uid, create_date, write_uid, write_date)
    SELECT party_id, card_id, amount, occurred_at, date, NULLIF(price_day, date), document_key, 'purchase',
           COALESCE((SELECT max(t.seq) FROM membership_partner_spend t WHERE t.document_key = missing.document_key), 0)
               + row_number() OVER (PARTITION BY document_key ORDER BY amount, party_id),
           %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
      FROM missing ORDER BY occurred_at, document_key
    RETURNING id"""

# The agreements by which a partner pays commission, each with its last day.
AGREEMENTS = """
    SELECT g.party_id, g.program_id, g.date_from, COALESCE(g.date_to, 'infinity'::date) AS until, g.commission_on
      FROM membership_agreement g
     WHERE g.state IN ('active', 'ended')
       AND EXISTS (SELECT FROM membership_agreement_rate r WHERE r.agreement_id = g.id AND r.charge = 'comm')"""


class MembershipPartnerSpend(models.Model):
    """Spending that a co-branded partner pays commission on follows the purchases of members by target."""

    _inherit = 'membership.partner.spend'

    @api.model
    def _follow(self, keys):
        """Count purchases for the partners whose co-branded card was shown, or is held, by the agreements.

        :param keys: document keys of membership.purchase, of purchases that are gone as well; a list, or an SQL
        :return: recordset of the new rows; none when called again
        """
        if not keys or not self.env['membership.card.range']._membership_any_range():
            return self.browse()
        self.env['membership.card'].flush_model(['account_id', 'holder_id', 'party_id', 'state'])
        self.env['membership.agreement'].flush_model(['commission_on', 'date_from', 'date_to', 'state'])
        keys = keys if isinstance(keys, SQL) else SQL("SELECT unnest(%s)", list(keys))
        return self.browse(spend_id for [spend_id] in self.env.execute_query(SQL(
            FOLLOW, keys=keys, agreements=SQL(AGREEMENTS), uid=self.env.uid)))
