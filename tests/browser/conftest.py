"""One Chromium for all browser tests, and pages that remember what they should not have done."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium; `.ci/run` installs it where it is missing."""
    executable = next(filter(None, map(shutil.which, NAMES)), None)
    if executable is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is not here; CI needs it", pytrace=False)
        pytest.skip("platform: no Chromium is here")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


@pytest.fixture
def misdeeds() -> list[str]:
    """What the pages of this test did that no report may do: load something, complain, open a dialog."""
    return []


@pytest.fixture
def opened(browser: Browser, misdeeds: list[str]) -> Iterator[Callable[[Path], Page]]:
    """Return the way to open a file as a page that is watched."""
    context = browser.new_context(offline=True)

    def refuse(dialog: Dialog) -> None:
        misdeeds.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def open_file(file: Path) -> Page:
        page = context.new_page()
        address = file.resolve().as_uri()
        page.on("request", lambda request: misdeeds.append(f"loads {request.url}") if request.url != address else None)
        page.on("console", lambda said: misdeeds.append(f"console: {said.text}") if said.type == "error" else None)
        page.on("pageerror", lambda error: misdeeds.append(f"script error: {error}"))
        page.on("dialog", refuse)
        page.goto(address)
        return page

    yield open_file
    context.close()
