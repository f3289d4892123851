"""The season in run.json: the pace of each month where the fit knows one, null where it does not."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from artificial_fit import on_a_clock
from artificial_shops import normal

from regulars.app.request import Request
from regulars.app.run_file import as_json, describe
from regulars.valuation.valuation import Valuation


def season(valuation: Valuation) -> Any:
    content = describe(valuation, Request(), acquisition=None, report=None, files={}, steps=())
    return json.loads(as_json(content))["season"]


def test_it_stands_there_month_by_month() -> None:
    found = season(dataclasses.replace(normal(), fit=on_a_clock()))
    assert len(found["pace_by_month"]) == 12
    assert sum(found["pace_by_month"]) / 12 == pytest.approx(1.0, abs=0.02)
    assert found["share_of_the_forecast"] == 1.0
    assert found["trend_per_year"] == pytest.approx(0.105, abs=1e-3)


def test_a_model_without_a_calendar_has_none() -> None:
    assert season(normal()) is None
