"""Odoo's web shop and its delivery costs, installed beside us, give members their benefits.

They are installed in a copy of the database, where the tests of shop_case.py then run.
"""

from pathlib import Path

import pytest

from tests.scenarios.test_uninstall import run


@pytest.fixture(scope="module")
def database():
    name = run("bin/db", "copy", "installed", "shop").split()[-1]
    run("bin/odoo", "-d", name, "-i", "website_sale_loyalty", "--stop-after-init", "--no-http", "--log-level=warn")
    yield name
    run("bin/db", "drop", "shop")


def test_the_web_shop_gives_members_their_benefits(database):
    log = run("bin/pytest", str(Path(__file__).with_name("shop_case.py")), ML_DB=database)
    assert " passed" in log and "skipped" not in log, log
