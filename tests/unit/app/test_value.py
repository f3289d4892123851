"""The use case behind `rg.value`, over a shop that is made up."""

from __future__ import annotations

import datetime as dt
import gc
import sys
from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from regulars.app.value import value
from regulars.errors import InputError, RunFailed, UnknownName

pytestmark = pytest.mark.usefixtures("small_shop")

COLUMNS = [
    *("customer_id", "first_order", "last_order", "orders", "purchase_days", "frequency", "recency", "age"),
    *("monetary", "historic_value", "probability_alive", "expected_purchases", "probability_purchase"),
    *("expected_value", "value_low", "value_median", "value_high", "clv", "residual_value"),
]
IDS = ["=1+1", "a'b", "línea\nbreak"]


def test_the_result_outlives_the_engine() -> None:
    result = value("orders.csv", margin=0.4)
    assert result.totals.customers == len(result.customers) == 3
    assert result.fit.params == {"r": 0.4, "alpha": 12.0}
    assert result.spend is None
    assert result.receipt.rows_read == 8
    assert result.valuation.settings.basis == "margin"
    assert result.valuation.settings.as_of == dt.date(2011, 12, 9)


def test_the_customers_as_pandas() -> None:
    frame = value("orders.csv").customers.to_pandas()
    assert isinstance(frame, pd.DataFrame)
    assert list(frame.columns) == COLUMNS
    assert frame["customer_id"].tolist() == IDS
    assert frame["first_order"].dt.date.tolist() == [dt.date(2011, 1, 1)] * 3
    assert frame["monetary"].isna().all()


def test_the_customers_as_polars() -> None:
    frame = value("orders.csv").customers.to_polars()
    assert frame.columns == COLUMNS
    assert frame["customer_id"].to_list() == IDS
    assert frame.schema["first_order"] == pl.Date
    assert frame["residual_value"].null_count() == 3


def test_the_customers_as_arrow() -> None:
    table = value("orders.csv").customers.to_arrow()
    assert isinstance(table, pa.Table)
    assert table.column_names == COLUMNS
    assert table["customer_id"].to_pylist() == IDS


@pytest.mark.parametrize(("library", "extra"), [("pandas", "pandas"), ("polars", "polars"), ("pyarrow", "arrow")])
def test_a_missing_library_is_answered_with_its_extra(
    library: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    customers = value("orders.csv").customers
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(RunFailed, match=rf"{library} is not installed; .*regulars\[{extra}\]"):
        getattr(customers, f"to_{extra}")()


def test_a_report_on_demand(tmp_path: Path) -> None:
    assert value("orders.csv").report(tmp_path / "page.html").read_text().startswith("<!doctype html>")


def test_a_result_shows_itself() -> None:
    result = value("orders.csv", horizon=90)
    assert "Expected value, next 90 days: GBP 120.00, 80 % interval 80.00 to 190.00" in repr(result)
    assert "model only, not yet back-tested" in repr(result)
    assert "net_sales (as given), as of 9 December 2011, n = 3 customers" in repr(result)
    page = result._repr_html_()
    assert "GBP" in page
    assert "80.00 to 190.00" in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "model only, not yet back-tested" in page


def test_an_unknown_model_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UnknownName, match="did you mean 'bg-nbd'"):
        value("orders.csv", model="bgnbd")


def test_a_date_in_words_is_refused() -> None:
    with pytest.raises(InputError, match="write it as YYYY-MM-DD"):
        value("orders.csv", as_of="9 Dec 2011")


def test_the_customers_lie_in_a_file_that_goes_with_them() -> None:
    customers = value("orders.csv").customers
    file = customers.file
    assert file.is_file()
    del customers
    gc.collect()
    assert not file.parent.exists()
