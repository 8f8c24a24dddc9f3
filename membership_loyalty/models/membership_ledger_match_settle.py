from odoo import fields, models

from ..const import KINDS, VALUE_TYPES

# What a statement needs of a match is written on it once: millions of them are summed up without reading the entries.
# Whatever takes from points that somebody issued, or gives back to them, concerns the issuer; what a debit gets back by
# a reversal is in a credit that nobody issued.
SETTLE = """
    CREATE OR REPLACE FUNCTION membership_ledger_match_settle() RETURNS trigger AS $$
    DECLARE
        credit record;
        debit record;
        party record;
    BEGIN
        SELECT card_id, party_id, kind, date, is_reversal INTO credit FROM membership_ledger_entry
         WHERE id = NEW.credit_id;
        SELECT kind, value_type, date, price_date INTO debit FROM membership_ledger_entry WHERE id = NEW.debit_id;
        SELECT date INTO NEW.date FROM membership_ledger_entry WHERE id = NEW.cause_id;
        NEW.card_id := credit.card_id;
        NEW.kind := debit.kind;
        NEW.value_type := debit.value_type;
        IF debit.kind <> 'expire' THEN
            NEW.price_date := COALESCE(debit.price_date, debit.date);
        ELSIF credit.kind IN ('earn', 'bonus', 'transfer') THEN
            NEW.price_date := credit.date;
        END IF;
        IF credit.party_id IS NOT NULL AND NOT COALESCE(credit.is_reversal, FALSE) THEN
            SELECT id, closed_until INTO party FROM membership_party WHERE id = credit.party_id FOR SHARE;
            NEW.lot_party_id := party.id;
            NEW.settle_date := GREATEST(NEW.date, party.closed_until + 1);
        END IF;
        RETURN NEW;
    END $$ LANGUAGE plpgsql;
    CREATE OR REPLACE TRIGGER membership_ledger_match_settle
        BEFORE INSERT ON membership_ledger_match
        FOR EACH ROW EXECUTE FUNCTION membership_ledger_match_settle();
"""
FILL = """
    UPDATE membership_ledger_match m
       SET card_id = c.card_id, kind = d.kind, value_type = d.value_type, date = x.date,
           price_date = CASE WHEN d.kind <> 'expire' THEN COALESCE(d.price_date, d.date)
                             WHEN c.kind IN ('earn', 'bonus', 'transfer') THEN c.date END
      FROM membership_ledger_entry c, membership_ledger_entry d, membership_ledger_entry x
     WHERE c.id = m.credit_id AND d.id = m.debit_id AND x.id = m.cause_id AND m.kind IS NULL
"""


class MembershipLedgerMatch(models.Model):
    """On whose statement it counts that points of that party were spent, have expired or came back."""

    _inherit = 'membership.ledger.match'

    card_id = fields.Many2one('loyalty.card', string="Account", readonly=True, ondelete='restrict')
    kind = fields.Selection(KINDS, readonly=True, help="Of the debit.")
    value_type = fields.Selection(VALUE_TYPES, readonly=True)
    date = fields.Date(readonly=True, help="Day of the entry whose posting made this match.")
    lot_party_id = fields.Many2one(
        'membership.party', string="Issuer", readonly=True, ondelete='restrict',
        help="Party whose points were taken or given back; empty: the operator's own.")
    settle_date = fields.Date(string="Settled on", readonly=True, help="Day on whose statement of the issuer it is.")
    price_date = fields.Date(
        string="Priced as of", readonly=True,
        help="Day whose rates hold: of the redemption; of what expires, the day it was issued. Empty: what expires was "
             "never charged.")

    _by_lot_party = models.Index('(lot_party_id, settle_date) WHERE lot_party_id IS NOT NULL')
    _by_settle_date = models.Index('USING brin (settle_date)')

    def init(self):
        super().init()
        self.env.cr.execute(SETTLE)
        self.env.cr.execute(FILL)
