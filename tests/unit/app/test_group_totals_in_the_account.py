"""The totals of cohorts and segments in run.json, and the reason where they are left out."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from artificial_shops import normal

from regulars.app.request import Request
from regulars.app.run_file import as_json, describe
from regulars.valuation.valuation import GroupTotal, Interval, Valuation

ONE = GroupTotal("Champions", 7, Interval(2.0, 1.0, 4.0), None)


def account(valuation: Valuation) -> Any:
    return json.loads(as_json(describe(valuation, Request(), acquisition=None, report=None, files={}, steps=())))


def test_they_stand_there_with_their_intervals() -> None:
    content = account(dataclasses.replace(normal(), segment_totals=(ONE,), cohort_totals=(ONE,)))
    (segment,), (cohort,) = content["segment_totals"], content["cohort_totals"]
    assert (segment["segment"], segment["customers"]) == ("Champions", 7)
    assert cohort["acquired_in"] == "Champions"
    bought = segment["expected_purchases"]
    assert (bought["expected"], bought["low"], bought["high"], bought["interval"]) == (2.0, 1.0, 4.0, 0.8)
    assert segment["expected_value"]["expected"] is None
    assert segment["expected_value"]["reason"]
    assert content["totals_of_groups_reason"] is None


def test_why_they_are_left_out() -> None:
    assert "without a report" in account(normal())["totals_of_groups_reason"]
    untested = dataclasses.replace(normal(), tested=None, untested="the record is too short")
    assert account(untested)["totals_of_groups_reason"].endswith("the record is too short")


def test_the_back_test_says_how_many_held() -> None:
    content = account(normal())["backtest"]
    assert "shock_of_a_segment" in content["taken"]["value"]
    titles = [one["title"] for one in content["value"]["totals_inside_their_intervals"]]
    assert titles == ["acquired in", "segment"]
    for one in content["value"]["totals_inside_their_intervals"]:
        assert one["nominal"] == sorted(one["nominal"])
        assert all(0 <= inside <= one["totals"] for inside in one["inside"])
