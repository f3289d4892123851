"""Orders on which hardly a model can be tried: `auto` still chooses one, and says nothing that is no number."""

from __future__ import annotations

import datetime as dt
import json
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from attempts import Attempt

Orders = list[tuple[str, int, float]]  # customer, day, amount
Write = Callable[..., Path]
START = dt.date(2023, 1, 1)


def nobody_comes_back() -> Orders:
    return [(f"c{place}", 7 * place, 10.0 + place) for place in range(30)]


def all_long_gone_but_one() -> Orders:
    return [(f"c{place}", place + 3 * turn, 5.0 + place) for place in range(20) for turn in range(4)] + [
        ("late", 400, 1.0)
    ]


def all_new_but_one() -> Orders:
    return [("old", 0, 3.0), *((f"c{place}", 395 + place % 6, 10.0 + place) for place in range(40))]


def spend_without_a_mean() -> Orders:
    draw = random.Random(1)  # noqa: S311 - made-up orders
    return [
        (f"c{place}", draw.randrange(300), round(1.0 + draw.paretovariate(0.4), 2))
        for place in range(60)
        for _ in range(draw.randrange(1, 5))
    ]


def nothing_for_a_year_then_everything() -> Orders:
    early = [(f"c{place}", place % 5, 10.0) for place in range(40)]
    late = [(f"d{place}", 380 + place % 5, 1000.0 + place) for place in range(40)]
    return early + late + [(f"c{place}", 381, 7.0 + place) for place in range(40)]


CASES = (
    nobody_comes_back,
    all_long_gone_but_one,
    all_new_but_one,
    spend_without_a_mean,
    nothing_for_a_year_then_everything,
)


@pytest.mark.parametrize("orders", CASES, ids=lambda case: case.__name__.replace("_", " "))
def test_auto_chooses_and_says_only_numbers(attempt: Attempt, write: Write, orders: Callable[[], Orders]) -> None:
    lines = (f"{customer},{START + dt.timedelta(days=day)},{amount:.2f}" for customer, day, amount in orders())
    path = write("\n".join(["customer_id,order_date,amount", *lines]) + "\n")
    ended = attempt(path, options=("--model", "auto"), report=True)
    assert ended.status == 0, ended.complaint
    account = json.loads((ended.out / "run.json").read_text(), parse_constant=pytest.fail)
    assert account["backtest"]["tested"]
    page = re.sub(r"<(script|style).*?</\1>", "", (ended.out / "report.html").read_text(), flags=re.DOTALL)
    words = set(re.findall(r"\w+", re.sub(r"<[^>]*>", " ", page)))
    assert not words & {"nan", "NaN", "inf", "None"}
