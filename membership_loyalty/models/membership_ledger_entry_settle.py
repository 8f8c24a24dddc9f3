from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import POINTS_DIGITS

# What a row says about its statement is decided by the database, whoever inserts it: the ledger, an import, a job. The
# party is locked against closing only: a period closes when nobody is writing into it any more, and whoever began
# before that and writes after it is tried again.
SETTLE = """
    CREATE OR REPLACE FUNCTION membership_ledger_entry_settle() RETURNS trigger AS $$
    DECLARE
        origin record;
        party record;
    BEGIN
        IF NEW.is_reversal THEN
            SELECT party_id, date INTO origin FROM membership_ledger_entry
             WHERE document_key = COALESCE(NEW.origin_key, NEW.document_key) AND card_id = NEW.card_id
               AND kind = NEW.kind AND value_type = NEW.value_type ORDER BY id LIMIT 1;
            IF FOUND THEN
                NEW.price_date := origin.date;
                -- Points go back to who issued them. Money leaves, or reaches, the till that hands it out or takes it.
                IF NEW.value_type = 'points' THEN
                    NEW.party_id := origin.party_id;
                END IF;
            END IF;
        END IF;
        SELECT id, closed_until INTO party FROM membership_party
         WHERE id = CASE
               WHEN NEW.price_date IS NOT NULL AND NEW.value_type = 'points' THEN NEW.party_id
               -- Points that go from one member to another stay those of who issued them.
               WHEN NEW.kind = 'transfer' AND NEW.amount > 0 THEN NEW.issuer_id
               ELSE COALESCE(
                   NEW.party_id,
                   (SELECT party_id FROM membership_shop WHERE id = NEW.shop_id),
                   (SELECT id FROM membership_party WHERE company_id = NEW.company_id AND active)) END
           FOR SHARE;
        NEW.party_id := party.id;
        NEW.settle_date := GREATEST(NEW.date, party.closed_until + 1);
        IF party.id IS NULL THEN
            NEW.settle_date := NULL;
        END IF;
        RETURN NEW;
    END $$ LANGUAGE plpgsql;
    CREATE OR REPLACE TRIGGER membership_ledger_entry_settle
        BEFORE INSERT ON membership_ledger_entry
        FOR EACH ROW EXECUTE FUNCTION membership_ledger_entry_settle();
"""


class MembershipLedgerEntry(models.Model):
    """Whose statement an entry is on, in which month, at the rates of which day."""

    _inherit = 'membership.ledger.entry'

    party_id = fields.Many2one(
        'membership.party', string="Party", readonly=True, ondelete='restrict',
        help="Partner or own company where it happened; empty: the operator of the programme. What takes something "
             "back belongs to the party of what it takes back.")
    settle_date = fields.Date(
        string="Settled on", readonly=True,
        help="Day on whose statement it counts: its own day, or the first open day when that one was closed.")
    price_date = fields.Date(
        string="Priced as of", readonly=True,
        help="Of what takes something back: the day of that, whose rates hold. Empty: its own day.")
    origin_key = fields.Char(readonly=True, help="Identity of the document that it takes back.")
    issuer_id = fields.Many2one(
        'membership.party', string="Issuer", readonly=True, ondelete='restrict',
        help="Of points that came from another member: the party that issued them; empty: the operator.")
    uncovered = fields.Float(
        string="Beyond the balance", digits=POINTS_DIGITS, readonly=True,
        help="Of points accepted: what the member did not have at that moment. Of what takes it back: the same, "
             "negative.")

    _by_party = models.Index('(party_id, settle_date) WHERE party_id IS NOT NULL')
    _by_settle_date = models.Index('USING brin (settle_date)')
    _overdraft = models.Index('(party_id) WHERE uncovered > 0')

    def init(self):
        super().init()
        self.env.cr.execute(SETTLE)

    @api.model
    def _posting_with_policy(self, posting, program, today):
        posting = super()._posting_with_policy(posting, program, today)
        days = self._reversal_grace_days(posting, program, today[program.id]) if posting.origins else 0
        grace_until = today[program.id] + timedelta(days)
        if days and (not posting.grace_until or posting.grace_until < grace_until):
            posting = posting._replace(grace_until=grace_until)
        return posting

    @api.model
    def _reversal_grace_days(self, posting, program, today):
        """Return for how many days points can be spent at least that come back where this happens."""
        [[days]] = self.env.execute_query(SQL(
            """SELECT COALESCE(max(reversal_grace_days), 0) FROM membership_agreement
                WHERE program_id = %s AND state <> 'draft' AND %s BETWEEN date_from AND COALESCE(date_to, 'infinity')
                  AND party_id = COALESCE(
                      %s, (SELECT party_id FROM membership_shop WHERE id = %s),
                      (SELECT id FROM membership_party WHERE company_id = %s AND active))""",
            program.id, today, posting.party_id, posting.shop_id, posting.company_id))
        return days
