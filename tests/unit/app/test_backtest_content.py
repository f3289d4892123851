"""The back-test in run.json: everything that was tried and taken, undefined numbers as null beside their count."""

from __future__ import annotations

import dataclasses
import json

from artificial_backtest import backtest_of
from artificial_shops import normal

from regulars.app.backtest_content import backtest_content
from regulars.valuation.backtest.still import Still
from regulars.valuation.backtest.wandering import Wandering


def test_it_says_what_was_tried_taken_and_corrected() -> None:
    valuation = normal()
    found = valuation.tested
    assert found is not None
    content = backtest_content(valuation)
    json.dumps(content, allow_nan=False)
    assert [one["title"] for one in content["league"]] == [one.title for one in found.league.entrants]
    assert content["taken"]["weights"] == {
        one.name: weight for one, weight in zip(found.judgement.rule.members, found.judgement.rule.weights, strict=True)
    }
    earlier = found.judgement.earlier
    assert earlier is not None
    assert list(content["taken_by_the_earlier_origins"]["weights"]) == [one.name for one in earlier.members]
    assert content["taken"]["purchases"]["shock_of_a_cohort"] == found.judgement.rule.purchases.group_shock
    untried = next(one for one in content["league"] if one["name"] == "gompertz-nbd")
    assert (untried["trials"], untried["skill"], untried["reason"]) == ([], None, "the time budget was over")


def test_every_measure_is_there_and_missing_means_are_counted() -> None:
    content = backtest_content(dataclasses.replace(normal(), tested=backtest_of(mean=False)))
    best = next(one for one in content["league"] if one["name"] == "pareto-nbd")
    purchases, value = (best["trials"][0][thing] for thing in ("purchases", "value"))
    assert {"crps", "rmse", "bias", "bias_error", "gini", "somers", "spearman", "chi_square"} <= set(purchases)
    assert {"pit_gap", "coverage", "width", "median_error", "capture"} <= set(purchases)
    assert purchases["without_mean"] == 0
    assert None not in (purchases["rmse"], purchases["spearman"])
    assert value["without_mean"] == 1
    assert (value["rmse"], value["spearman"], value["capture"]) == (None, None, None)
    assert content["value"]["deciles"] == []
    groups = content["value"]["by_quarter_of_first_purchase"]
    assert sum(one["without_mean"] for one in groups) == 1


def test_without_a_test_the_reason_stands_there() -> None:
    valuation = dataclasses.replace(normal(), tested=None, untested="the record is too short")
    assert backtest_content(valuation) == {"tested": False, "reason": "the record is too short"}


def test_it_says_who_is_still_here_and_how_customers_own_paces_wander() -> None:
    found = backtest_of()
    wanders = Wandering(drift=3e-4, noise=-1.0, seen=((130.0, 45.0, 0.03, 0.01),))
    rule = dataclasses.replace(found.judgement.rule, still=Still(0.08, (0.09, 0.07)), wandering=wanders)
    judgement = dataclasses.replace(found.judgement, rule=rule)
    tested = dataclasses.replace(found, judgement=judgement)
    content = backtest_content(dataclasses.replace(normal(), tested=tested, still_here=0.05))
    assert content["still_here_today"] == 0.05
    assert content["taken"]["still_here"] == {"share": 0.08, "likeliest_by_window": [0.09, 0.07]}
    assert content["taken"]["own_pace"] == {
        "variance_per_day": 3e-4,
        "variance_times_days": -1.0,
        "looks": [{"age_days": 130.0, "days": 45.0, "variance": 0.03, "standard_error": 0.01}],
    }
