"""``@pytest.mark.needs("postgresql")``: a test that needs a component which a machine may lack.

Without it the test is skipped, with CI=true it fails; the last lines of a run name what was missing and how to get it.
"""

import os
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.plugins.postgres import find_binaries


@dataclass(frozen=True)
class Component:
    """Something outside of Python: how to see whether it is here, and how to get it."""

    find: Callable[[], object | None]
    get: str


def _program(*names: str) -> Callable[[], str | None]:
    return lambda: next(filter(None, map(shutil.which, names)), None)


COMPONENTS = {
    "postgresql": Component(find_binaries, "apt-get install postgresql"),
    "chromium": Component(_program("chromium", "chromium-browser", "google-chrome"), "apt-get install chromium"),
    "node": Component(_program("node", "nodejs"), "apt-get install nodejs"),
}

_MISSING = "missing component"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs(component): skipped where the machine lacks it, failed under CI=true")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    for name in (name for marker in item.iter_markers("needs") for name in marker.args):
        if not COMPONENTS[name].find():
            item.user_properties.append((_MISSING, name))  # travels with the report, from whatever process ran the test
            reason = f"needs {name}: {COMPONENTS[name].get}"
            if os.environ.get("CI") == "true":
                pytest.fail(reason, pytrace=False)
            pytest.skip(reason)  # only where CI is not set: the machine lacks a component, and the last lines say so


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = (report for reports in terminalreporter.stats.values() for report in reports)
    found = {
        (report.nodeid, value)
        for report in reports
        if isinstance(report, pytest.TestReport)
        for name, value in report.user_properties
        if name == _MISSING
    }
    for name, count in sorted(Counter(name for _, name in found).items()):
        noun = "test" if count == 1 else "tests"
        line = f"{name} is missing: {count} {noun} not run; get it with: {COMPONENTS[name].get}"
        terminalreporter.write_line(line, yellow=True, bold=True)
