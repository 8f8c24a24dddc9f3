from odoo import fields, models

SETTLE = """
    CREATE OR REPLACE FUNCTION membership_partner_spend_settle() RETURNS trigger AS $$
    DECLARE
        closed date;
    BEGIN
        IF TG_OP <> 'INSERT' THEN
            RAISE EXCEPTION 'Spending of a partner is never changed or deleted; post a correction instead.'
                USING ERRCODE = 'restrict_violation';
        END IF;
        SELECT closed_until INTO closed FROM membership_party WHERE id = NEW.party_id FOR SHARE;
        NEW.settle_date := GREATEST(NEW.date, closed + 1);
        RETURN NEW;
    END $$ LANGUAGE plpgsql;
    CREATE OR REPLACE TRIGGER membership_partner_spend_settle
        BEFORE INSERT OR UPDATE OR DELETE ON membership_partner_spend
        FOR EACH ROW EXECUTE FUNCTION membership_partner_spend_settle();
"""


class MembershipPartnerSpend(models.Model):
    """Spending that a co-branded partner pays commission on: append-only, a correction is a row of its own."""

    _name = 'membership.partner.spend'
    _description = "Spending with a Co-branded Card"
    _order = 'id desc'
    _rec_name = 'document_key'

    party_id = fields.Many2one('membership.party', required=True, readonly=True, ondelete='restrict')
    card_id = fields.Many2one('loyalty.card', string="Account", required=True, readonly=True, ondelete='restrict')
    program_id = fields.Many2one(related='card_id.program_id', string="Programme")
    currency_id = fields.Many2one(related='card_id.program_id.currency_id')
    amount = fields.Monetary(
        required=True, readonly=True,
        help="In the programme's currency; what comes back is negative.")
    occurred_at = fields.Datetime(required=True, readonly=True, help="UTC.")
    date = fields.Date(required=True, readonly=True, help="Day in the programme's time zone.")
    settle_date = fields.Date(string="Settled on", readonly=True, help="Day on whose statement it counts.")
    price_date = fields.Date(string="Priced as of", readonly=True, help="Of a refund: the day of the purchase.")
    document_key = fields.Char(required=True, readonly=True)
    seq = fields.Integer(required=True, readonly=True, default=1)
    source = fields.Selection(
        [('purchase', "Purchase"), ('file', "File"), ('api', "Partner API"), ('manual', "Back office")],
        required=True, readonly=True,
        default='purchase')

    _posted_once = models.UniqueIndex('(document_key, party_id, seq)', "This spending is recorded already.")
    _amount_not_zero = models.Constraint('CHECK (amount <> 0)', "Spending moves something.")
    _by_party = models.Index('(party_id, settle_date)')

    def init(self):
        self.env.cr.execute(SETTLE)
