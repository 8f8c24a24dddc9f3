"""Odoo's own test_lint, narrowed to our add-ons.

Left out: test_checkers (tests Odoo's pylint plugins themselves), test_l10n (localisations only), test_markers
(reads all of Odoo; tests/repo looks for conflict markers in ours) and test_eslint (bin/lint runs the same
rules on the same files, with the plugins that they need).
"""

from contextlib import contextmanager
from types import SimpleNamespace
from unittest.mock import patch

import pytest

from odoo.modules import Manifest
from odoo.tools import config

from odoo.addons.test_lint.tests import test_docstring, test_index
from odoo.addons.test_lint.tests.test_dunderinit import TestDunderinit  # noqa: F401
from odoo.addons.test_lint.tests.test_i18n import TestI18n  # noqa: F401
from odoo.addons.test_lint.tests.test_jstranslate import TestJsTranslations  # noqa: F401
from odoo.addons.test_lint.tests.test_manifests import ManifestLinter  # noqa: F401
from odoo.addons.test_lint.tests.test_naming import TestNaming  # noqa: F401
from odoo.addons.test_lint.tests.test_onchange_domains import TestOnchangeDomains  # noqa: F401
from odoo.addons.test_lint.tests.test_orm_import import TestDunderinit as TestOrmImport  # noqa: F401
from odoo.addons.test_lint.tests.test_override_signatures import TestLintOverrideSignatures  # noqa: F401
from odoo.addons.test_lint.tests.test_pofile import PotLinter  # noqa: F401
from odoo.addons.test_lint.tests.test_pylint import TestPyLint  # noqa: F401
from odoo.addons.test_lint.tests.test_routes import RoutesLinter  # noqa: F401
from odoo.addons.test_lint.tests.test_test_holes import TestTestHoles  # noqa: F401

ADDONS = ("membership_loyalty", "membership_loyalty_pos", "membership_loyalty_report")


class TestDocstring(test_docstring.TestDocstring):
    @contextmanager
    def subTest(self, **params):
        """Odoo's runner keeps the parameters of a sub-test for the report, pytest does not."""
        self._subtest = SimpleNamespace(params=params)
        yield


class TestIndex(test_index.TestIndex):
    def test_enforce_index_on_one2many_inverse(self):
        """Odoo looks for an index of the field alone; one that begins with it serves as well, and once."""
        self.env.cr.execute("""
            SELECT c.relname || '.' || a.attname FROM pg_index i
              JOIN pg_class c ON c.oid = i.indrelid
              JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
             WHERE c.relname LIKE 'membership%' AND i.indpred IS NULL""")
        covered = {column for (column,) in self.env.cr.fetchall()}
        fields = {
            str(field)
            for model in map(self.env.__getitem__, self.env.registry)
            for field in model._fields.values()
            if f"{model._table}.{field.name}" in covered
        }
        with patch.object(
            test_index, "BTREE_INDEX_IGNORE_FIELDS", fields | test_index.BTREE_INDEX_IGNORE_FIELDS
        ):
            super().test_enforce_index_on_one2many_inverse()


@pytest.fixture(autouse=True)
def only_our_addons():
    """Let the linters believe that our three add-ons are all there is."""
    manifests = [Manifest.for_addon(name) for name in ADDONS]
    assert all(manifests), "an add-on is missing"
    with (
        patch.object(Manifest, "all_addon_manifests", lambda: manifests),
        patch("odoo.addons.test_lint.tests.test_pofile.get_modules", lambda: ADDONS),
        patch.object(config, "root_path", manifests[0].path),  # pylint reads all that lies below it
    ):
        yield
