"""The fit page in every situation: what it draws, what it leaves out with a reason; its words are its numbers."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable

import numpy as np
import pytest
from artificial_fit import nbd, pareto_nbd
from artificial_shops import report_of, study_of

from regulars.errors import NotApplicable
from regulars.models.certificate import Certificate
from regulars.models.fit import Fit
from regulars.models.pooled import PooledFit
from regulars.models.transactions import MODELS
from regulars.periods import Unit
from regulars.reporting.charts import CHARTS
from regulars.reporting.charts.alive_history import alive_history
from regulars.reporting.charts.customers_by_frequency import customers_by_frequency
from regulars.reporting.charts.dropout_chances import dropout_chances
from regulars.reporting.charts.holdout import holdout
from regulars.reporting.charts.svg import svg
from regulars.reporting.document import Block, Figure, Paragraph
from regulars.reporting.theme import PAGE
from regulars.valuation import alive_history as alive
from regulars.valuation.differences import Differences, differences_in_leaving
from regulars.valuation.fit_checks import FrequencyFit
from regulars.valuation.holdout import Holdout
from regulars.valuation.valuation import Valuation

Shops = dict[str, Callable[[], Valuation]]
ALWAYS = {"customers-by-frequency", "new-customer"}
TWICE = {"purchases-matrix", "purchase-rates", "purchases-by-week", "purchases-so-far"}
LEAVING = {"alive-matrix", "dropout-chances", "alive-history"}
EVERYTHING = ALWAYS | TWICE | LEAVING | {"mean-spend", "holdout"}
DRAWN = {
    "normal": EVERYTHING,
    "no_money": EVERYTHING - {"mean-spend"},
    "undefined_mean": EVERYTHING,
    "five_customers": EVERYTHING - {"holdout"},
    "no_repeat_buyers": ALWAYS | {"mean-spend"},
    "long_ids": EVERYTHING,
}


def blocks(shop: Valuation) -> tuple[Block, ...]:
    return next(section.blocks for section in report_of(shop).sections if section.name == "fit")


def drawn(shop: Valuation) -> set[str]:
    return {block.name for block in blocks(shop) if isinstance(block, Figure)}


def words(shop: Valuation) -> str:
    texts = (block.text for block in blocks(shop) if isinstance(block, Paragraph))
    return " ".join(texts).replace("\N{NO-BREAK SPACE}", " ")


def plain(figure: Figure) -> str:
    return figure.finding.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("name", DRAWN)
def test_what_is_drawn(shops: Shops, name: str) -> None:
    assert drawn(shops[name]()) == DRAWN[name]


def test_what_is_left_out_has_its_reason(shops: Shops) -> None:
    assert "No look back at an earlier day is possible" in words(shops["five_customers"]())
    assert "hold no amounts" in words(shops["no_money"]())
    assert "tell nobody apart where nobody has bought twice" in words(shops["no_repeat_buyers"]())
    study = study_of(shops["no_repeat_buyers"]())
    for name in ("alive-matrix", "purchases-matrix", "purchase-rates", "dropout-chances", "holdout", "alive-history"):
        with pytest.raises(NotApplicable):
            CHARTS.get(name).figure(study)


def test_where_nobody_leaves_no_chance_of_leaving_is_drawn(shop: Valuation) -> None:
    checks = dataclasses.replace(shop.checks(), leaving=None)
    nobody = dataclasses.replace(shop, fit_checks=checks, fit=nbd())
    assert drawn(nobody) == EVERYTHING - LEAVING
    assert "In this model nobody ever leaves" in words(nobody)
    for name in ("alive-matrix", "dropout-chances"):
        with pytest.raises(NotApplicable, match="nobody leaves"):
            CHARTS.get(name).figure(study_of(nobody))


def test_where_models_let_customers_leave_in_different_ways_they_leave_all_the_same(shop: Valuation) -> None:
    theta, error = np.array([0.6, 6.0, 0.8, 2.4]), 0.01 * np.eye(4)
    at_a_purchase = Fit(MODELS.get("bg-nbd"), theta, Unit.WEEK, 0.0, 4338.0, error, Certificate(()))
    both = PooledFit((at_a_purchase, pareto_nbd()), (0.5, 0.5))
    assert differences_in_leaving(both) is None
    pool = dataclasses.replace(shop, fit_checks=dataclasses.replace(shop.checks(), leaving=None), fit=both)
    assert drawn(pool) == EVERYTHING - {"dropout-chances"}
    assert "nobody ever leaves" not in words(pool)
    assert "in some of the models they leave at a purchase, in others at any time" in words(pool)
    with pytest.raises(NotApplicable, match="in others at any time"):
        CHARTS.get("dropout-chances").figure(study_of(pool))


def test_who_is_still_here_is_told_to_be_in_the_tables_only(shop: Valuation) -> None:
    assert "called gone" not in words(shop)
    told = dataclasses.replace(shop, still_here=0.067)
    assert "By the back-test 6.7 % of those called gone are still customers: what is said of customers" in words(told)


def test_a_text_of_the_data_never_enters_a_drawing(shops: Shops) -> None:
    for block in blocks(shops["long_ids"]()):
        if isinstance(block, Figure):
            drawing = svg(block, PAGE)
            assert "x" * 20 not in drawing
            assert "img" not in drawing


def test_the_tables_are_bounded(shop: Valuation) -> None:
    for block in blocks(shop):
        if isinstance(block, Figure):
            assert len(block.table.rows) <= 60
            assert len(svg(block, PAGE)) < 60_000, block.name


def test_counts_in_words() -> None:
    found = customers_by_frequency(FrequencyFit(np.array([70.0, 20, 10]), np.array([60.0, 24, 16])))
    assert plain(found) == (
        "100 customers by repeat purchases. To make both alike, 10.0 % of them would have to change their bar. "
        "The widest gap is at 0: 70 customers, 60.0 expected."
    )
    assert [row.cells for row in found.table.rows] == [("0", 70.0, 60.0), ("1", 20.0, 24.0), ("2+", 10.0, 16.0)]


@pytest.mark.parametrize(
    ("expected", "verdict"),
    [(12.0, "10 happened: the forecast was 20.0 % too high."), (9.0, "10 happened: the forecast was 10.0 % too low.")],
)
def test_a_look_back_in_words(expected: float, verdict: str) -> None:
    origin = dt.date(2011, 8, 7)
    held = Holdout(origin, 124, np.array([4.0, 0.0]), np.array([10.0, 0.0]), np.array([expected, 0.0]))
    figure = holdout(held)
    assert verdict in plain(figure)
    assert [row.cells for row in figure.table.rows] == [("0", 4.0, 2.5, expected / 4), ("1+", 0.0, None, None)]
    nothing = holdout(dataclasses.replace(held, actual=np.zeros(2)))
    assert "0 happened. The chart" in plain(nothing)


def test_leaving_in_words() -> None:
    few = Differences("chance at each purchase", np.array([0.0, 0.01, 0.02]), np.array([0.9, 0.08]), 0.02, 0.004)
    assert "the chance of leaving at each purchase is 0.4 %; 2.0 % have a chance above 2 %." in plain(
        dropout_chances(few)
    )
    whole = dataclasses.replace(few, trait="chance within a year", beyond=0.0)
    assert "of leaving within a year is 0.4 %. Leaving is never seen" in plain(dropout_chances(whole))


def test_one_customer_in_words() -> None:
    days = [dt.date(2011, 1, 3), dt.date(2011, 2, 1), dt.date(2011, 9, 1)]
    history = alive.alive_history(pareto_nbd(), "a<b", days, dt.date(2011, 9, 30))
    lowest = history.days[int(np.argmin(history.probability_alive))]
    assert lowest == dt.date(2011, 8, 31)
    text = plain(alive_history(history))
    assert text.startswith("Customer a<b, 3 purchase days from 3 January 2011 to 1 September 2011:")
    assert "lowest on 31 August 2011" in text
    assert "on 30 September 2011." in text
