"""What cohorts of contracts may look like, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from regulars.errors import InputError
from regulars.models.renewals.cohorts import Renewals


def test_cohorts_of_unequal_length_share_one_table() -> None:
    renewals = Renewals(at_risk=[[10, 8, 5], [20]], renewed=[[8, 5, 5], [12]])
    assert renewals.at_risk.tolist() == [[10, 8, 5], [20, 0, 0]]
    assert (renewals.contracts, renewals.lapsed, renewals.longest, len(renewals)) == (30.0, 13.0, 3, 2)


def test_censored_contracts_are_at_risk_as_long_as_they_were_seen() -> None:
    renewals = Renewals.from_contracts(renewed=[2, 2, 0], lapsed=[False, True, False], count=[5, 1, 7])
    assert renewals.at_risk.tolist() == [[6, 6, 1]]
    assert renewals.renewed.tolist() == [[6, 6, 0]]


def test_contracts_first_seen_late_count_as_contracts() -> None:
    renewals = Renewals(at_risk=[0, 10, 14], renewed=[0, 9, 14])
    assert renewals.contracts == 15.0


@pytest.mark.parametrize(
    ("at_risk", "renewed", "words"),
    [
        ([10, 8], [8], "one shape"),
        ([10], [11], "11 renewed of 10 at risk at renewal 1"),
        ([-1], [-1], "zero or more"),
        ([float("inf")], [1], "zero or more"),
        ([], [], "at least one cohort"),
        ([[[1]]], [[[1]]], "one row of numbers"),
    ],
)
def test_impossible_tables_are_refused(at_risk: Any, renewed: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        Renewals(at_risk=at_risk, renewed=renewed)


@pytest.mark.parametrize(("renewed", "lapsed"), [([1.5], [True]), ([-1], [True]), ([1, 2], [True])])
def test_impossible_contracts_are_refused(renewed: Any, lapsed: Any) -> None:
    with pytest.raises(InputError):
        Renewals.from_contracts(renewed=renewed, lapsed=lapsed)


def test_survivors_cannot_grow() -> None:
    with pytest.raises(InputError, match="12 renewed of 10"):
        Renewals.from_survivors([10, 12])
