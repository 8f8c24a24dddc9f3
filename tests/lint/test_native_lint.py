"""Odoo's own test_lint, narrowed to our add-ons.

Left out: test_checkers (tests Odoo's pylint plugins themselves), test_l10n (localisations only) and
test_eslint (bin/lint runs the same rules on the same files, with the plugins that they need).
"""

from unittest.mock import patch

import pytest

from odoo.modules import Manifest
from odoo.tools import config

from odoo.addons.test_lint.tests.test_docstring import TestDocstring  # noqa: F401
from odoo.addons.test_lint.tests.test_dunderinit import TestDunderinit  # noqa: F401
from odoo.addons.test_lint.tests.test_i18n import TestI18n  # noqa: F401
from odoo.addons.test_lint.tests.test_index import TestIndex  # noqa: F401
from odoo.addons.test_lint.tests.test_jstranslate import TestJsTranslations  # noqa: F401
from odoo.addons.test_lint.tests.test_manifests import ManifestLinter  # noqa: F401
from odoo.addons.test_lint.tests.test_markers import TestConflictMarkers  # noqa: F401
from odoo.addons.test_lint.tests.test_naming import TestNaming  # noqa: F401
from odoo.addons.test_lint.tests.test_onchange_domains import TestOnchangeDomains  # noqa: F401
from odoo.addons.test_lint.tests.test_orm_import import TestDunderinit as TestOrmImport  # noqa: F401
from odoo.addons.test_lint.tests.test_override_signatures import TestLintOverrideSignatures  # noqa: F401
from odoo.addons.test_lint.tests.test_pofile import PotLinter  # noqa: F401
from odoo.addons.test_lint.tests.test_pylint import TestPyLint  # noqa: F401
from odoo.addons.test_lint.tests.test_routes import RoutesLinter  # noqa: F401
from odoo.addons.test_lint.tests.test_test_holes import TestTestHoles  # noqa: F401

ADDONS = ("membership_loyalty", "membership_loyalty_pos", "membership_loyalty_report")


@pytest.fixture(autouse=True)
def only_our_addons():
    """Let the linters believe that our three add-ons are all there is."""
    manifests = [Manifest.for_addon(name) for name in ADDONS]
    assert all(manifests), "an add-on is missing"
    with (
        patch.object(Manifest, "all_addon_manifests", lambda: manifests),
        patch("odoo.addons.test_lint.tests.test_pofile.get_modules", lambda: ADDONS),
        patch.object(type(config), "root_path", manifests[0].path),  # pylint reads all that lies below it
    ):
        yield
