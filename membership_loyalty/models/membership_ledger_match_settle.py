from odoo import fields, models

# Whatever takes from points that somebody issued, or gives back to them, concerns the issuer; what a debit gets back by
# a reversal is in a credit that nobody issued.
SETTLE = """
    CREATE OR REPLACE FUNCTION membership_ledger_match_settle() RETURNS trigger AS $$
    DECLARE
        lot record;
        party record;
    BEGIN
        SELECT c.party_id INTO lot
          FROM membership_ledger_entry c WHERE c.id = NEW.credit_id AND NOT COALESCE(c.is_reversal, FALSE);
        IF lot.party_id IS NULL THEN
            RETURN NEW;
        END IF;
        SELECT id, closed_until INTO party FROM membership_party WHERE id = lot.party_id FOR SHARE;
        NEW.lot_party_id := party.id;
        NEW.settle_date := GREATEST(
            (SELECT date FROM membership_ledger_entry WHERE id = NEW.cause_id), party.closed_until + 1);
        RETURN NEW;
    END $$ LANGUAGE plpgsql;
    CREATE OR REPLACE TRIGGER membership_ledger_match_settle
        BEFORE INSERT ON membership_ledger_match
        FOR EACH ROW EXECUTE FUNCTION membership_ledger_match_settle();
"""


class MembershipLedgerMatch(models.Model):
    """On whose statement it counts that points of that party were spent, have expired or came back."""

    _inherit = 'membership.ledger.match'

    lot_party_id = fields.Many2one(
        'membership.party', string="Issuer", readonly=True, ondelete='restrict',
        help="Party whose points were taken or given back; empty: the operator's own.")
    settle_date = fields.Date(
        string="Settled on", readonly=True,
        help="Day on whose statement of the issuer it counts.")

    _by_lot_party = models.Index('(lot_party_id, settle_date) WHERE lot_party_id IS NOT NULL')

    def init(self):
        super().init()
        self.env.cr.execute(SETTLE)
