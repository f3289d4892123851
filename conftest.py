"""In CI a skipped check is a failed check, unless its reason names the platform that is missing.

This stands at the root because it holds for the examples in `src` as well as for `tests`.
"""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

PLATFORM = "platform:"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn the skip of one test into a failure."""
    report = yield
    if not hasattr(report, "wasxfail"):
        _fail_if_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turn the skip of a whole file into a failure."""
    report = yield
    _fail_if_skipped(report)
    return report


def _fail_if_skipped(report: pytest.TestReport | pytest.CollectReport) -> None:
    if not report.skipped or not os.environ.get("CI"):
        return
    reason = _reason(report.longrepr)
    if reason.startswith(PLATFORM):
        return
    report.outcome = "failed"
    report.longrepr = (
        f"skipped: {reason or 'no reason given'}\n"
        f"In CI a skipped check is a failed check, unless its reason begins with {PLATFORM!r} and names it."
    )


def _reason(longrepr: object) -> str:
    if isinstance(longrepr, tuple):
        return str(longrepr[-1]).removeprefix("Skipped: ")
    return str(longrepr)
