"""Ascending factorials with a base of each history's own, against fifty digits."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest

from regulars.models.ascending import log_ascending

BASES = (1e-6, 0.01, 0.3, 1.0, 5.5, 15.9, 16.0, 40.0, 1e4, 1e8)
STEPS = (0, 1, 2, 7, 15, 16, 17, 40, 1000, 10_000)


@pytest.mark.parametrize("smallest", [1e-6, 20.0])
def test_bases_that_differ(smallest: float) -> None:
    """One small base makes the others wait for the series, so all are tried with and without it."""
    bases = [base for base in BASES if base >= smallest]
    c = np.repeat(bases, len(STEPS))
    x = np.tile(STEPS, len(bases))
    value, slope = log_ascending(c, x)
    with mp.workdps(50):
        for i in range(c.size):
            base, steps = mp.mpf(float(c[i])), int(x[i])
            assert value[i] == pytest.approx(float(mp.loggamma(base + steps) - mp.loggamma(base)), rel=1e-13, abs=1e-14)
            assert slope[i] == pytest.approx(float(mp.digamma(base + steps) - mp.digamma(base)), rel=1e-13)


def test_one_base_for_all_is_the_same() -> None:
    x = np.arange(60)
    one, each = log_ascending(0.7, x), log_ascending(np.full(60, 0.7), x)
    assert each[0] == pytest.approx(one[0], rel=1e-14)
    assert each[1] == pytest.approx(one[1], rel=1e-14)
