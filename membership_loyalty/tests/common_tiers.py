"""Members with a past, for tests of tiers: the same events as rows of the database and as figures counted in Python."""

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from odoo.tools import SQL

from ..const import MEASURES
from ..guard import posting as as_posting
from ..models.membership_tier_decision_moves import STATE
from ..tools import tiers
from .common import MembershipCommon

DAY = timedelta(days=1)


class Event(NamedTuple):
    """Something that happened on a day, in the programme's time zone."""

    day: date
    kind: str  # purchase, points, top_up
    amount: Decimal
    of: int | None = None  # number of the event that this one takes back


def _between(event, window):
    return window[0] <= event.day < window[1]


def _rest(events, number):
    """Return what is left of an event after all that took of it, whenever that was."""
    return events[number].amount + sum((e.amount for e in events if e.of == number), Decimal(0))


def measure(events, window):
    """Return {measure: figure} of a window."""
    inside = [(number, event) for number, event in enumerate(events) if _between(event, window)]

    def of_kind(kind):
        return [(number, event) for number, event in inside if event.kind == kind]

    top_ups = of_kind('top_up')
    return {
        'spend': sum((event.amount for _n, event in of_kind('purchase')), Decimal(0)),
        'visits': len({event.day for number, event in of_kind('purchase')
                       if event.amount > 0 and _rest(events, number) > 0}),
        'points': sum((event.amount for _n, event in of_kind('points')), Decimal(0)),
        'top_up': max((_rest(events, number) for number, event in top_ups if event.amount > 0), default=0),
        'top_up_total': sum((event.amount for _n, event in top_ups), Decimal(0)),
    }


def count(events, windows, asked):
    """Return tools.tiers.Figures of a member."""
    kinds = {'spend': 'purchase', 'visits': 'purchase', 'points': 'points'}
    counted = {kinds.get(name, 'top_up') for name in asked}
    later = [event.day for event in events if event.day >= windows.now[1] and event.kind in counted]
    return tiers.Figures(
        *(measure(events, window) if window else None for window in windows), min(later, default=None))


class TierCommon(MembershipCommon):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.review = cls.env['membership.tier.review']
        cls.wallet_program = cls.env['loyalty.program'].create({
            'name': "Wallet", 'program_type': 'ewallet', 'applies_on': 'future', 'trigger': 'auto'})

    def make_program(self, levels, first=0, **policy):
        """Make a programme with tiers.

        :param levels: list of values of membership.tier
        :param first: which of them members start in; None: in none
        :param policy: switches without `tier_`, and measures: their names
        :return: (programme, tiers)
        """
        measures = policy.pop('measures', ('spend',))
        timezone = policy.pop('tz', 'UTC')
        program = self.create_program(
            self.env, membership_tz=timezone,
            card_prefix=str(1000 + self.env['loyalty.program'].search_count([])),  # numbers of their own
            **{f'tier_{name}': value for name, value in policy.items()},
            **{f'tier_by_{name}': name in measures for name in MEASURES})
        steps = self.env['membership.tier'].create([{
            'program_id': program.id, 'name': f"Level {number}", 'sequence': number, **values, **self._sold(values),
        } for number, values in enumerate(levels)])
        if first is not None:
            program.default_tier_id = steps[first]
        return program, steps

    def _sold(self, values):
        """Return what a tier that is bought must have."""
        return {'paid_product_id': self.env['product.product'].create({'name': "Tier", 'type': 'service'}).id} \
            if values.get('entry') == 'paid' else {}

    def make_members(self, program, number):
        partners = self.env['res.partner'].create([{'name': f"Member {n}"} for n in range(number)])
        return program._enrol(partners)

    def stand(self, account, **values):
        """Put an account where a case begins."""
        as_posting(account.sudo()).write({**dict.fromkeys(STATE, False), **values})

    # ------------------------------------------------------------------ events, as rows

    def happen(self, account, events):
        """Write what happened as postings would have, without telling anybody."""
        self.env.flush_all()
        keys = {}
        for number, event in enumerate(events):
            keys[number] = f'story:{account.id}:{number}'
            write = {'purchase': self._purchase, 'points': self._entry, 'top_up': self._top_up}[event.kind]
            write(account, event, keys[number], keys.get(event.of))

    def _purchase(self, account, event, key, origin):
        self.env.cr.execute(SQL(
            """INSERT INTO membership_purchase (card_id, company_id, channel, amount_total, is_refund, origin_key,
                                                occurred_at, date, document_key)
               VALUES (%s, %s, 'import', %s, %s, %s, %s, %s, %s)""",
            account.id, self.env.company.id, event.amount, origin is not None, origin, event.day, event.day, key))

    def _entry(self, account, event, key, origin, kind='earn', value_type='points'):
        [(entry,)] = self.env.execute_query(SQL(
            """INSERT INTO membership_ledger_entry (card_id, company_id, channel, kind, value_type, is_reversal, amount,
                                                    remaining, occurred_at, date, document_key, seq)
               VALUES (%s, %s, 'manual', %s, %s, %s, %s, %s, %s, %s, %s, 1) RETURNING id""",
            account.id, self.env.company.id, kind, value_type, origin is not None, event.amount, event.amount,
            event.day, event.day, key))
        return entry

    def _top_up(self, account, event, key, origin):
        wallet = self.env['loyalty.card'].sudo().search([
            ('program_id', '=', self.wallet_program.id), ('partner_id', '=', account.partner_id.id)]
        ) or self.env['loyalty.card'].sudo().create({
            'program_id': self.wallet_program.id, 'partner_id': account.partner_id.id, 'points': 0})
        self.env.flush_all()
        debit = self._entry(wallet, event, key, origin, 'top_up', 'principal')
        if origin:
            self.env.cr.execute(SQL(
                """INSERT INTO membership_ledger_match (debit_id, credit_id, amount, cause_id)
                   SELECT %s, id, %s, %s FROM membership_ledger_entry WHERE document_key = %s""",
                debit, -event.amount, debit, origin))

    # ------------------------------------------------------------------ both judges

    def pure(self, account, events, today, posting=False):
        """Return the Decision of the pure function about an account that these events happened to."""
        rules = account.program_id._membership_tier_rules()
        standing = self.standing(account, rules)
        windows = tiers.windows(rules.policy, standing, today, posting)
        return tiers.decide(
            rules.policy, rules.ladder, standing, count(events, windows, rules.asked), today, posting)

    def standing(self, account, rules):
        last = account.tier_change_ids.sorted('id')[-1:]
        held, before = rules.ladder.rank(account.tier_id.id), rules.ladder.rank(last.old_tier_id.id)
        risen = (last.rule in ('enter', 'reenter') and last.policy_version == rules.version
                 and last.new_tier_id == account.tier_id and held > before)
        return tiers.Standing(
            account.tier_id.id or None, account.tier_since or None, account.tier_until or None,
            account.tier_basis or None, account.tier_best_id.id or None,
            account.member_since,
            last.rule if risen else None, last.old_tier_id.id or None, last.old_until or None, last.old_basis or None)

    def sql(self, program, accounts, today, posting=False):
        """Return {account: Decision} of the statement, before it is written."""
        self.env.flush_all()
        rules = program._membership_tier_rules()
        rows = {row['id']: row for row in self.env.execute_query_dict(self.review._decide(
            program, rules, today, SQL("c.id IN %s", tuple(accounts.ids)), posting))}
        return {account: self._as_decision(account, rules, rows.get(account.id)) for account in accounts}

    def _as_decision(self, account, rules, row):
        if row is None:
            return tiers.Decision(*(account[name].id if name.endswith('id') else account[name] for name in STATE))
        moved = row['rank'] != row['held']
        return tiers.Decision(
            rules.ladder.id(row['rank']), row['new_since'], row['new_until'], row['new_basis'],
            rules.ladder.id(max(row['best'], row['rank'])) if moved else account.tier_best_id.id,
            row['new_check_on'], row['rule'], row['slot'])

    def compare(self, account, pure, found, message):
        """Say where the two judges differ; what moves nothing is not told by the statement."""
        names = ('level', 'since', 'until', 'basis', 'best', 'check_on')
        self.assertEqual(
            *({name: getattr(decision, name) or None for name in names} for decision in (pure, found)), message)
        if pure.level != (account.tier_id.id or None):
            self.assertEqual((pure.rule, pure.window), (found.rule, found.window), message)
