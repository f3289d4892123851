"""When not to believe the numbers: each reason appears with its cause and only then."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from artificial_fit import on_a_clock, pareto_nbd

from regulars.contract.receipt import ReceiptLine
from regulars.models.certificate import Certificate, Finding
from regulars.models.pooled import PooledFit
from regulars.reporting.measure import Measure
from regulars.reporting.method.doubts import UNFORESEEN, days_of_record, doubts, refunded_share
from regulars.valuation.backtest.drift import Drift
from regulars.valuation.backtest.league import MODEL, Entrant
from regulars.valuation.backtest.rule import Correction
from regulars.valuation.valuation import Tracking, Valuation

Shops = dict[str, Callable[[], Valuation]]


def reasons(valuation: Valuation) -> dict[str, Finding]:
    return {finding.check: finding for finding in doubts(valuation)}


def with_settings(valuation: Valuation, **settings: Any) -> Valuation:
    return dataclasses.replace(valuation, settings=dataclasses.replace(valuation.settings, **settings))


def test_a_shop_in_good_order_has_the_few_doubts_it_deserves(shop: Valuation) -> None:
    # A record of 374 days for a horizon of 365: more than half of it, and notes of the data.
    assert list(reasons(shop)) == ["short record", "back-test", "the record"]


def test_only_a_forecast_that_was_not_tested_is_called_so(shops: Shops) -> None:
    tested, not_tested = reasons(shops["normal"]()), reasons(shops["untested"]())
    assert "no back-test" not in tested
    assert "how far forecasts were off in" in tested["back-test"].sentence
    assert "back-test" not in not_tested
    assert "held against what happened since: the record is too short." in not_tested["no back-test"].sentence
    assert all(UNFORESEEN in one.sentence for one in (tested["back-test"], not_tested["no back-test"]))


def corrected(valuation: Valuation, correction: float, window: int) -> Valuation:
    """The same valuation after windows of so many days whose totals were missed by so much."""
    found = valuation.tested
    assert found is not None
    drift = Drift(correction, 0.1, (correction, correction))
    rule = dataclasses.replace(found.judgement.rule, value=Correction(drift))
    origins = dataclasses.replace(found.league.origins, window=window)
    tested = dataclasses.replace(
        found,
        judgement=dataclasses.replace(found.judgement, rule=rule),
        league=dataclasses.replace(found.league, origins=origins),
    )
    return dataclasses.replace(valuation, tested=tested)


def test_a_correction_by_a_part_of_the_year_may_be_its_season(shop: Valuation) -> None:
    sentence = reasons(corrected(shop, math.log(1.25), 60))["drift or season"].sentence
    assert shop.totals.expected_value is not None
    without = Measure.of(shop).amount(shop.totals.expected_value.expected / 1.25)
    assert "moved by +25.0 %" in sentence
    assert sentence.endswith(f"Without it the forecast would be {without}.")
    # Windows of whole years hold every season, and what was not corrected needs no doubt.
    assert "drift or season" not in reasons(corrected(shop, math.log(1.25), 365))
    assert "drift or season" not in reasons(corrected(shop, 0.0, 60))


def test_notes_of_the_data_and_the_run_are_said_once(shop: Valuation) -> None:
    said = [finding.sentence for finding in doubts(shop)]
    for note in (*shop.receipt.notes, *shop.notes):
        assert said.count(note) == 1


@pytest.mark.parametrize(("customers", "doubted"), [(99, True), (100, False)])
def test_few_customers(shop: Valuation, customers: int, *, doubted: bool) -> None:
    totals = dataclasses.replace(shop.totals, customers=customers)
    assert ("few customers" in reasons(dataclasses.replace(shop, totals=totals))) is doubted


@pytest.mark.parametrize(("came_back", "said"), [(0.0, "Nobody has come back"), (7.0, "7 customers came back")])
def test_few_who_came_back(shop: Valuation, came_back: float, said: str) -> None:
    finding = Finding("repeat buyers", "warning", "Only a few.", came_back)
    fit = dataclasses.replace(shop.transactions, certificate=Certificate((finding,)))
    sentence = reasons(dataclasses.replace(shop, transactions=fit))["few came back"].sentence
    assert sentence.replace("\N{NO-BREAK SPACE}", " ").startswith(said)


def test_dropout_that_is_not_identified_forbids_single_probabilities(shops: Shops) -> None:
    finding = reasons(shops["five_customers"]())["who is alive"]
    assert finding.standing == "warning"
    assert "Do not act on the probability that a single customer is alive" in finding.sentence
    assert "who is alive" not in reasons(shops["normal"]())


@pytest.mark.parametrize(("horizon", "standing"), [(180, None), (188, "note"), (374, "note"), (375, "warning")])
def test_a_record_that_is_short_for_the_horizon(shop: Valuation, horizon: int, standing: str | None) -> None:
    assert days_of_record(shop) == 374
    found = reasons(with_settings(shop, horizon=horizon)).get("short record")
    assert (None if found is None else found.standing) == standing


@pytest.mark.parametrize(
    ("horizon", "doubted"), [(30, True), (354, True), (355, False), (365, False), (500, True), (730, False)]
)
def test_seasons_average_out_over_whole_years_only(shop: Valuation, horizon: int, *, doubted: bool) -> None:
    assert ("seasons" in reasons(with_settings(shop, horizon=horizon))) is doubted


def test_a_record_of_part_of_a_year_carries_its_season_on(shop: Valuation) -> None:
    short = dataclasses.replace(shop, receipt=dataclasses.replace(shop.receipt, first_day="2011-06-01"))
    assert "holds only a part of a year" in reasons(short)["seasons"].sentence


def test_heavy_refunds(shop: Valuation) -> None:
    assert refunded_share(shop) == pytest.approx((460_338.15 + 145_159.14) / 8_911_407.904)
    back = ReceiptLine("valid", "refund of an order", 9, Decimal(-4000000), "taken back")
    heavy = dataclasses.replace(shop, receipt=dataclasses.replace(shop.receipt, lines=(*shop.receipt.lines, back)))
    sentence = reasons(heavy)["refunds"].sentence.replace("\N{NO-BREAK SPACE}", " ")
    assert "Refunds took back 51.7 % of gross sales" in sentence


def test_a_fit_far_from_its_own_record(shop: Valuation) -> None:
    weeks = shop.tracking
    high = dataclasses.replace(shop, tracking=Tracking(weeks.week_start, weeks.actual, 1.2 * weeks.actual))
    assert "20.0\N{NO-BREAK SPACE}% more repeat purchases than there were" in reasons(high)["fit"].sentence
    few = Tracking(weeks.week_start[:1], weeks.actual[:1], 2.0 * weeks.actual[:1])
    assert "fit" not in reasons(dataclasses.replace(shop, tracking=few))


def test_without_money_there_are_no_refunds(shops: Shops) -> None:
    assert refunded_share(shops["no_money"]()) is None


def test_a_season_that_was_learned_is_taken_to_stay(shop: Valuation) -> None:
    seasonal = dataclasses.replace(corrected(shop, math.log(1.25), 60), fit=on_a_clock())
    known = reasons(seasonal)
    assert known["seasons"].sentence.startswith("The forecast takes the season of the record to come back as it was")
    mixed = dataclasses.replace(seasonal, fit=PooledFit((on_a_clock(), pareto_nbd()), (0.75, 0.25)))
    assert reasons(mixed)["seasons"].sentence.startswith("75.0\u00a0% of the forecast takes the season of the record")
    # What is left over by a model that knows the season is no season.
    assert "drift or season" not in known


def with_clock(valuation: Valuation, *, reason: str) -> Valuation:
    """The same valuation after a clock was tried, or was not for a reason."""
    found = valuation.tested
    assert found is not None
    trials = () if reason else found.league.contenders[0].trials
    clock = Entrant("bg-nbd+clock", "BG/NBD with season and trend", MODEL, trials=trials, reason=reason)
    league = dataclasses.replace(found.league, entrants=(*found.league.entrants, clock))
    return dataclasses.replace(valuation, tested=dataclasses.replace(found, league=league))


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("", "A season and a trend learned from the record were tried: with them forecasts were no better."),
        ("a season takes two years", "A season was not tried: a season takes two years."),
    ],
)
def test_whether_a_season_was_tried_is_said_with_the_doubt(shop: Valuation, reason: str, said: str) -> None:
    quarter = with_clock(corrected(with_settings(shop, horizon=90), math.log(1.25), 60), reason=reason)
    known = reasons(quarter)
    assert known["seasons"].sentence.endswith(said)
    assert known["drift or season"].sentence.endswith(said)
