"""The real data sets: what is read of them, to the row and the penny."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from regulars.contract.receipt import Receipt
from regulars.engines.duckdb import DuckDBEngine
from regulars.errors import InputError
from regulars.sources.read import Intake

Read = Callable[..., Intake]

POSITIONS = {"customer_id": "1", "ordered_at": "2", "amount": "4"}


def printed(receipt: Receipt) -> str:
    """The receipt as a table, for the message of a failed check."""
    lines = [f"{line.verdict:<12} {line.rule:<26} {line.rows:>9,} {line.amount or 0:>18,.4f}" for line in receipt.lines]
    return "\n".join(["", *lines, f"{'read':<39} {receipt.rows_read:>9,} {receipt.amount_read or 0:>18,.4f}"])


def test_online_retail_adds_up_to_the_published_total(read: Read, shared_data: Path) -> None:
    receipt = read(shared_data / "online_retail" / "online_retail.parquet").receipt
    assert receipt.rows_read == 541_909, printed(receipt)
    assert receipt.amount_read == Decimal("9747747.9340"), printed(receipt)
    assert sum(line.rows for line in receipt.lines) == 541_909, printed(receipt)
    assert sum(line.amount or Decimal(0) for line in receipt.lines) == Decimal("9747747.9340"), printed(receipt)
    assert {line.rule for line in receipt.lines} == {
        *("sale", "discount", "refund of an order", "refund without its order"),
        *("no customer", "not merchandise", "zero amount"),
    }, printed(receipt)


NOT_MERCHANDISE = {
    *("POSTAGE", "DOTCOM POSTAGE", "CARRIAGE", "Next Day Carriage", "Manual", "SAMPLES", "samples", "Bank Charges"),
    *("AMAZON FEE", "CRUK Commission", "PACKING CHARGE", "Adjust bad debt"),
}


@pytest.fixture(scope="module")
def wholesaler(shared_data_of_module: Path) -> pd.DataFrame:
    """Online Retail with its money in thousandths, judged by other means than the package's."""
    lines = pd.read_parquet(shared_data_of_module / "online_retail" / "online_retail.parquet")
    lines["thousandths"] = (lines["UnitPrice"] * 1000).round().astype("int64") * lines["Quantity"]
    odd = lines["Description"].isin(NOT_MERCHANDISE) | lines["StockCode"].str.contains("^gift_|^POST$")
    odd |= lines["Description"].fillna("").str.contains("Gift Voucher")
    sign = lines["thousandths"]
    lines["rule"] = "sale"
    lines.loc[sign < 0, "rule"] = "refund"
    lines.loc[(sign < 0) & (lines["StockCode"] == "D"), "rule"] = "discount"
    lines.loc[sign == 0, "rule"] = "zero amount"
    lines.loc[odd, "rule"] = "not merchandise"
    lines.loc[lines["CustomerID"].isna(), "rule"] = "no customer"
    return lines


@pytest.fixture(scope="module")
def shared_data_of_module(request: pytest.FixtureRequest) -> Path:
    folder: Path = request.getfixturevalue("shared_data")
    return folder


def test_online_retail_group_by_group(read: Read, shared_data: Path, wholesaler: pd.DataFrame) -> None:
    receipt = read(shared_data / "online_retail" / "online_retail.parquet").receipt
    counted = wholesaler.groupby("rule")["thousandths"].agg(["size", "sum"])
    expected = {rule: (int(size), Decimal(int(total)) / 1000) for rule, size, total in counted.itertuples()}
    found = {line.rule: (line.rows, line.amount) for line in receipt.lines if not line.rule.startswith("refund")}
    refunds = [line for line in receipt.lines if line.rule.startswith("refund")]
    found["refund"] = (
        sum(line.rows for line in refunds),
        receipt.amount_of("refund of an order", "refund without its order"),
    )
    assert found == expected, printed(receipt)


def test_online_retail_refunds_as_a_loop_finds_them(
    read: Read, engine: DuckDBEngine, shared_data: Path, wholesaler: pd.DataFrame
) -> None:
    receipt = read(shared_data / "online_retail" / "online_retail.parquet").receipt
    stacks: dict[Any, list[list[Any]]] = defaultdict(list)
    taken: dict[Any, int] = defaultdict(int)
    of_orders = 0
    lines = wholesaler[wholesaler["rule"].isin(["sale", "refund"])].assign(back=lambda frame: frame["Quantity"] < 0)
    # Of what was never brought back nothing is taken.
    lines = lines[lines.groupby(["CustomerID", "StockCode", "UnitPrice"])["back"].transform("any")]
    columns = ["CustomerID", "StockCode", "UnitPrice", "InvoiceNo", "Quantity", "InvoiceDate", "back"]
    for customer, product, price, order, pieces, moment, back in lines.sort_values(
        ["InvoiceDate", "back"], kind="stable"
    )[columns].itertuples(index=False):
        stack = stacks[customer, product, price]
        if not back:
            stack.append([order, pieces])
            continue
        wanted, thousandths = -pieces, round(price * 1000)
        while wanted and stack:
            piece = min(wanted, stack[-1][1])
            taken[str(int(customer)), stack[-1][0], moment.date()] -= piece * thousandths
            of_orders += piece * thousandths
            wanted -= piece
            stack[-1][1] -= piece
            if not stack[-1][1]:
                stack.pop()
        taken[str(int(customer)), None, moment.date()] -= wanted * thousandths
    found = engine.rows(
        "select customer_id, order_id, refund_date, (sum(amount) * 1000)::bigint from refunds group by all"
    )
    assert {tuple(row[:3]): row[3] for row in found if row[3]} == {key: sum_ for key, sum_ in taken.items() if sum_}
    assert receipt.amount_of("refund of an order") == Decimal(-of_orders) / 1000, printed(receipt)


def test_online_retail_orders(read: Read, engine: DuckDBEngine, shared_data: Path, wholesaler: pd.DataFrame) -> None:
    receipt = read(shared_data / "online_retail" / "online_retail.parquet").receipt
    counted = wholesaler[wholesaler["rule"].isin(["sale", "discount"])]
    totals = counted.groupby(["CustomerID", "InvoiceNo"])["thousandths"].sum()
    assert engine.rows("select count(*), sum(amount) from orders") == [(len(totals), Decimal(int(totals.sum())) / 1000)]
    sold = wholesaler[wholesaler["rule"] == "sale"]
    assert (receipt.orders, receipt.customers) == (
        sold.groupby(["CustomerID", "InvoiceNo"]).ngroups,
        counted["CustomerID"].nunique(),
    )
    assert (receipt.first_day, receipt.last_day) == ("2010-12-01", "2011-12-09")
    assert any("41 orders, the last at 12:50" in note for note in receipt.notes)


def test_raw_days_of_online_retail_are_read_as_the_whole_is(
    read: Read, engine: DuckDBEngine, shared_data: Path, wholesaler: pd.DataFrame
) -> None:
    folder = shared_data / "online_retail"
    days = ["2010-12-05", "2011-01-18", "2011-12-09"]
    receipt = read([folder / f"raw_{day}.csv" for day in days]).receipt
    there = wholesaler[wholesaler["InvoiceDate"].dt.strftime("%Y-%m-%d").isin(days)]
    assert receipt.rows_read == len(there)
    assert receipt.amount_read == Decimal(int(there["thousandths"].sum())) / 1000
    customers = {customer for (customer,) in engine.rows("select distinct customer_id from orders")}
    kept = there[there["rule"].isin(["sale", "discount"])]
    assert customers == {str(int(customer)) for customer in kept["CustomerID"]}


@pytest.mark.parametrize(
    ("path", "mapping"), [("cdnow_master.parquet", {}), ("CDNOW_master.txt", POSITIONS)], ids=["parquet", "raw text"]
)
def test_cdnow(read: Read, engine: DuckDBEngine, shared_data: Path, path: str, mapping: dict[str, str]) -> None:
    receipt = read(shared_data / "cdnow" / path, zero_amount="keep", mapping=mapping).receipt
    assert (receipt.rows_read, receipt.amount_read, receipt.customers) == (69_659, Decimal("2500315.63"), 23_570)
    assert [(line.rule, line.rows) for line in receipt.lines] == [("sale", 69_659)]
    assert (receipt.first_day, receipt.last_day) == ("1997-01-01", "1998-06-30")
    assert receipt.notes[0].startswith("255 of 69,659 valid lines (0.4%) repeat another line")
    excluded = read(shared_data / "cdnow" / path, mapping=mapping).receipt
    assert [(line.rule, line.rows) for line in excluded.lines] == [("sale", 69_579), ("zero amount", 80)]


def test_both_forms_of_cdnow_are_the_same_orders(read: Read, engine: DuckDBEngine, shared_data: Path) -> None:
    query = "select customer_id::bigint, order_id, order_date, amount from orders order by order_id"
    read(shared_data / "cdnow" / "cdnow_master.parquet")
    whole = engine.rows(query)
    read(shared_data / "cdnow" / "CDNOW_master.txt", mapping=POSITIONS)
    assert engine.rows(query) == whole


def test_cdnow_sample(read: Read, engine: DuckDBEngine, shared_data: Path) -> None:
    mapping = {"customer_id": "2", "ordered_at": "3", "quantity": "4", "amount": "5"}
    receipt = read(shared_data / "cdnow" / "CDNOW_sample.txt", mapping=mapping, zero_amount="keep").receipt
    assert (receipt.rows_read, receipt.customers) == (6_919, 2_357)
    assert engine.rows("select customer_id from orders order by 1 limit 1") == [("0001",)]


def test_complete_journey(read: Read, engine: DuckDBEngine, shared_data: Path) -> None:
    path = shared_data / "completejourney" / "transactions.parquet"
    receipt = read(path).receipt
    lines = pd.read_parquet(path)
    cents = (lines["sales_value"] * 100).round().astype("int64")
    assert (receipt.rows_read, receipt.amount_read) == (741_780, Decimal(int(cents.sum())) / 100)
    assert receipt.rows("excluded") == int((cents == 0).sum())
    assert (receipt.orders, receipt.customers) == (
        lines[cents > 0].groupby(["household_id", "basket_id"]).ngroups,
        1_235,
    )


def test_yandex_afisha(read: Read, engine: DuckDBEngine, shared_data: Path) -> None:
    receipt = read(shared_data / "yandex_afisha" / "orders_log_us.csv.gz", zero_amount="keep").receipt
    assert (receipt.rows_read, receipt.amount_read, receipt.customers) == (50_415, Decimal("252057.20"), 36_523)
    assert engine.rows("select max(length(customer_id)) from orders") == [(20,)]
    most = "select count(*) as orders from orders group by customer_id order by orders desc limit 1"
    assert engine.rows(most) == [(239,)]


def test_yandex_afisha_out_of_a_spreadsheet(read: Read, engine: DuckDBEngine, shared_data: Path) -> None:
    with pytest.raises(InputError, match="3,000 rows is a sale: 3,000 rounded customer id"):
        read(shared_data / "yandex_afisha" / "orders_log_us.excel_mangled_sample.csv")


def test_event_orders(read: Read, shared_data: Path) -> None:
    receipt = read(shared_data / "event_orders" / "event_orders.parquet").receipt
    assert (receipt.rows_read, receipt.orders, receipt.customers) == (20_698, 20_698, 3_936)
    assert (receipt.first_day, receipt.last_day) == ("2014-02-01", "2015-12-23")


def test_grocery_has_no_money(read: Read, shared_data: Path) -> None:
    intake = read(shared_data / "grocery_elog" / "groceryElog.csv")
    assert not intake.has_money
    assert (intake.receipt.rows_read, intake.receipt.orders, intake.receipt.customers) == (10_483, 10_483, 1_525)
    assert intake.receipt.amount_read is None


def test_apparel(read: Read, shared_data: Path) -> None:
    receipt = read(shared_data / "clvtools_apparel" / "apparelTrans.parquet", zero_amount="keep").receipt
    assert (receipt.rows_read, receipt.orders, receipt.customers) == (3_187, 3_187, 600)


def test_electronics_by_status(read: Read, shared_data: Path) -> None:
    path = shared_data / "electronic_sales_synthetic" / "electronic_sales.parquet"
    receipt = read(path).receipt
    lines = pd.read_parquet(path)
    assert [(line.rule, line.rows) for line in receipt.lines] == [
        ("sale", int((lines["Order Status"] == "Completed").sum())),
        ("cancelled", int((lines["Order Status"] == "Cancelled").sum())),
    ]
