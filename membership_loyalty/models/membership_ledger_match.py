from odoo import fields, models

from ..const import POINTS_DIGITS

APPEND_ONLY = """
    CREATE OR REPLACE FUNCTION membership_ledger_match_append_only() RETURNS trigger AS $$
    DECLARE
        movable text[] := ARRAY['lot_party_id', 'settle_date', 'write_uid', 'write_date'];
    BEGIN
        -- What nobody's points paid for may be given to the party that joins later. A match from before there was
        -- settlement gets once what a statement needs of it.
        IF OLD.kind IS NULL THEN
            movable := movable || ARRAY['card_id', 'kind', 'value_type', 'date', 'price_date'];
        END IF;
        IF TG_OP = 'UPDATE' AND OLD.lot_party_id IS NULL
           AND (to_jsonb(NEW) - movable) = (to_jsonb(OLD) - movable)
        THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'A ledger match is never changed or deleted; post a correction instead.'
            USING ERRCODE = 'restrict_violation';
    END $$ LANGUAGE plpgsql;
    CREATE OR REPLACE TRIGGER membership_ledger_match_append_only
        BEFORE UPDATE OR DELETE ON membership_ledger_match
        FOR EACH ROW EXECUTE FUNCTION membership_ledger_match_append_only();
"""


class MembershipLedgerMatch(models.Model):
    _name = 'membership.ledger.match'
    _description = "Membership Ledger Match"
    _order = 'id'
    _rec_name = 'debit_id'

    debit_id = fields.Many2one(
        'membership.ledger.entry', required=True, readonly=True, index=True, ondelete='restrict')
    credit_id = fields.Many2one(
        'membership.ledger.entry', required=True, readonly=True, index=True, ondelete='restrict')
    amount = fields.Float(
        digits=POINTS_DIGITS, required=True, readonly=True,
        help="How much of the debit this credit covers; negative when a reversal hands it back.")
    cause_id = fields.Many2one(
        'membership.ledger.entry', required=True, readonly=True, index=True, ondelete='restrict',
        help="The entry whose posting made this match.")

    _amount_not_zero = models.Constraint('CHECK (amount <> 0)', "A match covers something.")
    _two_entries = models.Constraint('CHECK (debit_id <> credit_id)', "An entry does not cover itself.")

    def init(self):
        self.env.cr.execute(APPEND_ONLY)
