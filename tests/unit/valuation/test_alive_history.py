"""P(alive) of one customer day by day, against the fit asked once for each day."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from regulars.models.certificate import Certificate
from regulars.models.fit import Fit
from regulars.models.histories import Histories
from regulars.models.transactions.bg_nbd import BGNBD
from regulars.periods import Unit
from regulars.valuation.alive_history import POINTS, alive_history

FIT = Fit(BGNBD(), np.array([0.24, 4.4, 0.8, 2.4]), Unit.WEEK, 0.0, 1.0, np.eye(4), Certificate(()))
FIRST = dt.date(2023, 1, 2)


def bought(*days: int) -> list[dt.date]:
    return [FIRST + dt.timedelta(days=day) for day in days]


def test_each_day_knows_only_the_purchases_so_far() -> None:
    days = (0, 3, 40, 41)
    history = alive_history(FIT, "a", bought(*days), FIRST + dt.timedelta(days=90))
    assert len(history.days) == 91
    for day, chance in enumerate(history.probability_alive):
        so_far = [one for one in days if one <= day]
        one = Histories(frequency=len(so_far) - 1, recency=so_far[-1] / 7, age=day / 7)
        assert chance == pytest.approx(FIT.probability_alive(one)[0], rel=1e-12)
    falling = np.diff(history.probability_alive[3:40])
    assert (falling < 0).all()
    assert history.probability_alive[40] > history.probability_alive[39]


def test_a_long_life_is_shown_on_few_days_but_on_those_of_purchases() -> None:
    days = (0, 333, 334, 2001)
    as_of = FIRST + dt.timedelta(days=5000)
    history = alive_history(FIT, "a", bought(*days), as_of)
    assert len(history.days) < POINTS + 2 * len(days) + 2
    assert set(bought(*days)) <= set(history.days)
    assert history.days[-1] == as_of
    often = alive_history(FIT, "a", bought(*range(0, 5000, 3)), as_of)
    assert len(often.days) <= POINTS + 2


def test_a_customer_of_today() -> None:
    history = alive_history(FIT, "a", bought(0), FIRST)
    assert history.days == (FIRST,)
    assert history.probability_alive.tolist() == [1.0]
