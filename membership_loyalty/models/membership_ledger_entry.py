from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ..const import CHANNELS, KINDS, POINTS_DIGITS, VALUE_TYPES
from ..tools import stored_value
from ..tools.ledger import SPEND, Account, Entry, Match
from ..tools.stored_value import MONEY

APPEND_ONLY = """
    CREATE OR REPLACE FUNCTION membership_ledger_entry_append_only() RETURNS trigger AS $$
    DECLARE
        movable text[] := ARRAY[
            'remaining', 'is_pending', 'available_from', 'expires_on', 'write_uid', 'write_date',
            'party_id', 'settle_date', 'price_date'];
    BEGIN
        -- A last day is set once or moved later, never earlier; a first day is set once; waiting only ends. An entry
        -- that is nobody's may be given to a party that joins later.
        IF TG_OP = 'UPDATE'
           AND (OLD.party_id IS NULL OR (NEW.party_id, NEW.settle_date, NEW.price_date)
                IS NOT DISTINCT FROM (OLD.party_id, OLD.settle_date, OLD.price_date))
           AND (to_jsonb(NEW) - movable) = (to_jsonb(OLD) - movable)
           AND (OLD.expires_on IS NULL OR COALESCE(NEW.expires_on >= OLD.expires_on, FALSE))
           AND (OLD.available_from IS NULL OR NEW.available_from IS NOT DISTINCT FROM OLD.available_from)
           AND (OLD.is_pending OR NEW.is_pending IS NOT DISTINCT FROM OLD.is_pending)
        THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'A ledger entry is never changed or deleted; post a correction instead.'
            USING ERRCODE = 'restrict_violation';
    END $$ LANGUAGE plpgsql;
    CREATE OR REPLACE TRIGGER membership_ledger_entry_append_only
        BEFORE UPDATE OR DELETE ON membership_ledger_entry
        FOR EACH ROW EXECUTE FUNCTION membership_ledger_entry_append_only();
"""


class MembershipLedgerEntry(models.Model):
    _name = 'membership.ledger.entry'
    _description = "Membership Ledger Entry"
    _order = 'id desc'
    _rec_name = 'description'
    _check_company_auto = True

    card_id = fields.Many2one('loyalty.card', string="Account", required=True, readonly=True, ondelete='restrict')
    program_id = fields.Many2one(related='card_id.program_id', string="Programme")
    partner_id = fields.Many2one(related='card_id.partner_id', string="Member")
    company_id = fields.Many2one('res.company', required=True, readonly=True, help="Company where it happened.")
    shop_id = fields.Many2one('membership.shop', readonly=True, help="Shop where it happened.")
    channel = fields.Selection(CHANNELS, required=True, readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    value_type = fields.Selection(VALUE_TYPES, required=True, readonly=True)
    is_reversal = fields.Boolean(
        readonly=True, help="Takes back what another entry of the same kind moved: a refund, a cancellation, an edit.")
    amount = fields.Float(digits=POINTS_DIGITS, required=True, readonly=True, help="Points; credits are positive.")
    remaining = fields.Float(
        digits=POINTS_DIGITS, required=True, readonly=True,
        help="Of a credit: what is still to be spent. Of a debit: what no credit has covered yet, the member's debt.")
    is_pending = fields.Boolean(readonly=True, help="Not to be spent yet.")
    available_from = fields.Date(readonly=True)
    expires_on = fields.Date(readonly=True, help="Last day on which this credit can be spent; copied at issue.")
    occurred_at = fields.Datetime(required=True, readonly=True, help="When it happened (UTC).")
    date = fields.Date(required=True, readonly=True, help="The day it happened, in the programme's time zone.")
    document_key = fields.Char(
        required=True, readonly=True, help="Identity of the event outside; one event is posted at most once.")
    document_model = fields.Char(readonly=True)
    document_id = fields.Many2oneReference(model_field='document_model', readonly=True)
    seq = fields.Integer(required=True, readonly=True)
    description = fields.Char(readonly=True)
    lot = fields.Char(
        readonly=True, help="Of stored value that came from another wallet: the top-up whose principal and bonus "
                            "belong together. Empty: the document's own.")

    _amount_not_zero = models.Constraint('CHECK (amount <> 0)', "A ledger entry moves something.")
    _remaining_within_amount = models.Constraint(
        'CHECK ((amount > 0 AND remaining BETWEEN 0 AND amount) OR (amount < 0 AND remaining BETWEEN amount AND 0))',
        "What is open of an entry lies between nothing and its amount.")
    _finite = models.Constraint(
        "CHECK (amount NOT IN ('NaN', 'Infinity', '-Infinity'))", "The amount of a ledger entry is a finite number.")
    # An outside event is posted at most once, also by two workers at the same moment.
    _posted_once = models.UniqueIndex(
        '(document_key, card_id, kind, value_type, seq)', "This event is already in the ledger.")
    _principal_never_expires = models.Constraint(
        "CHECK (value_type <> 'principal' OR expires_on IS NULL)", "Money that was paid in never expires.")
    # Reads: the open entries of an account; its statement by date; what falls due; everything of one month.
    _open = models.Index('(card_id) WHERE remaining <> 0')
    _statement = models.Index('(card_id, date) INCLUDE (amount, kind, value_type)')
    _due = models.Index('(expires_on, id) WHERE remaining > 0')
    _by_date = models.Index('USING brin (date)')

    def init(self):
        self.env.cr.execute(APPEND_ONLY)

    # ------------------------------------------------------------------ posting

    @api.model
    def _reconcile(self, postings):
        """Post to the ledger what is missing for every posting to stand at its wanted amount.

        This is the only way into the ledger. Accounts are locked in the order of their ids, late and for as short as
        possible; the balance and the display row of native loyalty follow in the same transaction. Calling it again
        with the same postings posts nothing.

        :param postings: list of Posting
        :return: recordset of the new entries
        """
        # What is received is known once it has been taken.
        postings = sorted(self._with_points_policy(postings), key=lambda p: (bool(p.source_id), p.card_id))
        cards = self.env['loyalty.card'].sudo().browse(dict.fromkeys(p.card_id for p in postings))
        if not cards:
            return self.browse()
        accounts = self._lock(cards)
        self._load_accounts(accounts, postings)
        for posting in postings:
            self._post(accounts, posting, cards.browse(posting.card_id).program_id.spend_rule)
        entries = self._store(accounts.values())
        if entries:
            cards._membership_follow_ledger(accounts, entries)
            cards._membership_count_budget(accounts)
            merged = cards.filtered('merged_into_id')
            if merged:
                merged._membership_sweep()
            self.env['membership.tier.review']._after_entries(cards, accounts)
        return entries

    @api.model
    def _post(self, accounts, posting, rule):
        account = accounts[posting.card_id]
        values = {'origins': posting.origins, 'facts': posting}
        if posting.source_id:
            account.receive(
                accounts[posting.source_id], posting.key, posting.kind, posting.value_type, facts=posting)
        elif posting.value_type == MONEY:
            stored_value.post(account, posting.key, posting.kind, posting.wanted, rule, **values)
        else:
            account.post(
                posting.key, posting.kind, posting.wanted, posting.value_type, expires_on=posting.expires_on,
                is_pending=posting.is_pending, grace_until=posting.grace_until, instalments=posting.instalments,
                draws=posting.draws, **values)

    @api.model
    def _lock(self, cards):
        """Lock the accounts against other postings, but not against rows that merely refer to them.

        :return: {card id: Account}, empty but for the balance
        """
        cards.flush_recordset(['points'])
        return {card_id: Account(balance=Decimal(points)) for card_id, points in self.env.execute_query(SQL(
            """SELECT id, COALESCE(points, 0)::numeric(16, 2)::text FROM loyalty_card
                WHERE id IN %s ORDER BY id FOR NO KEY UPDATE""", tuple(cards.ids)))}

    @api.model
    def _load_accounts(self, accounts, postings):
        """Load what posting needs: entries of the documents with their matches, open debts, and open credits if any
        amount is to be taken. A member with a thousand open credits earns as fast as a new one."""
        keys = {key for posting in postings for key in (posting.key, *posting.origins)}
        takes = any(posting.wanted < 0 for posting in postings)
        entries = {}
        self._load_entries(accounts, entries, SQL(
            "card_id IN %s AND (remaining %s 0 OR document_key IN %s)",
            tuple(accounts), SQL('<>' if takes else '<'), tuple(keys)))
        debits = [entry.id for entry in entries.values() if entry.amount < 0 and entry.key in keys]
        if debits:
            self._load_matches(accounts, entries, debits)
        if not takes and entries and any(accounts[p.card_id].posted(p.key, p.kind, p.value_type) > p.wanted
                                         for p in postings):
            known = tuple(entries)
            self._load_entries(accounts, entries, SQL(
                "card_id IN %s AND remaining > 0 AND id NOT IN %s", tuple(accounts), known))
        if any(posting.value_type == MONEY for posting in postings):
            self._load_lots(accounts, entries)
        self._load_expired(accounts, entries, postings)
        for account in accounts.values():
            account.entries.sort(key=lambda entry: entry.id)

    @api.model
    def _load_lots(self, accounts, entries):
        """Complete the lots of stored value that have something open: a payment is split in the proportion in which
        they were topped up, so what they have already paid counts."""
        lots = {entry.lot for entry in entries.values() if entry.remaining > 0 and entry.value_type != 'points'}
        if not lots:
            return
        self._load_entries(accounts, entries, SQL(
            "card_id IN %s AND amount > 0 AND COALESCE(lot, document_key) IN %s AND id NOT IN %s",
            tuple(accounts), tuple(lots), tuple(entries)))
        for credit_id, spent in self.env.execute_query(SQL(
            """SELECT m.credit_id, sum(m.amount)::text FROM membership_ledger_match m
                 JOIN membership_ledger_entry d ON d.id = m.debit_id AND d.kind = %s
                WHERE m.credit_id IN %s GROUP BY 1""", SPEND, tuple(entries),
        )):
            entries[credit_id].spent = Decimal(spent)

    @api.model
    def _load_matches(self, accounts, entries, debit_ids):
        """Add the matches of these debits, and the credits they drew from, which may be used up by now."""
        rows = self.env.execute_query(SQL(
            """SELECT id, debit_id, credit_id, amount::text, cause_id FROM membership_ledger_match
                WHERE debit_id IN %s ORDER BY id""", tuple(debit_ids)))
        missing = {row[2] for row in rows} | {row[4] for row in rows}
        missing -= entries.keys()
        if missing:
            self._load_entries(accounts, entries, SQL("id IN %s", tuple(missing)))
        owner = {id(entry): account for account in accounts.values() for entry in account.entries}
        for match_id, debit_id, credit_id, amount, cause_id in rows:
            debit, credit, cause = entries[debit_id], entries[credit_id], entries[cause_id]
            owner[id(debit)].matches.append(Match(debit, credit, Decimal(amount), cause, id=match_id))

    @api.model
    def _load_entries(self, accounts, entries, condition):
        """Add stored entries to their accounts and to {id: Entry}, in the order of their posting."""
        # Numbers travel as text: psycopg2 would hand Odoo floats, the ledger counts in decimals.
        rows = self.env.execute_query(SQL(
            """SELECT id, card_id, document_key, kind, value_type, amount::text, remaining::text, seq, is_reversal,
                      is_pending, expires_on, lot, party_id
                 FROM membership_ledger_entry WHERE %s ORDER BY id""", condition))
        for entry_id, card_id, key, kind, value_type, amount, remaining, *values, lot, party in rows:
            entry = Entry(key, kind, value_type, Decimal(amount), Decimal(remaining), *values, id=entry_id, lot_key=lot,
                          issuer=party)
            entries[entry_id] = entry
            accounts[card_id].entries.append(entry)

    @api.model
    def _store(self, accounts):
        """Insert the new entries and matches of the accounts, and what is open of the old ones."""
        new = [entry for account in accounts for entry in account.new_entries]
        if not new:
            return self.browse()
        uid = self.env.uid
        rows = self.env.execute_query(SQL(
            """INSERT INTO membership_ledger_entry (
                   card_id, company_id, shop_id, channel, kind, value_type, is_reversal, amount, remaining, is_pending,
                   available_from, expires_on, occurred_at, date, document_key, document_model, document_id, seq,
                   description, lot, party_id, issuer_id, origin_key, uncovered,
                   create_uid, create_date, write_uid, write_date)
               SELECT v.* FROM (VALUES %s) AS v RETURNING id""",
            SQL(', ').join(SQL(
                """(%s, %s, %s::int, %s, %s, %s, %s, %s::numeric, %s::numeric, %s, %s::date, %s::date, %s::timestamp,
                    %s::date, %s, %s, %s::int, %s, %s, %s, %s::int, %s::int, %s, %s::numeric,
                    %s, now() AT TIME ZONE 'UTC', %s, now() AT TIME ZONE 'UTC')""",
                *self._row(entry), account.uncovered(entry), uid, uid)
                for account in accounts for entry in account.new_entries),
        ))
        for entry, (entry_id,) in zip(new, rows, strict=True):
            entry.id = entry_id
        self._store_matches([match for account in accounts for match in account.new_matches], uid)
        self._store_remaining([entry for account in accounts for entry in account.changed.values()])
        self.invalidate_model(['remaining'])
        return self.browse(entry.id for entry in new)

    @api.model
    def _row(self, entry):
        facts = entry.facts
        return (
            facts.card_id, facts.company_id, facts.shop_id or None, facts.channel, entry.kind, entry.value_type,
            entry.is_reversal, entry.amount, entry.remaining, entry.is_pending,
            entry.available_from or (entry.is_pending and facts.available_from) or None,
            entry.expires_on or None, facts.occurred_at, facts.date, entry.key, facts.model or None,
            facts.res_id or None, entry.seq, facts.description or None, entry.lot_key,
            facts.party_id, entry.issuer or facts.issuer_id,
            # What expired and is given back by a refund, takes back the expiry, not the purchase.
            next(iter(facts.origins), None) if entry.is_reversal and entry.key == facts.key else None,
        )

    @api.model
    def _store_matches(self, matches, uid):
        if matches:
            self.env.execute_query(SQL(
                """INSERT INTO membership_ledger_match (
                       debit_id, credit_id, amount, cause_id, create_uid, create_date, write_uid, write_date)
                   SELECT v.* FROM (VALUES %s) AS v RETURNING id""",
                SQL(', ').join(SQL(
                    "(%s, %s, %s::numeric, %s, %s, now() AT TIME ZONE 'UTC', %s, now() AT TIME ZONE 'UTC')",
                    match.debit.id, match.credit.id, match.amount, match.cause.id, uid, uid) for match in matches),
            ))

    @api.model
    def _store_remaining(self, entries):
        if entries:
            self.env.cr.execute(SQL(
                """UPDATE membership_ledger_entry AS e SET remaining = v.remaining, expires_on = v.expires_on
                     FROM (VALUES %s) AS v (id, remaining, expires_on) WHERE e.id = v.id""",
                SQL(', ').join(SQL("(%s, %s::numeric, %s::date)", entry.id, entry.remaining, entry.expires_on or None)
                               for entry in entries),
            ))
