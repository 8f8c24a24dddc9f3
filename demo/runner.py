"""An Odoo environment in a process of its own: for the demo, the smoke test, the benchmarks and the fault tests."""

import os
import time
from contextlib import contextmanager

from odoo import api
from odoo.modules.registry import Registry
from odoo.tools import config

STARTED = float(os.environ.get('ML_STARTED') or time.time())


def step(text):
    """Print a line of progress with the seconds since the command was started."""
    print(f'[{time.time() - STARTED:4.0f}s] {text}', flush=True)


def load(database, *options):
    """Return the registry of a database.

    :param options: more options of Odoo's command line
    """
    config.parse_config(['-d', database, '--no-http', '--log-level=warn', *options], setup_logging=True)
    return Registry(database)


@contextmanager
def transaction(registry, login=None, **context):
    """Yield an environment of its own; commit at the end, roll back when it fails.

    :param login: of the user, by default the system
    """
    with registry.cursor() as cr:
        env = api.Environment(cr, api.SUPERUSER_ID, context)
        if login:
            user = env['res.users'].search([('login', '=', login)])
            env = user.with_user(user).env(context={**user.sudo().context_get(), **context})
        yield env


