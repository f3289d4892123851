"""The textbook numbers: the ones everybody knows, and what is undefined says why."""

from __future__ import annotations

import json
from typing import Any

import pytest

from regulars.app.formula import as_text, formula
from regulars.errors import InputError


def test_sixty_times_four_times_three() -> None:
    answer = formula(60, 4, 3)
    assert answer["textbook LTV"] == answer["annual revenue × years"] == 720.0
    assert answer["revenue of a year"] == 240.0
    assert {line.unit for line in answer.lines} == {"revenue per customer"}


def test_with_a_margin_revenue_and_margin_stand_side_by_side() -> None:
    answer = formula(60, 4, 3, margin=0.4, cac=72)
    assert answer["textbook LTV, revenue"] == 720.0
    assert answer["textbook LTV"] == pytest.approx(288.0)
    assert answer["LTV:CAC"] == pytest.approx(4.0)
    assert answer["net value"] == pytest.approx(216.0)
    assert answer["payback"] == pytest.approx(72 / 96)


@pytest.mark.parametrize("stays", [{"retention": 0.8}, {"churn": 0.2}])
def test_four_values_of_one_customer(stays: dict[str, float]) -> None:
    answer = formula(100, 1, discount=0.1, **stays)
    assert [round(line.value or 0.0) for line in answer.lines] == [100, 500, 367, 267, 333]


@pytest.mark.parametrize(
    ("options", "name", "reason"),
    [
        ({"lifespan": 3, "cac": 10}, "LTV:CAC", "on margin only"),
        ({"lifespan": 3, "cac": 10}, "payback", "on margin only"),
        ({"lifespan": 3, "cac": 0, "margin": 0.4}, "LTV:CAC", "cost of 0"),
        ({"lifespan": 1, "cac": 500, "margin": 0.4}, "payback", "longer than the lifespan"),
        ({"churn": 0}, "revenue / churn", "nobody ever leaves"),
        ({"retention": 1, "discount": 0}, "discounted, first payment today", "no end"),
    ],
)
def test_what_is_undefined_says_why(options: dict[str, Any], name: str, reason: str) -> None:
    answer = formula(60, 4, **options)
    line = next(line for line in answer.lines if line.name == name)
    assert line.value is None
    assert reason in line.reason
    assert reason in as_text(answer)
    json.dumps(answer.to_json(), allow_nan=False)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "how long customers stay"),
        ({"lifespan": -1}, "the lifespan must be zero or more"),
        ({"lifespan": float("nan")}, "the lifespan must be zero or more"),
        ({"lifespan": float("inf")}, "the lifespan must be zero or more"),
        ({"lifespan": 3, "margin": 40}, "0.4 is 40 %"),
        ({"churn": 20}, "0.2 is 20 % a year"),
        ({"churn": 0.2, "retention": 0.8}, "give one of them"),
        ({"lifespan": 3, "discount": 0.1}, "needs a churn or a retention"),
        ({"churn": 0.2, "discount": -0.1}, "0.10 is 10 % a year"),
        ({"lifespan": 3, "cac": -1}, "must be zero or more"),
    ],
)
def test_a_wrong_input_is_one_sentence(options: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        formula(60, 4, **options)


def test_every_line_says_what_it_leaves_out() -> None:
    text = as_text(formula(60, 4, 3, margin=0.4, cac=60, churn=0.3, discount=0.1))
    answer = formula(60, 4, 3, margin=0.4, cac=60, churn=0.3, discount=0.1)
    assert all(line.leaves_out for line in answer.lines)
    assert "288.00  margin per customer" in text
    assert "What they leave out" in text
