"""The season that a fit found, in numbers to show: pace by month, the trend, and how much of a blend knows them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from artificial_fit import on_a_clock, pareto_nbd

from regulars.models.pooled import PooledFit
from regulars.reporting.charts.pace_by_month import season_in_words
from regulars.valuation.season import season_of


def test_the_pace_of_a_month_is_against_the_average_of_the_year() -> None:
    found = season_of(on_a_clock())
    assert found is not None
    assert found.share == 1.0
    assert found.pace.shape == (12,)
    # exp(0.4 cos + ...) is highest around New Year; months are nearly equally long.
    assert int(found.pace.argmax()) == 0 or int(found.pace.argmax()) == 11
    assert found.pace @ np.array([31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) / 365.25 == pytest.approx(1.0)


def test_the_trend_is_a_share_with_its_error() -> None:
    found = season_of(on_a_clock())
    assert found is not None
    assert found.trend == pytest.approx(np.expm1(0.1))
    assert found.trend_error == pytest.approx(np.exp(0.1) * np.sqrt(1e-3))
    unknown = season_of(dataclasses.replace(on_a_clock(), covariance=np.full((9, 9), np.nan)))
    assert unknown is not None
    assert unknown.trend_error is None
    assert season_in_words(found).endswith("bought 10.5\xa0% faster than a year before.")
    assert season_in_words(unknown).endswith(
        "bought 10.5\xa0% faster than a year before; how sure that is could not be told."
    )
    chance = dataclasses.replace(found, trend_error=0.1)
    assert season_in_words(chance).endswith("neither faster nor more slowly beyond chance.")


def test_the_error_of_the_trend_of_a_blend_is_that_of_all_its_clocks() -> None:
    one = on_a_clock()
    surer = dataclasses.replace(one, covariance=one.covariance / 4.0)
    for pool in (PooledFit((one, surer), (0.5, 0.5)), PooledFit((surer, one), (0.5, 0.5))):
        found = season_of(pool)
        assert found is not None
        assert found.trend_error == pytest.approx(np.exp(0.1) * 0.75 * np.sqrt(1e-3))


def test_a_blend_knows_it_by_the_weight_of_its_clocks() -> None:
    alone, mixed = season_of(on_a_clock()), season_of(PooledFit((on_a_clock(), pareto_nbd()), (0.75, 0.25)))
    assert alone is not None
    assert mixed is not None
    assert mixed.share == pytest.approx(0.75)
    assert mixed.pace == pytest.approx(alone.pace)
    assert season_of(pareto_nbd()) is None
