"""Translations are complete: the template holds what Odoo exports, the Chinese file translates all of it."""

import io
import re
from collections import Counter

import polib
import pytest

from odoo.tests import TransactionCase
from odoo.tools.translate import trans_export

from .common import ADDONS

PLACEHOLDER = re.compile(r"%\(\w+\)[sdifr]|%[sdif]|\$\{[^}]*\}|\{\{[^}]*\}\}")


def exported(env, module):
    """Return what Odoo finds to translate in a module, as a polib file."""
    buffer = io.BytesIO()
    trans_export(False, [module], buffer, "po", env)
    return polib.pofile(buffer.getvalue().decode())


def terms(catalogue):
    """Return {term: where it stands}."""
    return {entry.msgid: sorted(entry.occurrences) for entry in catalogue if not entry.obsolete}


class TestTemplates(TransactionCase):
    def test_templates_hold_what_odoo_exports(self):
        for addon in ADDONS:
            with self.subTest(addon=addon.name):
                fresh = terms(exported(self.env, addon.name))
                stored = terms(polib.pofile(str(addon / "i18n" / f"{addon.name}.pot")))
                outdated = [term for term in {**fresh, **stored} if fresh.get(term) != stored.get(term)]
                self.assertFalse(outdated, f"{addon.name}.pot is out of date: run make i18n")


@pytest.mark.parametrize("addon", ADDONS, ids=lambda addon: addon.name)
def test_chinese_is_complete(addon):
    template = polib.pofile(str(addon / "i18n" / f"{addon.name}.pot"))
    chinese = polib.pofile(str(addon / "i18n" / "zh_CN.po"))
    assert set(terms(chinese)) == set(terms(template))
    assert not [entry.msgid for entry in chinese.untranslated_entries()], "terms without a translation"
    assert not [entry.msgid for entry in chinese.fuzzy_entries()], "fuzzy terms"
    assert not list(chinese.obsolete_entries()), "translations of terms that are gone"


@pytest.mark.parametrize("addon", ADDONS, ids=lambda addon: addon.name)
def test_placeholders_survive_translation(addon):
    for entry in polib.pofile(str(addon / "i18n" / "zh_CN.po")):
        wanted, found = (Counter(PLACEHOLDER.findall(text)) for text in (entry.msgid, entry.msgstr))
        assert wanted == found, entry.msgid
