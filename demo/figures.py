"""What the demo's ledger holds, as a table, and whether it is what the data say."""

from decimal import Decimal

from odoo.tools import SQL

from .journey import FIGURES
from .trade import ORDER_REF, basket_uuid

# The purchases that are baskets of the data: imported, rung up under their identity, or ordered under their reference.
SOURCES = """
    SELECT p.*, CASE
        WHEN p.channel = 'import' THEN '1 imported history'
        WHEN p.document_model = 'pos.order' AND o.uuid = ANY(%(uuids)s) THEN '2 baskets at the till'
        WHEN p.document_model = 'sale.order' AND s.client_order_ref LIKE %(ref)s THEN '3 baskets by order'
        WHEN p.is_refund AND p.document_model = 'pos.order' THEN '4 returns at the till'
        WHEN p.is_refund THEN '5 credit notes'
        ELSE '6 visits with rewards' END AS source
      FROM membership_purchase p
      LEFT JOIN pos_order o
             ON p.document_model = 'pos.order' AND o.id = p.document_id AND NOT COALESCE(p.is_refund, FALSE)
      LEFT JOIN sale_order s ON p.document_model = 'sale.order' AND s.id = p.document_id"""


def collect(env, baskets):
    """Return the rows of the table and the figures to compare.

    :param baskets: those replayed at the till
    :return: (list of (source, members, purchases, sales, issued, spent, reversed), dict like FIGURES, balance)
    """
    env.flush_all()
    source = SQL(SOURCES, uuids=[basket_uuid(basket.id) for basket in baskets], ref=f'{ORDER_REF}%')
    rows = env.execute_query(SQL(
        """WITH p AS (%s), e AS (
               SELECT document_key,
                      COALESCE(sum(amount) FILTER (WHERE kind = 'earn' AND NOT is_reversal), 0) AS issued,
                      COALESCE(-sum(amount) FILTER (WHERE kind = 'redeem' AND NOT is_reversal), 0) AS spent,
                      COALESCE(-sum(amount) FILTER (WHERE kind = 'earn' AND is_reversal), 0) AS reversed
                 FROM membership_ledger_entry GROUP BY document_key)
           SELECT p.source, count(DISTINCT p.card_id), count(*), sum(p.amount_total)::text,
                  COALESCE(sum(e.issued), 0)::bigint, COALESCE(sum(e.spent), 0)::bigint,
                  COALESCE(sum(e.reversed), 0)::bigint,
                  count(*) FILTER (WHERE COALESCE(e.issued, 0) = 0)
             FROM p LEFT JOIN e ON e.document_key = p.document_key GROUP BY p.source ORDER BY p.source""", source))
    data = [row for row in rows if row[0][0] in '123']
    [(members, balance)] = env.execute_query(SQL(
        "SELECT count(*), sum(points)::bigint FROM loyalty_card WHERE is_membership AND active"))
    found = {
        'members': members,
        'purchases': sum(row[2] for row in data),
        'sales': str(sum(Decimal(row[3]) for row in data)),
        'points': sum(row[4] for row in data),
        'without_points': sum(row[7] for row in data),
    }
    return rows, found, balance


def show(env, baskets):
    """Print the table, the audit and the comparison. Return whether all is as it should be."""
    rows, found, balance = collect(env, baskets)
    heads = ('', 'members', 'purchases', 'sales', 'issued', 'spent', 'reversed')
    form = '{:24}{:>9}{:>11}{:>15}{:>12}{:>9}{:>10}'
    print(form.format(*heads))
    for name, *values, _without in rows:
        print(form.format(name[2:], *_grouped(values)))
    totals = [sum(Decimal(row[column]) for row in rows) for column in range(2, 7)]
    print(form.format('all', *_grouped([found['members'], *totals])))
    audit = {name: len(lines) for name, lines in env['membership.ledger.audit']._differences().items() if lines}
    expected = totals[2] - totals[3] - totals[4]
    print(f"balance of all members: {balance:,} points; issued - spent - reversed = {expected:,}")
    print(f"audit of the ledger: {audit or 'no difference'}")
    wrong = {name: (found[name], wanted) for name, wanted in FIGURES.items() if str(found[name]) != str(wanted)}
    for name, wanted in FIGURES.items():
        print(f"{'ok' if name not in wrong else 'WRONG':>6}  {name}: {found[name]} (the data say {wanted})")
    return not wrong and not audit and balance == expected


def _grouped(values):
    return [f'{Decimal(value):,}' for value in values]
