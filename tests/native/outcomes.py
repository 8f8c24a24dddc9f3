"""pytest plugin: write {"tests": {test: outcome}, "browser_runs": N} to the file named by --outcomes."""

import json
from pathlib import Path


def pytest_addoption(parser):
    parser.addoption("--outcomes", required=True, help="file to write the outcome of each test to")


def pytest_configure(config):
    config.pluginmanager.register(Outcomes(config), "outcomes")


class Outcomes:
    def __init__(self, config):
        self.config = config
        self.tests = {}

    def pytest_runtest_logreport(self, report):
        """A test passed when its set-up, call and tear-down did."""
        before = self.tests.get(report.nodeid, "passed")
        self.tests[report.nodeid] = report.outcome if before == "passed" else before

    def pytest_sessionfinish(self):
        watch = self.config.pluginmanager.get_plugin("run-watch")
        found = {"tests": self.tests, "browser_runs": watch.browser_runs}
        Path(self.config.getoption("--outcomes")).write_text(json.dumps(found, indent=1), encoding="utf-8")
