from contextlib import contextmanager

from odoo.tools import SQL

FETCHED = 2000  # rows held in memory at a time


@contextmanager
def stream(env, query):
    """Give the rows of a query one by one, from a cursor of the server: a million of them need no memory here."""
    env.flush_all()
    name = SQL.identifier(f"membership_workbook_{id(query)}")
    env.cr.execute(SQL("DECLARE %s NO SCROLL CURSOR FOR %s", name, query))

    def rows():
        while fetched := env.execute_query(SQL("FETCH %s FROM %s", FETCHED, name)):
            yield from fetched

    yield rows()
    env.cr.execute(SQL("CLOSE %s", name))
