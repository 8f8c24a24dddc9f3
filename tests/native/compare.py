"""Compare two runs of Odoo's own suites, without and with our add-ons, test by test.

Usage: compare.py FOLDER list      print the tests that pass without us and not with us, for a second try
       compare.py FOLDER table     print the figures, the last line as JSON; fail when we break a test
FOLDER holds without.json, with.json and, after a second try, again.json.
"""

import json
import sys
from collections import Counter
from pathlib import Path

LEAST_TOURS = 15


def broken(without, with_us):
    """Return the tests that pass without us only, sorted.

    >>> broken({"a": "passed", "b": "failed", "c": "passed"}, {"a": "passed", "b": "failed", "c": "skipped"})
    ['c']
    """
    return sorted(
        test for test, outcome in without.items() if outcome == "passed" and with_us.get(test) != "passed"
    )


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


def passed_by_addon(tests):
    return Counter(test.split("/")[0] for test, outcome in tests.items() if outcome == "passed")


def table(folder):
    without, with_us = load(folder / "without.json"), load(folder / "with.json")
    again = folder / "again.json"
    second_try = load(again)["tests"] if again.exists() else {}
    with_us["tests"].update(second_try)
    left, right = passed_by_addon(without["tests"]), passed_by_addon(with_us["tests"])
    print(f"{'suite':<20}{'tests':>8}{'without':>10}{'with':>8}")
    totals = Counter(test.split("/")[0] for test in without["tests"])
    for addon in sorted(totals):
        print(f"{addon:<20}{totals[addon]:>8}{left[addon]:>10}{right[addon]:>8}")
    print(f"{'browser runs':<20}{'':>8}{without['browser_runs']:>10}{with_us['browser_runs']:>8}")
    for test, outcome in sorted(without["tests"].items()):
        if outcome != "passed":
            print(f"{outcome} in Odoo alone: {test}")
    for test in sorted(second_try):
        print(f"second try {second_try[test]}: {test}")
    failing = broken(without["tests"], with_us["tests"])
    figures = {"without": left.total(), "with": right.total(), "only_failing_with_us": failing}
    few = min(without["browser_runs"], with_us["browser_runs"]) < LEAST_TOURS
    if few:
        print(f"error: fewer than {LEAST_TOURS} browser tours ran", file=sys.stderr)
    print(json.dumps(figures))
    return bool(failing) or few


def main(folder, action):
    if action == "list":
        tests = broken(load(folder / "without.json")["tests"], load(folder / "with.json")["tests"])
        print("\n".join(tests))
        return 0
    return table(folder)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
