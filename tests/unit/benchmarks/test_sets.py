"""The splits: a set cut at a day holds nothing after it, and its customers are those of that day."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from contest.case import case_of, halfway, record
from contest.sets import SPLITS, Split

EVENTS, CDNOW = (next(split for split in SPLITS if split.name == name) for name in ("event_orders", "cdnow"))


@pytest.mark.parametrize("split", [EVENTS, CDNOW], ids=lambda split: split.name)
def test_a_set_cut_at_its_origin_knows_nothing_after_it(split: Split, shared_data: Path) -> None:
    orders, whole = (split.orders(shared_data, day) for day in (split.origin, split.end))
    days = orders.to_pandas()[split.date].astype("datetime64[s]")
    assert days.max().date() <= split.origin
    assert 0 < len(orders) < len(whole)


def test_what_plain_rules_learn_from_lies_before_the_origin(shared_data: Path) -> None:
    with record(EVENTS, shared_data) as engine:
        case = case_of(engine, EVENTS)
        half = halfway(engine, EVENTS)
        bought = engine.rows(
            "select count(*) from record_days where purchase and purchase_day > $then and purchase_day <= $now "
            "and customer_id in (select customer_id from record_days where purchase and purchase_day <= $then)",
            {"then": case.then.origin, "now": EVENTS.origin},
        )[0][0]
    assert case.then.origin + dt.timedelta(days=case.then.window) == EVENTS.origin == half.end
    assert case.then.purchases_later.sum() == bought
    carried = EVENTS.horizon / case.then.window
    assert np.allclose(case.past.earlier.purchases_later, case.then.purchases_later * carried)
    assert [look.origin + dt.timedelta(days=look.window) for look in case.looks][-1] <= EVENTS.origin
    assert len(case.looks) == 3
