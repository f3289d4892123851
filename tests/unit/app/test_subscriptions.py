"""A run over a file of contracts, from the command line to its files."""

from __future__ import annotations

import json
from pathlib import Path

import altair as alt
import duckdb
import pytest
from artificial_contracts import HEADER, contract_lines, write_contracts
from typer.testing import CliRunner

import regulars as rg
from regulars.app.subscriptions import COLUMNS
from regulars.cli.main import app
from regulars.errors import InputError, UnknownName
from regulars.models.renewals import RENEWALS
from regulars.reporting.document import Figure
from regulars.reporting.subscriptions.report import subscription_report
from regulars.reporting.theme import PAGE

BAD = ("late,basic,10,monthly,2024-05-01,2024-04-01", "=cmd,basic,,monthly,2024-05-01,")


@pytest.fixture(scope="module")
def contracts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    lines = [*contract_lines(600, seed=1), *contract_lines(200, seed=2, months=12), *BAD]
    return write_contracts(tmp_path_factory.mktemp("run") / "contracts.csv", lines)


@pytest.fixture(scope="module")
def out(contracts: Path) -> Path:
    folder = contracts.parent / "out"
    answer = CliRunner().invoke(app, ["run", str(contracts), "--as-of", "2024-12-31", "--out", str(folder)])
    assert answer.exit_code == 0, answer.output
    assert "contracts of 800 customers run and are expected to bring" in answer.output
    return folder


def test_the_files_of_a_run(out: Path) -> None:
    names = {path.name for path in out.iterdir()}
    assert names == {"customers.parquet", "report.html", "run.json", "quarantine.csv"}
    rows = duckdb.read_parquet(str(out / "customers.parquet"))
    assert tuple(rows.columns) == COLUMNS
    ids = [row[0] for row in rows.fetchall()]
    assert len(ids) == 800
    assert ids == sorted(ids)
    refused = (out / "quarantine.csv").read_text(encoding="utf-8")
    assert "end before start" in refused
    assert "'=cmd" in refused  # no formula for a spreadsheet


def test_the_account_of_a_run(out: Path) -> None:
    account = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert account["kind"] == "subscriptions"
    assert account["receipt"]["rows_read"] == 802
    assert account["receipt"]["quarantined"]["rows"] == 2
    assert account["receipt"]["adds_up"]
    assert [fit["renewed_every"] for fit in account["fits"]] == ["month", "year"]
    for fit in account["fits"]:
        assert fit["model"] in RENEWALS.names()
        assert {one["model"] for one in fit["candidates"]} == set(RENEWALS.names())
        assert fit["certificate"]["findings"]
    value = account["totals"]["expected_value"]
    assert value["low"] < value["expected"] < value["high"]
    assert (value["basis"], value["as_of"], value["horizon_days"]) == ("contract prices (as given)", "2024-12-31", 365)
    assert value["interval_standing"] == "model only, not yet back-tested"
    assert set(account["files"]) == {"customers.parquet", "report.html", "quarantine.csv"}


def test_two_runs_differ_in_nothing_but_the_run(contracts: Path, out: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    arguments = ["run", str(contracts), "--as-of", "2024-12-31", "--out", str(again), "--quiet", "--threads", "1"]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    for name in ("customers.parquet", "report.html", "quarantine.csv"):
        assert (again / name).read_bytes() == (out / name).read_bytes()
    first, second = (json.loads((folder / "run.json").read_text(encoding="utf-8")) for folder in (out, again))
    assert {**first, "run": None} == {**second, "run": None}


def test_the_report_says_what_it_must(out: Path) -> None:
    page = (out / "report.html").read_text(encoding="utf-8")
    for heading in (
        "Value of the contracts",
        "Renewals",
        "Most valuable customers",
        "Receipt of the data",
        "Certificate",
    ):
        assert heading in page
    assert page.count("<svg") >= 2
    assert "nan" not in page.lower().replace("nan-", "").split("<style")[0]


def test_every_picture_is_vega_lite_with_its_numbers_in_a_table(contracts: Path) -> None:
    result = rg.value_subscriptions(contracts, as_of="2024-12-31")
    report = subscription_report(result.valuation)
    figures = [block for section in report.sections for block in section.blocks if isinstance(block, Figure)]
    assert [figure.name for figure in figures] == ["survival-month", "survival-year"]
    for figure, fit in zip(figures, result.fits, strict=True):
        alt.Chart.from_dict(figure.specification(PAGE), validate=True)
        survival = 1.0
        for row, risk, renewed in zip(
            figure.table.rows, fit.renewals.risk_by_renewal, fit.renewals.renewed_by_renewal, strict=False
        ):
            survival *= renewed / risk
            assert row.cells[4] == pytest.approx(survival)


@pytest.mark.parametrize("ending", [".html", ".md", ".json"])
def test_a_result_writes_its_report(contracts: Path, tmp_path: Path, ending: str) -> None:
    result = rg.value_subscriptions(contracts, as_of="2024-12-31", model="sbg")
    assert result.report(tmp_path / f"report{ending}").stat().st_size > 5_000
    assert "sBG per month" in repr(result)


def test_an_empty_future_is_said_and_not_made_up(tmp_path: Path) -> None:
    path = write_contracts(tmp_path / "new.csv", ["a,basic,10,monthly,2024-12-20,", "b,basic,10,monthly,2024-12-21,"])
    folder = tmp_path / "out"
    answer = CliRunner().invoke(app, ["run", str(path), "--out", str(folder)])
    assert answer.exit_code == 0, answer.output
    assert "no contract has come to a renewal yet" in answer.output
    account = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert account["totals"]["expected_value"] == {
        **account["totals"]["expected_value"],
        "expected": None,
        "low": None,
        "high": None,
    }
    assert "no contract has come to a renewal yet" in account["totals"]["expected_value"]["reason"]


def test_options_that_do_not_fit_contracts_are_refused(contracts: Path, tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="known: bdw, discrete-weibull, geometric, sbg"):
        rg.value_subscriptions(contracts, model="pareto-nbd")
    answer = CliRunner().invoke(app, ["run", str(contracts), "--cac", "30", "--out", str(tmp_path / "out")])
    assert answer.exit_code != 0
    assert not (tmp_path / "out").exists()
    with pytest.raises(InputError, match="no column known as started_at"):
        rg.value_subscriptions(write_contracts(tmp_path / "c.csv", ["a,1"], header="customer,price"))
    assert HEADER.startswith("customer_id")
