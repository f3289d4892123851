from __future__ import annotations

import pytest

from regulars.errors import InputError
from regulars.sources.columns import layout_of

ONLINE_RETAIL = (
    *("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"),
)
GROCERY = (
    *("household_id", "store_id", "basket_id", "product_id", "quantity", "sales_value", "retail_disc"),
    *("coupon_disc", "week", "transaction_timestamp"),
)


def fields(*columns: str, **mapping: str) -> dict[str, str]:
    """Field → name of its column."""
    return {field: columns[place] for field, place in layout_of("orders.csv", columns, mapping).items()}


def test_a_wholesaler() -> None:
    assert fields(*ONLINE_RETAIL) == {
        "customer_id": "CustomerID",
        "order_id": "InvoiceNo",
        "ordered_at": "InvoiceDate",
        "quantity": "Quantity",
        "unit_price": "UnitPrice",
        "product_id": "StockCode",
        "product_name": "Description",
    }


def test_a_grocer() -> None:
    assert fields(*GROCERY) == {
        "customer_id": "household_id",
        "order_id": "basket_id",
        "ordered_at": "transaction_timestamp",
        "amount": "sales_value",
        "quantity": "quantity",
        "product_id": "product_id",
    }


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (("Buy Ts", "Revenue", "Uid"), {"customer_id": "Uid", "ordered_at": "Buy Ts", "amount": "Revenue"}),
        (("cust", "date"), {"customer_id": "cust", "ordered_at": "date"}),
        (
            ("uid", "order_on", "num_seats", "value"),
            {"customer_id": "uid", "ordered_at": "order_on", "amount": "value"},
        ),
        (("Id", "Date", "Price"), {"customer_id": "Id", "ordered_at": "Date", "amount": "Price"}),
        (("CUSTOMER-ID", " order_date "), {"customer_id": "CUSTOMER-ID", "ordered_at": " order_date "}),
    ],
)
def test_names_people_use(columns: tuple[str, ...], expected: dict[str, str]) -> None:
    assert fields(*columns) == expected


def test_a_price_is_a_price_where_the_pieces_are_counted() -> None:
    found = fields("customer_id", "date", "price", "qty")
    assert (found["unit_price"], found["quantity"]) == ("price", "qty")
    assert "amount" not in found


def test_an_amount_wins_and_the_price_stays() -> None:
    found = fields("customer_id", "date", "price", "qty", "total")
    assert (found["amount"], found["unit_price"], found["quantity"]) == ("total", "price", "qty")


def test_a_mapped_column_is_not_used_twice() -> None:
    found = fields("customer_id", "client", "date", "x", customer_id="client", amount="x")
    assert found == {"customer_id": "client", "ordered_at": "date", "amount": "x"}
    assert fields("date", "value", "who", customer_id="who", unit_price="value") == {
        "customer_id": "who",
        "ordered_at": "date",
        "amount": "value",
    }


def test_a_column_is_mapped_by_name_by_loose_name_or_by_position() -> None:
    for wanted in ("Who bought", "who_bought", "2"):
        assert fields("date", "Who bought", customer_id=wanted)["customer_id"] == "Who bought"
    assert fields("date", "x", "2", customer_id="2")["customer_id"] == "2"


def test_a_missing_column_is_answered_with_what_is_there_and_what_to_write() -> None:
    with pytest.raises(InputError) as raised:
        fields("custmer_id", "when", "amount")
    assert str(raised.value) == (
        "orders.csv has no column known as customer_id (who bought) and ordered_at (when it was bought) "
        "(closest: 'custmer_id'); its columns are 'custmer_id', 'when', 'amount'. "
        "Say which with --map customer_id=COLUMN --map ordered_at=COLUMN, a name or a position from 1"
    )


@pytest.mark.parametrize("wanted", ["custmer", "4", "0", "-1"])
def test_a_mapped_column_that_is_not_there(wanted: str) -> None:
    with pytest.raises(
        InputError, match=rf"has no column '{wanted}' to read customer_id from.*its columns are 'customer'"
    ):
        fields("customer", "date", "amount", customer_id=wanted)


def test_a_field_that_does_not_exist() -> None:
    with pytest.raises(InputError, match=r"unknown field 'custid'.*known: amount, channel, currency, customer_id"):
        fields("customer", "date", custid="customer")
