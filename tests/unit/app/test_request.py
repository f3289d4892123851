"""A wrong option is answered at the door, with what to write instead."""

from __future__ import annotations

from typing import Any

import pytest

from regulars.app.request import Request
from regulars.errors import InputError

NAN, INFINITY = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("option", "wrong", "said"),
    [
        ("horizon", 0, "at least 1 day, got 0"),
        ("horizon", -5, "at least 1 day"),
        ("horizon", 90.5, "a whole number of days, got 90.5"),
        ("horizon", "90", "a whole number of days, got '90'"),
        ("unit", "month", "unknown unit 'month'"),
        ("margin", 0.0, "above 0 and at most 1"),
        ("margin", -0.4, "above 0"),
        ("margin", 40.0, "0.4 is 40 %"),
        ("margin", NAN, "got nan"),
        ("discount", -0.1, "zero or more"),
        ("discount", INFINITY, "zero or more"),
        ("discount", NAN, "zero or more"),
        ("interval", 0.0, "between 0 and 1"),
        ("interval", 1.0, "between 0 and 1"),
        ("interval", 80.0, "0.8 is 80 %"),
        ("interval", NAN, "between 0 and 1"),
        ("cac", 0.0, "above 0"),
        ("cac", NAN, "above 0"),
        ("cac", INFINITY, "above 0"),
        ("declared_basis", "net-sales", "did you mean 'net_sales'?"),
        ("date_order", "dym", "known: dmy, mdy, ymd"),
        ("zero_amount", "drop", "known: exclude, keep"),
        ("engine", "spark", "not built in this version"),
        ("engine", "duckbd", "did you mean 'duckdb'?"),
        ("threads", 0, "at least 1"),
        ("memory_limit", "lots", "write it like 4GB"),
        ("memory_limit", "4GB; drop table x", "not a size of memory"),
        ("seed", -1, "zero or more"),
    ],
)
def test_a_wrong_option_is_refused(option: str, wrong: Any, said: str) -> None:
    with pytest.raises(InputError, match=said.replace("?", r"\?")):
        Request(**{option: wrong})


@pytest.mark.parametrize("size", ["4GB", "800mb", "1.5 GiB", "512KB", "1TiB", "100B"])
def test_a_size_of_memory(size: str) -> None:
    assert Request(memory_limit=size).memory_limit == size


def test_the_basis_is_said_with_every_number() -> None:
    assert Request().basis == "net_sales (as given)"
    assert Request(declared_basis="cm2").basis == "cm2"
    assert Request(margin=1.0).basis == "margin"
