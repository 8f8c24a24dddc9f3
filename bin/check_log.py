#!/usr/bin/env python3
"""Fail when an Odoo log holds an error, or a warning that names one of our modules or models.

Usage: check_log.py FILE...
"""

import re
import sys

RECORD = re.compile(r"^\d{4}-\d\d-\d\d [\d:,]+ \d+ (?P<level>[A-Z]+) \S+ (?P<logger>[^:]+): ")
OURS = re.compile(r"membership[._]\w")


def records(lines):
    """Yield (level, text) for each record, its continuation lines included.

    >>> when = "2026-01-31 10:00:00,000 7"
    >>> log = [f"{when} WARNING db odoo.x: a\\n", "  b\\n", f"{when} INFO db odoo.y: c\\n"]
    >>> [(level, text.count("\\n")) for level, text in records(log)]
    [('WARNING', 2), ('INFO', 1)]
    """
    level, text = None, ""
    for line in lines:
        if match := RECORD.match(line):
            if level:
                yield level, text
            level, text = match["level"], line
        else:
            text += line
    if level:
        yield level, text


def faults(lines):
    """Return the records that must not be there: any error, and warnings about us."""
    return [
        text
        for level, text in records(lines)
        if level in ("ERROR", "CRITICAL") or (level == "WARNING" and OURS.search(text))
    ]


def main(paths):
    found = []
    for path in paths:
        with open(path, encoding="utf-8") as log:
            found += faults(log)
    if found:
        print("".join(found), file=sys.stderr)
        print(f"error: {len(found)} faults in Odoo's log; see {', '.join(paths)}", file=sys.stderr)
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
