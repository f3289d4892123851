"""The shop that comes with the project: small enough, complete in kind, and made as its README says."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from regulars.engines.duckdb import DuckDBEngine
from regulars.sources.read import Intake


@pytest.fixture(scope="module")
def example(request: pytest.FixtureRequest) -> Path:
    root: Path = request.getfixturevalue("root")
    return root / "examples" / "online_retail.parquet"


def test_it_is_small(example: Path) -> None:
    assert example.stat().st_size < 1_500_000


def test_it_holds_what_a_real_export_holds(read: Callable[..., Intake], example: Path) -> None:
    receipt = read(example).receipt
    assert {line.rule for line in receipt.lines} == {
        *("sale", "discount", "refund of an order", "refund without its order"),
        *("no customer", "not merchandise", "zero amount"),
    }
    assert receipt.adds_up
    assert (receipt.rows_read, receipt.customers) == (209_450, 1_771)
    assert (receipt.first_day, receipt.last_day) == ("2010-12-01", "2011-12-09")
    assert receipt.notes[1].endswith(
        "repeat the order and product of another line with other content; they are added to the order, not removed."
    )
    assert len(receipt.notes) == 3


def test_its_readme_counts_right(example: Path) -> None:
    lines = pd.read_parquet(example)
    text = " ".join((example.parent / "README.md").read_text().split())
    assert f"{len(lines):,} invoice lines" in text
    assert f"{lines['CustomerID'].nunique():,} customers, {lines['InvoiceNo'].nunique():,} invoices" in text
    assert lines["InvoiceNo"].str.startswith("A").sum() == 3
    assert 0.24 < lines["CustomerID"].isna().mean() < 0.26


def test_the_script_makes_it_again(engine: DuckDBEngine, example: Path, shared_data: Path, tmp_path: Path) -> None:
    script: dict[str, Any] = runpy.run_path(str(example.parent / "make_online_retail.py"))
    whole = shared_data / "online_retail" / "online_retail.parquet"
    assert script["make"](str(whole), str(tmp_path / "again.parquet")) == 209_450
    assert engine.columns_of(f"'{tmp_path}/again.parquet'") == engine.columns_of(f"'{whole}'")
    # Not byte for byte here: the next version of the engine may pack differently.
    different = f"select count(*) from (select * from '{example}' except all select * from '{tmp_path}/again.parquet')"
    assert engine.rows(different) == [(0,)]
