from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .membership_settlement_dispute_part import line_key

# Which transactions are in dispute. One is disputed once, for ever, unless the dispute was withdrawn.
ATOMS = """
    CREATE TABLE IF NOT EXISTS membership_settlement_dispute_atom (
        dispute_id integer NOT NULL REFERENCES membership_settlement_dispute ON DELETE RESTRICT,
        k smallint NOT NULL,
        atom_id bigint NOT NULL,
        is_live boolean NOT NULL DEFAULT TRUE,
        PRIMARY KEY (dispute_id, k, atom_id));
    CREATE UNIQUE INDEX IF NOT EXISTS membership_settlement_dispute_atom_once
        ON membership_settlement_dispute_atom (k, atom_id) WHERE is_live
"""


class MembershipSettlementDispute(models.Model):
    """Transactions of a statement that its party does not agree with. Opened in the portal, decided by the operator."""

    _name = 'membership.settlement.dispute'
    _description = "Settlement Dispute"
    _inherit = ['mail.thread', 'mail.activity.mixin']
    _mail_post_access = 'read'
    _order = 'id desc'
    _rec_name = 'display_name'

    settlement_id = fields.Many2one(
        'membership.settlement', string="Statement", required=True, readonly=True, index=True, ondelete='restrict')
    party_id = fields.Many2one(related='settlement_id.party_id', store=True, index=True)
    program_id = fields.Many2one(related='settlement_id.program_id', string="Programme")
    company_id = fields.Many2one(related='settlement_id.company_id', string="Operator", store=True)
    currency_id = fields.Many2one(related='settlement_id.currency_id')
    charge = fields.Char(
        string="Line", readonly=True, help="Line of the statement in which the transactions were chosen.")
    reason = fields.Text(required=True, readonly=True, help="What the party says.")
    opened_by_id = fields.Many2one('res.users', string="Opened by", required=True, readonly=True)
    transactions = fields.Integer(readonly=True, help="How many transactions are in dispute.")
    part_ids = fields.One2many(
        'membership.settlement.dispute.part', 'dispute_id', string="On the statement", readonly=True,
        help="What these transactions are on each line of the statement: a redemption is on that of the points and on "
             "that of the fee.")
    amount = fields.Monetary(
        string="In dispute", compute='_compute_amounts', store=True,
        help="What these transactions change for the party: above zero it would receive more with them, below zero it "
             "would pay more.")
    charged = fields.Monetary(
        string="Counts", compute='_compute_amounts', store=True,
        help="What counts of it after the decision: all of a rejected dispute, nothing of an accepted one.")
    is_held = fields.Boolean(
        string="Set aside", readonly=True, copy=False, tracking=True,
        help="The statement is priced without these transactions.")
    state = fields.Selection(
        [('open', "Undecided"), ('accepted', "Accepted"), ('partly', "Partly accepted"), ('rejected', "Rejected"),
         ('withdrawn', "Withdrawn")], required=True, readonly=True, default='open', tracking=True)
    resolution = fields.Text(readonly=True, tracking=True, help="Why it was decided like that; the party reads it.")
    decided_by_id = fields.Many2one('res.users', string="Decided by", readonly=True)
    decided_at = fields.Datetime(string="Decided on", readonly=True)
    adjustment_ids = fields.One2many(
        'membership.settlement.adjustment', 'dispute_id', string="Adjustments", readonly=True,
        help="What the next statement charges after the decision.")

    _decided = models.Constraint(
        "CHECK (state = 'open' OR (decided_by_id IS NOT NULL AND resolution <> ''))",
        "Who decides a dispute says why.")

    def init(self):
        self.env.cr.execute(ATOMS)

    @api.depends('settlement_id.name', 'charge')
    def _compute_display_name(self):
        for dispute in self:
            dispute.display_name = self.env._(
                "Dispute %(number)s of %(statement)s", number=dispute.id or '',
                statement=dispute.settlement_id.name or '')

    @api.depends('part_ids.amount', 'part_ids.charged', 'part_ids.direction')
    def _compute_amounts(self):
        for dispute in self:
            signed = [(1 if part.direction == 'hq_to_party' else -1, part) for part in dispute.part_ids]
            dispute.amount = sum(sign * part.amount for sign, part in signed)
            dispute.charged = sum(sign * part.charged for sign, part in signed)

    # ------------------------------------------------------------------ transactions

    def _condition(self):
        """Return SQL that holds for the atoms a of these disputes."""
        return SQL(
            """EXISTS (SELECT FROM membership_settlement_dispute_atom d
                        WHERE d.k = a.k AND d.atom_id = a.atom_id AND d.is_live AND d.dispute_id IN %s)""",
            tuple(self.ids) or (0,))

    def _take_transactions(self, wanted, expected=None):
        """Note which transactions are in dispute.

        :param wanted: SQL for their (k, atom_id)
        :param expected: how many these must be, if that is known
        :raise UserError: when one of them is in dispute already, is not there, or there is none
        """
        self.ensure_one()
        [[count]] = self.env.execute_query(SQL("SELECT count(*) FROM (%s) w", wanted))
        if not count:
            raise UserError(self.env._("Choose the transactions that you do not agree with."))
        self.env.cr.execute(SQL(
            """INSERT INTO membership_settlement_dispute_atom (dispute_id, k, atom_id)
               SELECT %s, w.k, w.atom_id FROM (%s) w ON CONFLICT DO NOTHING""", self.id, wanted))
        if self.env.cr.rowcount != count or expected not in (None, count):
            raise UserError(self.env._(
                "Some of these transactions are in dispute already. Reload the page and choose among the others."))
        self.transactions = count

    def action_open_transactions(self):
        """Show the ledger entries, matches or card spending that are in dispute."""
        self.ensure_one()
        self.check_access('read')
        [[k]] = self.env.execute_query(SQL(
            "SELECT max(k) FROM membership_settlement_dispute_atom WHERE dispute_id = %s", self.id))
        ids = [id_ for id_, in self.env.execute_query(SQL(
            "SELECT atom_id FROM membership_settlement_dispute_atom WHERE dispute_id = %s ORDER BY 1", self.id))]
        model = {1: 'membership.ledger.entry', 2: 'membership.ledger.match', 3: 'membership.partner.spend'}[k]
        return {
            'type': 'ir.actions.act_window', 'name': self.env._("Transactions in dispute"), 'res_model': model,
            'view_mode': 'list,form', 'domain': [('id', 'in', ids)], 'context': {'create': False}}

    # ------------------------------------------------------------------ figures

    def _store_parts(self, rows):
        """Write what this dispute is on each line of the statement.

        :param rows: list of (membership.settlement.line, tools.settlement.Charge, Decimal amount)
        """
        self.ensure_one()
        known = {part.line_key: part for part in self.part_ids}
        for line, charge, amount in rows:
            key = line_key(charge)
            figures = {'line_id': line.id, 'quantity': float(charge.quantity), 'exact': float(charge.exact),
                       'amount': float(amount)}
            if key in known:
                known[key].write(figures)
            else:
                self.part_ids.create({
                    'dispute_id': self.id, 'line_key': key, 'charge': charge.charge, 'direction': charge.direction,
                    **figures})

    def _announce(self):
        """Tell the settlement manager, and keep it in the history of the statement, where the party reads it, too."""
        for dispute in self:
            dispute.activity_schedule(
                'mail.mail_activity_data_todo', user_id=dispute.settlement_id._get_manager().id,
                summary=self.env._("Dispute to decide"), note=dispute.reason)
            dispute.settlement_id.message_post(
                body=self.env._(
                    "%(line)s, transactions in dispute: %(count)s. %(reason)s", line=dispute.charge,
                    count=dispute.transactions, reason=dispute.reason),
                author_id=dispute.opened_by_id.partner_id.id, message_type='comment', subtype_xmlid='mail.mt_comment')
