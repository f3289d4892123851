"""Kinds as numbers: the most frequent of the past have one each, everything else is other, unknown stays unknown."""

from __future__ import annotations

import numpy as np

from regulars.valuation.learners.kinds import MOST_KINDS, OTHER, kinds_of


def test_the_most_frequent_have_a_number_by_name_and_the_rest_are_other() -> None:
    past = np.array([f"k{place:03d}" for place in range(500) for _ in range(600 - place)])
    kinds = kinds_of(past)
    assert kinds.names == tuple(f"k{place:03d}" for place in range(MOST_KINDS))
    assert kinds.labels[-1] == OTHER
    np.testing.assert_array_equal(kinds.coded(np.array(["k001", "k499", "never seen", ""])), [1.0, 12.0, 12.0, np.nan])


def test_ties_are_broken_by_name_and_the_order_of_customers_does_not_matter() -> None:
    names = np.array([f"k{place:02d}" for place in range(30)])
    rng = np.random.default_rng(0)
    assert kinds_of(rng.permutation(np.repeat(names, 3))) == kinds_of(names)
    assert kinds_of(names).names == tuple(names[:MOST_KINDS])


def test_where_nothing_is_known_nothing_is() -> None:
    kinds = kinds_of(np.array(["", ""]))
    assert kinds.names == ()
    np.testing.assert_array_equal(kinds.coded(np.array(["", "x"])), [np.nan, 0.0])
