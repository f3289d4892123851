"""Beta-binomial: customers who never leave, each with a chance of buying at every opportunity. The baseline of BG/BB.

With p ~ Beta(α, β), one order of x purchases in j opportunities has the probability

    B(α+x, β+j-x)/B(α, β)                                                                  (1)

Skellam (1948), A Probability Distribution Derived from the Binomial Distribution, JRSS B 10(2).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from regulars.models.ascending import log_ascending
from regulars.models.histories import Integers
from regulars.models.lives import Floats


@dataclass(frozen=True)
class BetaBinomial:
    """The likelihood of (1) and where to start climbing it: what dropout has to beat."""

    title: ClassVar[str] = "beta-binomial"
    cached_rows: ClassVar[int] = 8192

    def starts(self, rate: float, age: float) -> list[Floats]:
        """Return points to start a fit from."""
        return [np.array([1.0, 1.0 / rate])]

    def log_likelihood(self, theta: Floats, x: Floats, recency: Floats, age: Floats) -> tuple[Floats, Floats]:
        """Return log of (1) at j = n per history and its derivatives by alpha, beta."""
        value, by_alpha, by_beta, _ = by_last_seen(theta[0], theta[1], x, age, age)
        return value[0], np.stack([by_alpha[0], by_beta[0]])


def by_last_seen(
    alpha: float, beta: float, x: Floats, first: Floats, last: Floats
) -> tuple[Floats, Floats, Floats, Integers]:
    """Return log of (1), its derivatives by α and β, and j, for j from `first` on; j stops at `last` and stays there.

    All of shape (1 + the longest way from first to last, histories).
    """
    start, end, bought = (values.astype(np.int64) for values in (first, last, x))
    j = np.minimum(start + np.arange(int((end - start).max(initial=0)) + 1)[:, None], end)
    yes, by_yes = log_ascending(alpha, bought)
    no, by_no = log_ascending(beta, j - bought)
    either, by_either = log_ascending(alpha + beta, j)
    return yes + no - either, by_yes - by_either, by_no - by_either, j
