from __future__ import annotations

import pytest

from regulars.engines.base import literal
from regulars.engines.duckdb import DuckDBEngine
from regulars.sources.merchandise import is_discount, is_not_merchandise


def said(engine: DuckDBEngine, name: str) -> bool:
    return bool(engine.rows(f"select {is_not_merchandise(literal(name), None)}")[0][0])


@pytest.mark.parametrize(
    "name",
    [
        *(
            "POSTAGE",
            "DOTCOM POSTAGE",
            "Postage & Packing",
            "Carriage",
            "Next Day Carriage",
            "Shipping",
            "shipping fee",
        ),
        *("Bank Charges", "AMAZON FEE", "AMAZONFEE", "CRUK Commission", "SAMPLES", "Manual", "Adjust bad debt"),
        *("Dotcomgiftshop Gift Voucher £20.00", "gift_0001_20", "E-Gift Card", "PACKING CHARGE", "post", " POST "),
    ],
)
def test_no_merchandise(engine: DuckDBEngine, name: str) -> None:
    assert said(engine, name)


@pytest.mark.parametrize(
    "name",
    [
        *("S", "M", "D", "B", "m", "C2", "FRENCH CARRIAGE LANTERN", "BLACK BAROQUE CARRIAGE CLOCK", "Baby carriage"),
        *("POSTE FRANCE CUSHION COVER", "CHRISTMAS METAL POSTCARD", "VINTAGE POST OFFICE CABINET", "Gift card holder"),
        *("SET OF TEA COFFEE SUGAR TINS", "sample spoon", "manual grinder", "delivery van toy", "Discount", "", "Fees"),
        *("YELLOW EASTER EGG HUNT START POST", "PADS TO MATCH ALL CUSHIONS"),
    ],
)
def test_merchandise(engine: DuckDBEngine, name: str) -> None:
    assert not said(engine, name)


def test_either_the_name_or_the_id_tells(engine: DuckDBEngine) -> None:
    assert engine.rows(f"select {is_not_merchandise('null', literal('POST'))}") == [(True,)]
    assert engine.rows(f"select {is_not_merchandise(literal('Postage'), literal('X1'))}") == [(True,)]
    assert engine.rows(f"select {is_not_merchandise('null', 'null')}") == [(False,)]


def test_a_discount_is_called_so(engine: DuckDBEngine) -> None:
    assert engine.rows(f"select {is_discount(literal('Discount '), literal('D'))}") == [(True,)]
    assert engine.rows(f"select {is_discount(literal('Discount bin'), literal('D'))}") == [(False,)]
