import secrets

from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

# Whether a card number is in the range `r`. Numbers of one length compare as text.
IN_RANGE = """(length(%(number)s) = length(r.first) AND %(number)s COLLATE "C" BETWEEN r.first AND r.last)"""
# So often a number nobody can guess is looked for before the first free one is taken.
GUESSES = 50


class MembershipCardRange(models.Model):
    """Numbers of the co-branded cards of a party."""

    _name = 'membership.card.range'
    _description = "Range of Card Numbers"
    _inherit = ['membership.cached.rule']
    _order = 'first'
    _rec_name = 'display_name'

    party_id = fields.Many2one('membership.party', required=True, index=True, ondelete='restrict')
    program_id = fields.Many2one(
        'loyalty.program', string="Programme", required=True, ondelete='restrict', index=True,
        domain="[('is_membership', '=', True)]")
    first = fields.Char(string="First number", required=True)
    last = fields.Char(string="Last number", required=True)
    card_count = fields.Integer(string="Issued", compute='_compute_card_count')

    _digits = models.Constraint(
        "CHECK (first ~ '^[0-9]{4,32}$' AND last ~ '^[0-9]{4,32}$' AND length(first) = length(last) AND first <= last)",
        "Card numbers are digits, 4 to 32 of them; the first and the last one have the same length.")
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (numrange(('1' || first)::numeric, ('1' || last)::numeric, '[]') WITH &&)",
        "These numbers belong to another range already.")

    @api.depends('first', 'last')
    def _compute_display_name(self):
        for card_range in self:
            card_range.display_name = self.env._(
                "%(first)s to %(last)s", first=card_range.first or '', last=card_range.last or '')

    @api.depends('first', 'last', 'program_id')
    def _compute_card_count(self):
        counts = dict(self.env.execute_query(SQL(
            """SELECT r.id, count(*) FROM membership_card_range r
                 JOIN membership_card k ON k.party_id = r.party_id AND k.program_id = r.program_id AND %s
                WHERE r.id = ANY(%s) GROUP BY r.id""", SQL(IN_RANGE, number=SQL('k.number')), list(self.ids)))) \
            if self.ids else {}
        for card_range in self:
            card_range.card_count = counts.get(card_range.id, 0)

    # ------------------------------------------------------------------ changes

    @api.model_create_multi
    def create(self, vals_list):
        ranges = super().create([_tidy(vals) for vals in vals_list])
        ranges._after_change()
        return ranges

    def write(self, vals):
        if {'party_id', 'program_id'} & vals.keys() and any(self.mapped('card_count')):
            raise UserError(self.env._(
                "Cards of this range are in the hands of members: it cannot be given to another party or programme."))
        result = super().write(_tidy(vals))
        self._after_change()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for card_range in self:
            if card_range.card_count:
                raise UserError(self.env._(
                    "%(count)s cards of the range %(range)s were issued. It is kept, so that what is bought with them "
                    "is known to be %(party)s's.", count=card_range.card_count, range=card_range.display_name,
                    party=card_range.party_id.name))

    def _after_change(self):
        """Check the numbers against those in use, and give cards that are issued already to the party."""
        self.flush_recordset()
        for card_range in self:
            card_range._take_cards()
        self._check_own_numbers(self.env['loyalty.program'].sudo().with_context(active_test=False).search([
            ('is_membership', '=', True)]))

    def _check_own_numbers(self, programs):
        """Refuse ranges with numbers that programmes draw for their own cards."""
        for program in programs:
            low, high = program._membership_own_numbers()
            for card_range in self:
                if len(low) == len(card_range.first) and low <= card_range.last and card_range.first <= high:
                    raise ValidationError(self.env._(
                        "%(program)s draws the numbers of its own cards from %(low)s to %(high)s, and %(party)s has "
                        "the range %(range)s. Choose numbers outside, or of another length.", program=program.name,
                        low=low, high=high, party=card_range.party_id.name, range=card_range.display_name))

    def _take_cards(self):
        """Give issued cards of the range to the party; refuse when others than co-branded cards have such numbers."""
        cards = self.env['membership.card'].sudo().browse(card_id for [card_id] in self.env.execute_query(SQL(
            """SELECT k.id FROM membership_card k JOIN membership_card_range r ON %s
                WHERE r.id = %s AND k.party_id IS DISTINCT FROM r.party_id""",
            SQL(IN_RANGE, number=SQL('k.number')), self.id)))
        foreign = cards.filtered(lambda card: card.kind != 'cobranded' or card.program_id != self.program_id)
        if foreign:
            raise ValidationError(self.env._(
                "%(count)s cards with numbers of this range, such as %(number)s, are issued already and are not "
                "co-branded cards of %(program)s.", count=len(foreign), number=foreign[0].number,
                program=self.program_id.name))
        cards._membership_follow_ranges()
        return cards

    # ------------------------------------------------------------------ numbers

    @api.model
    @tools.ormcache()
    def _membership_any_range(self):
        """Whether there are co-branded cards in this database at all; most have none."""
        [[found]] = self.env.execute_query(SQL("SELECT EXISTS (SELECT FROM membership_card_range)"))
        return found

    @api.model
    def _membership_range_of(self, number):
        """Return the range in which a card number is, or an empty recordset."""
        if not self._membership_any_range():
            return self.browse()
        return self.browse(range_id for [range_id] in self.env.execute_query(SQL(
            "SELECT r.id FROM membership_card_range r WHERE %s", SQL(IN_RANGE, number=number))))

    def _membership_next_number(self):
        """Return a number of these ranges that no card has: by chance, so that it tells nothing about others.

        :raise UserError: when all of them are used up
        """
        for card_range in self:
            low, high = int(card_range.first), int(card_range.last)
            drawn = {str(low + secrets.randbelow(high - low + 1)).zfill(len(card_range.first))
                     for _try in range(GUESSES)}
            used = {number for [number] in self.env.execute_query(SQL(
                "SELECT number FROM membership_card WHERE number = ANY(%s)", list(drawn)))}
            if drawn - used:
                return secrets.choice(sorted(drawn - used))
            free = card_range._membership_first_free()
            if free:
                return free
        raise UserError(self.env._(
            "All card numbers of %(party)s are used up. Add a range to it.", party=self[:1].party_id.name))

    def _membership_first_free(self):
        """Return the lowest number that no card has, or an empty string."""
        [[number]] = self.env.execute_query(SQL(
            """SELECT min(n.number) FROM (
                   SELECT first AS number FROM membership_card_range WHERE id = %(id)s
                   UNION ALL
                   SELECT lpad((k.number::numeric + 1)::text, length(k.number), '0') FROM membership_card k
                     JOIN membership_card_range r ON r.id = %(id)s AND %(inside)s) AS n
                 JOIN membership_card_range r ON r.id = %(id)s AND n.number BETWEEN r.first AND r.last
                WHERE NOT EXISTS (SELECT FROM membership_card x WHERE x.number = n.number)""",
            id=self.id, inside=SQL(IN_RANGE, number=SQL('k.number'))))
        return number or ''


def _tidy(vals):
    """Return values whose card numbers are without the blanks and dashes of print."""
    return {name: ''.join(value.split()).replace('-', '') if name in ('first', 'last') and value else value
            for name, value in vals.items()}
