"""Removing our add-ons one by one, members and points in the database, leaves a working native Odoo.

Runs on a database of its own; Odoo's own tests are the judge of what is left.
"""

import os
import subprocess
import sys

import pytest

from odoo.modules import get_module_path

from tests.repo.common import ROOT

sys.path.insert(0, str(ROOT / "bin"))
from check_log import faults  # noqa: E402

# Reports first: the till and the reports both stand on the core.
ADDONS = ("membership_loyalty_report", "membership_loyalty_pos", "membership_loyalty")
NATIVE_TESTS = (
    ("sale_loyalty", "tests/test_loyalty_history.py"),
    ("pos_loyalty", "tests/test_loyalty_history.py"),
)
MEMBERS = """
program = env['loyalty.program'].create({
    'name': "Club", 'program_type': 'loyalty', 'applies_on': 'future', 'trigger': 'auto',
    'is_membership': True,
    'rule_ids': [(0, 0, {'reward_point_mode': 'money', 'reward_point_amount': 1})],
})
partners = env['res.partner'].create([{'name': f"Member {n}"} for n in range(3)])
for account in program._enrol(partners):
    account._membership_post_single('bonus', 120, f'uninstall:{account.id}', "Welcome")
stored = env['loyalty.program'].create(env['loyalty.program']._stored_value_template())
wallet = stored._open_wallet(partners[0])
for part, amount in (('principal', 50), ('bonus', 10)):
    wallet._membership_post_single('top_up', amount, 'uninstall:top-up', "Top-up", value_type=part)
env.cr.commit()
"""


BALANCES = """
    SELECT p.program_type, c.points FROM loyalty_card c JOIN loyalty_program p ON p.id = c.program_id ORDER BY c.id
"""


def run(*command, text="", **variables):
    """Run a script of the project and return all it printed."""
    done = subprocess.run(
        [str(ROOT / command[0]), *command[1:]],
        input=text,
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{' '.join(command)}:\n{done.stdout[-6000:]}"
    return done.stdout


def select(database, query):
    done = subprocess.run(
        ["psql", "-d", database, "-qAtc", query], capture_output=True, text=True, check=True, env=os.environ
    )
    return done.stdout.split()


@pytest.fixture(scope="module")
def database():
    name = run("bin/db", "copy", "installed", "uninstall").split()[-1]
    log = run("bin/odoo", "shell", "-d", name, "--no-http", text=MEMBERS)
    assert "Traceback" not in log, log
    assert select(name, BALANCES) == ["loyalty|120"] * 3 + ["ewallet|60"]
    yield name
    run("bin/db", "drop", "uninstall")


def test_each_addon_goes_and_native_loyalty_stays(database):
    for addon in ADDONS:
        log = run("bin/odoo", "module", "uninstall", "-d", database, addon)
        assert faults(log.splitlines(keepends=True)) == []
        assert select(database, f"SELECT state FROM ir_module_module WHERE name = '{addon}'") == [
            "uninstalled"
        ]
    left = (
        "SELECT table_name FROM information_schema.{} WHERE table_schema = 'public' AND {} LIKE 'membership%'"
    )
    assert select(database, left.format("tables", "table_name")) == []
    assert select(database, left.format("columns", "column_name")) == []
    assert select(database, BALANCES) == ["loyalty|120"] * 3 + ["ewallet|60"]
    tests = [f"{get_module_path(addon)}/{path}" for addon, path in NATIVE_TESTS]
    assert " passed" in run("bin/pytest", *tests, ML_DB=database)
