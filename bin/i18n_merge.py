"""Bring <add-on>/i18n/zh_CN.po up to date with <add-on>.pot, without guessing: no fuzzy entries.

Usage: i18n_merge.py ADDON...
"""

import sys
from pathlib import Path

import polib


def merge(template, translated):
    """Return a catalogue with the template's terms and the translations known so far.

    >>> old, new = polib.POFile(), polib.POFile()
    >>> old += [polib.POEntry(msgid="Card", msgstr="会员卡"), polib.POEntry(msgid="Gone", msgstr="没了")]
    >>> new += [polib.POEntry(msgid="Card"), polib.POEntry(msgid="Tier")]
    >>> [(entry.msgid, entry.msgstr) for entry in merge(new, old)]
    [('Card', '会员卡'), ('Tier', '')]
    """
    known = {entry.msgid: entry.msgstr for entry in translated if not entry.obsolete and not entry.fuzzy}
    merged = polib.POFile(wrapwidth=template.wrapwidth)
    merged.header = template.header
    merged.metadata = {**template.metadata, "Language": "zh_CN", "Plural-Forms": "nplurals=1; plural=0;"}
    for term in template:
        merged.append(
            polib.POEntry(
                msgid=term.msgid,
                msgstr=known.get(term.msgid, ""),
                comment=term.comment,
                occurrences=term.occurrences,
            )
        )
    return merged


def main(addons):
    for addon in addons:
        folder = Path(addon) / "i18n"
        template = polib.pofile(str(folder / f"{addon}.pot"))
        path = folder / "zh_CN.po"
        merged = merge(template, polib.pofile(str(path)) if path.exists() else polib.POFile())
        merged.save(str(path))
        print(f"{addon}: {len(merged)} terms, {len(merged.untranslated_entries())} without a translation")


if __name__ == "__main__":
    main(sys.argv[1:])
