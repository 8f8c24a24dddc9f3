from odoo import models
from odoo.tools import SQL, format_date

# The party where an entry happened, as the trigger of the ledger finds it.
PLACE = """
    COALESCE((SELECT s.party_id FROM membership_shop s WHERE s.id = e.shop_id),
             (SELECT p.id FROM membership_party p WHERE p.company_id = e.company_id AND p.active)) = %(party)s"""
ENTRIES = """
    UPDATE membership_ledger_entry e SET party_id = %(party)s, settle_date = GREATEST(e.date, %(closed)s + 1)
      FROM loyalty_card c
     WHERE c.id = e.card_id AND c.program_id = %(program)s AND e.party_id IS NULL AND e.price_date IS NULL
       AND NOT (e.kind = 'transfer' AND e.amount > 0) AND e.date >= %(first)s AND e.date <= %(last)s AND """ + PLACE
# What takes something back belongs to the party of that.
REVERSALS = """
    UPDATE membership_ledger_entry e SET party_id = %(party)s, settle_date = GREATEST(e.date, %(closed)s + 1)
      FROM loyalty_card c
     WHERE c.id = e.card_id AND c.program_id = %(program)s AND e.party_id IS NULL AND e.price_date >= %(first)s
       AND EXISTS (SELECT FROM membership_ledger_entry o
                    WHERE o.document_key = COALESCE(e.origin_key, e.document_key) AND o.card_id = e.card_id
                      AND o.kind = e.kind AND o.value_type = e.value_type AND o.party_id = %(party)s)"""
MATCHES = """
    UPDATE membership_ledger_match m SET lot_party_id = %(party)s, settle_date = GREATEST(m.date, %(closed)s + 1)
      FROM membership_ledger_entry c, loyalty_card a
     WHERE c.id = m.credit_id AND a.id = m.card_id AND a.program_id = %(program)s
       AND m.lot_party_id IS NULL AND c.party_id = %(party)s AND NOT COALESCE(c.is_reversal, FALSE)"""


class MembershipAgreement(models.Model):
    """What happened before a party was known here, but is covered by its agreement, comes onto its statements."""

    _inherit = 'membership.agreement'

    def _adopt(self):
        """Give the party of each version in force the events of its days that are nobody's yet.

        Set-based; nothing when called again. The party says in its chatter how many there were.
        """
        self.env.flush_all()
        for agreement in self:
            closed = agreement.party_id._lock_closed_until()
            values = {
                'party': agreement.party_id.id, 'program': agreement.program_id.id, 'first': agreement.date_from,
                'last': agreement.date_to or 'infinity', 'closed': SQL("%s::date", closed)}
            events = 0
            for query in (ENTRIES, REVERSALS, MATCHES):
                self.env.cr.execute(SQL(query, **values))
                events += self.env.cr.rowcount if query is not MATCHES else 0
            self.env.invalidate_all()
            spends = self.env['membership.partner.spend']._follow(SQL(
                """SELECT document_key FROM membership_purchase
                    WHERE date >= %s AND card_id IN (
                        SELECT account_id FROM membership_card WHERE party_id = %s AND program_id = %s)""",
                agreement.date_from, agreement.party_id.id, agreement.program_id.id))
            if events or spends:
                agreement.message_post(body=self.env._(
                    "%(events)s events and %(spends)s purchases since %(day)s were recorded before this version was in "
                    "force; they are on the statements of %(party)s from now on.", events=events, spends=len(spends),
                    day=format_date(self.env, agreement.date_from), party=agreement.party_id.name))
