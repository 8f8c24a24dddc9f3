"""Odoo's `partnership`, installed beside us, does not fight with tiers over a contact's price list.

It is installed in a copy of the database, where the tests of partnership_case.py then run.
"""

from pathlib import Path

import pytest

from tests.scenarios.test_uninstall import run


@pytest.fixture(scope="module")
def database():
    name = run("bin/db", "copy", "installed", "partnership").split()[-1]
    run("bin/odoo", "-d", name, "-i", "partnership", "--stop-after-init", "--no-http", "--log-level=warn")
    yield name
    run("bin/db", "drop", "partnership")


def test_tier_and_level_share_the_price_list_in_peace(database):
    log = run("bin/pytest", str(Path(__file__).with_name("partnership_case.py")), ML_DB=database)
    assert " passed" in log and "skipped" not in log, log
