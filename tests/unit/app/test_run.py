"""A run leaves its files and its account, and nothing else."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from artificial_facts import economics

from regulars.app import run as run_module
from regulars.app.request import Request
from regulars.app.run import Written, run
from regulars.errors import InputError
from regulars.progress import Progress

pytestmark = pytest.mark.usefixtures("small_shop")

TODAY = dt.date(2026, 1, 1)


def run_into(out: Path, *, report: bool = True, pdf: bool = False, **options: Any) -> Written:
    return run(["orders.csv"], Request(**options), out, report=report, pdf=pdf, today=TODAY, progress=Progress())


def account_of(out: Path, **options: Any) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(run_into(out, **options).account, parse_constant=pytest.fail)
    return content


def test_all_files_with_their_hashes(tmp_path: Path) -> None:
    written = run_into(tmp_path / "out")
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["customers.parquet", "quarantine.csv", "report.html", "run.json"] == sorted(written.files)
    assert (tmp_path / "out" / "run.json").read_bytes() == written.account
    for name, file in json.loads(written.account)["files"].items():
        content = (tmp_path / "out" / name).read_bytes()
        assert file == {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def test_customers_in_the_order_of_their_ids(tmp_path: Path) -> None:
    run_into(tmp_path)
    ids = pl.read_parquet(tmp_path / "customers.parquet")["customer_id"].to_list()
    assert ids == sorted(ids)


def test_a_cell_is_never_a_formula(tmp_path: Path) -> None:
    run_into(tmp_path)
    with (tmp_path / "quarantine.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["file", "line", "reason", "content"],
        ["orders.csv", "2", "unreadable date", '\'@a,"b"'],
        ["orders.csv", "3", "unreadable date", "'=cmd|x"],
    ]


def test_without_a_report_an_earlier_one_goes(tmp_path: Path) -> None:
    run_into(tmp_path)
    assert "report.html" not in run_into(tmp_path, report=False).files
    assert not (tmp_path / "report.html").exists()


def test_a_pdf_on_request_and_gone_without(tmp_path: Path) -> None:
    written = run_into(tmp_path, pdf=True)
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-")
    assert "report.pdf" in json.loads(written.account)["files"]
    assert "report.pdf" not in run_into(tmp_path).files
    assert not (tmp_path / "report.pdf").exists()


def test_no_pdf_without_a_report(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="leave --no-report or --pdf out"):
        run_into(tmp_path / "out", report=False, pdf=True)
    assert list(tmp_path.iterdir()) == []


def test_the_report_stands_in_the_account(tmp_path: Path) -> None:
    report = account_of(tmp_path)["report"]
    assert report["as_of"] == "2011-12-09"
    assert report["sections"]
    assert json.loads(run_into(tmp_path, report=False).account)["report"] is None


def test_the_receipt_adds_up_in_rows_and_money(tmp_path: Path) -> None:
    receipt = account_of(tmp_path)["receipt"]
    verdicts = ("valid", "excluded", "quarantined")
    assert receipt["rows_read"] == sum(receipt[verdict]["rows"] for verdict in verdicts) == 8
    assert receipt["amount_read"] == sum(receipt[verdict]["amount"] for verdict in verdicts) == 95.5
    assert receipt["adds_up"] is True
    assert receipt["money"] == {"gross": 100.5, "discounts": 0.0, "refunds": -10.0, "net": 90.5}


def test_every_total_says_what_it_is(tmp_path: Path) -> None:
    totals = account_of(tmp_path, horizon=90)["totals"]
    assert totals["expected_value"] == {
        "expected": 120.0,
        "low": 80.0,
        "high": 190.0,
        "interval": 0.8,
        "interval_standing": "model only, not yet back-tested",
        "basis": "net_sales (as given)",
        "as_of": "2011-12-09",
        "n": 3,
        "horizon_days": 90,
    }
    for name in ("historic_value", "expected_purchases", "clv", "residual_value"):
        assert {"basis", "as_of", "n"} <= set(totals[name])


def test_what_is_missing_has_a_reason(tmp_path: Path) -> None:
    account = account_of(tmp_path)
    assert account["totals"]["residual_value"]["value"] is None
    assert account["totals"]["residual_value"]["reason"]
    assert account["fit"]["standard_errors"] == {"r": 0.01, "alpha": 0.3, "a": None, "b": None}
    assert "certificate says why" in account["fit"]["standard_errors_reason"]
    assert account["candidates"][1]["reason"] == "no repeats"
    assert account["spend"] is None
    assert account["spend_note"] == "nobody came back"


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({}, "LTV:CAC needs --cac"),
        ({"cac": 35.0}, "LTV:CAC: it is computed on margin only, and the amounts are sales: give --margin"),
    ],
)
def test_no_ratio_without_a_cost_and_a_margin(tmp_path: Path, options: dict[str, float], reason: str) -> None:
    ratio = account_of(tmp_path, **options)["totals"]["ltv_to_cac"]
    assert (ratio["value"], ratio["reason"]) == (None, reason)


@pytest.mark.parametrize("report", [True, False])
def test_ltv_to_cac_is_that_of_the_cohorts(tmp_path: Path, *, report: bool) -> None:
    written = run_into(tmp_path, report=report, cac=35.0, margin=0.4)
    ratio = json.loads(written.account)["totals"]["ltv_to_cac"]
    ltv = next(ltv for ltv in economics(written.valuation).cohort_ltvs if ltv.days == ratio["ltv_days"])
    assert ratio["ltv_per_customer"] == ltv.value.value
    assert ratio["value"] == pytest.approx(ratio["ltv_per_customer"] / 35.0)
    assert (ratio["n"], ratio["basis"], ratio["cac"]) == (ltv.value.n, "margin", 35.0)
    assert (tmp_path / "report.html").exists() is report


def test_two_runs_differ_only_in_seconds_and_memory(tmp_path: Path) -> None:
    first, second = account_of(tmp_path / "a"), account_of(tmp_path / "b")
    assert [step["name"] for step in first["run"]["steps"]][-3:] == [
        "write the customers",
        "write what was refused",
        "write the report",
    ]
    first.pop("run")
    second.pop("run")
    assert first == second


def test_settings_stand_in_the_account(tmp_path: Path) -> None:
    options = {"mapping": {"amount": "a=b"}, "date_order": "dmy", "model": "mbg-nbd", "seed": 7}
    settings = account_of(tmp_path, **options)["settings"]
    assert settings["as_of"] == "2011-12-09"
    assert settings["map"] == {"amount": "a=b"}
    assert settings["date_order"] == "dmy"
    assert (settings["model"], settings["seed"], settings["discount"]) == ("mbg-nbd", 7, 0.1)


def test_a_failing_report_leaves_the_earlier_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    earlier = run_into(tmp_path / "out").account

    def failing(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(run_module, "write_report", failing)
    with pytest.raises(OSError, match="No space left"):
        run_into(tmp_path / "out", horizon=90)
    assert (tmp_path / "out" / "run.json").read_bytes() == earlier
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("name", ["customers.parquet", "quarantine.csv", "run.json"])
def test_the_input_is_never_overwritten(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("orders")
    with pytest.raises(InputError, match="overwrite its own input"):
        run([tmp_path / name], Request(), tmp_path, report=True, today=TODAY, progress=Progress())
    assert (tmp_path / name).read_text() == "orders"


def test_earlier_files_are_never_read_as_orders(tmp_path: Path) -> None:
    def run_a_folder() -> None:
        run([tmp_path], Request(), tmp_path / "out", report=False, today=TODAY, progress=Progress())

    run_a_folder()
    with pytest.raises(InputError, match="files of an earlier run"):
        run_a_folder()
