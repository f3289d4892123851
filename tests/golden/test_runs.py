"""The shared data sets, each from its raw file to a report, the way a user runs them."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from regulars.app.request import Request
from regulars.app.run import run
from regulars.progress import Progress

pytestmark = pytest.mark.smoke

RUNS: dict[str, tuple[str, dict[str, str], int]] = {
    "cdnow": ("cdnow/cdnow_master.parquet", {}, 69_659),
    "cdnow-text": (
        "cdnow/CDNOW_master.txt",
        {"customer_id": "1", "ordered_at": "2", "amount": "4"},
        69_659,
    ),
    "online-retail": ("online_retail/online_retail.parquet", {}, 541_909),
    "completejourney": ("completejourney/transactions.parquet", {}, 741_780),
    "yandex-afisha": ("yandex_afisha/orders_log_us.csv.gz", {}, 50_415),
    "event-orders": ("event_orders/event_orders.parquet", {}, 20_698),
    "grocery": ("grocery_elog/groceryElog.csv", {}, 10_483),
}


def account_of(
    source: Path, mapping: dict[str, str], out: Path, model: str = "auto", *, report: bool = True
) -> dict[str, Any]:
    request = Request(mapping=mapping, model=model, threads=2, memory_limit="2GB")
    run([source], request, out, report=report, today=dt.date(2026, 1, 1), progress=Progress())
    account: dict[str, Any] = json.loads((out / "run.json").read_text())
    return account


def test_cdnow_to_a_report(cdnow_run: Path) -> None:
    account = json.loads((cdnow_run / "run.json").read_text())
    is_whole(account, cdnow_run, 69_659, tested=True)


@pytest.mark.parametrize("name", [name for name in RUNS if not name.startswith("cdnow")])
def test_to_a_report(name: str, shared_data: Path, tmp_path: Path) -> None:
    file, mapping, rows = RUNS[name]
    # The league of a thousand frequent shoppers takes most of a minute, and the example of the README is made of Online
    # Retail.
    model = "bg-nbd" if name in {"completejourney", "online-retail"} else "auto"
    account = account_of(shared_data / file, mapping, tmp_path / "out", model)
    page = is_whole(account, tmp_path / "out", rows, tested=model == "auto")
    if name == "grocery":
        assert account["settings"]["basis"] == "purchases"
        assert "number of purchases" in page


def is_whole(account: dict[str, Any], out: Path, rows: int, *, tested: bool) -> str:
    """Check that all rows are read and the page says how far its intervals were tested; return the page."""
    assert account["receipt"]["rows_read"] == rows
    assert {"customers.parquet", "report.html", "run.json"} <= {path.name for path in out.iterdir()}
    page = (out / "report.html").read_text()
    assert account["backtest"]["tested"] == tested
    standing = account["totals"]["expected_purchases"]["interval_standing"]
    assert standing.startswith("tested on ") == tested
    assert standing in page.replace("\N{NO-BREAK SPACE}", " ")
    return page


def test_raw_text_to_a_report_of_the_same_customers_as_parquet(shared_data: Path, tmp_path: Path) -> None:
    """By a model asked for: ids are written differently, by which a back-test draws the customers it judges by."""
    (parquet, _, _), (text, mapping, rows) = RUNS["cdnow"], RUNS["cdnow-text"]
    account = account_of(shared_data / text, mapping, tmp_path / "text", "bg-nbd")
    is_whole(account, tmp_path / "text", rows, tested=False)
    other = account_of(shared_data / parquet, {}, tmp_path / "parquet", "bg-nbd", report=False)
    assert account["totals"] == other["totals"]
