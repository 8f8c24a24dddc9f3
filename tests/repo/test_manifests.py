"""The three add-ons say what they are, alike."""

import re

import pytest

from .common import ADDONS, manifest

NAMES = ["membership_loyalty", "membership_loyalty_pos", "membership_loyalty_report"]


def test_there_are_exactly_three_addons():
    assert [addon.name for addon in ADDONS] == NAMES


@pytest.mark.parametrize("addon", ADDONS, ids=lambda addon: addon.name)
def test_manifest(addon):
    content = manifest(addon)
    assert re.fullmatch(r"19\.0\.\d+\.\d+\.\d+", content["version"])
    assert content["license"] == "LGPL-3"
    assert content["author"] == "Membership Loyalty"
    assert content["summary"]
    assert content.get("installable", True)


@pytest.mark.parametrize("addon", ADDONS, ids=lambda addon: addon.name)
def test_files_named_by_the_manifest_exist(addon):
    content = manifest(addon)
    for name in content.get("data", []) + content.get("demo", []):
        assert (addon / name).is_file(), name
    for bundle in content.get("assets", {}).values():
        for pattern in (entry if isinstance(entry, str) else entry[-1] for entry in bundle):
            if pattern.startswith(addon.name):
                assert list(addon.parent.glob(pattern)), f"{pattern} matches no file"


def test_the_core_stands_without_the_till():
    core, pos, report = (manifest(addon) for addon in ADDONS)
    assert {"sale_loyalty", "account", "portal", "sms"} <= set(core["depends"])
    assert {"membership_loyalty", "pos_loyalty"} <= set(pos["depends"])
    assert pos["auto_install"]
    for content in (core, report):
        assert not [name for name in content["depends"] if {"pos", "point"} & set(name.split("_"))]
