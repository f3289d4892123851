"""The report as a reader sees it: artificial shops and real data, on wide and narrow screens, by day and night."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from artificial_shops import HOSTILE, SHOPS
from looks import accessibility_troubles, layout_troubles, text_troubles
from playwright.sync_api import Page
from rendered_shops import page_named

from regulars.app.value import value

pytestmark = pytest.mark.browser

WIDTHS = (1280, 768, 390)


def weekly_orders() -> pd.DataFrame:
    """Return half a year of orders of five customers who come nearly every week; one has a hostile name."""
    random = np.random.default_rng(5)
    visits = [
        (customer, dt.date(2024, 1, 2) + dt.timedelta(days=7 * week + int(random.integers(0, 3))))
        for customer in ("ann", "bob", "cem", "dora", HOSTILE)
        for week in range(26)
        if random.random() < 0.9
    ]
    orders = pd.DataFrame(visits, columns=["customer_id", "ordered_at"])
    return orders.assign(amount=random.gamma(4.0, 5.0, len(orders)).round(2))


def report_of_orders(orders: object, folder: Path) -> Path:
    found = value(orders, cac=20.0, threads=2, memory_limit="2GB", today=dt.date(2026, 1, 1))
    return found.report(folder / "report.html")


@pytest.fixture(scope="module")
def weekly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the five customers."""
    return report_of_orders(weekly_orders(), tmp_path_factory.mktemp("weekly"))


@pytest.fixture(params=[*SHOPS, "weekly", "example", "cdnow"])
def file(request: pytest.FixtureRequest, root: Path, tmp_path: Path) -> Path:
    """The report of one shop after the other."""
    name = request.param
    if name in SHOPS:
        page = tmp_path / "report.html"
        page.write_text(page_named(name), encoding="utf-8")
        return page
    if name == "weekly":
        weekly: Path = request.getfixturevalue("weekly")
        return weekly
    if name == "example":
        return report_of_orders(root / "examples/online_retail.parquet", tmp_path)
    run: Path = request.getfixturevalue("cdnow_run")
    return run / "report.html"


def test_a_reader_stumbles_over_nothing(file: Path, opened: Callable[[Path], Page], misdeeds: list[str]) -> None:
    page = opened(file)
    page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
    troubles = text_troubles(page)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        troubles += [f"{width}: {trouble}" for trouble in layout_troubles(page)]
    # Tables are cards on narrow screens, in the same colours; at night only colours change.
    troubles += [f"cards: {trouble}" for trouble in accessibility_troubles(page, but=("color-contrast",))]
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    troubles += [f"light: {trouble}" for trouble in accessibility_troubles(page)]
    page.emulate_media(color_scheme="dark")
    troubles += [f"dark: {trouble}" for trouble in accessibility_troubles(page, "color-contrast")]
    assert "\n".join(troubles + misdeeds) == ""


def test_a_hostile_name_is_shown_as_text(opened: Callable[[Path], Page], misdeeds: list[str], weekly: Path) -> None:
    page = opened(weekly)
    assert page.get_by_text(HOSTILE).first.is_visible()
    assert page.evaluate("document.images.length") == 0
    assert misdeeds == []
