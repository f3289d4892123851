"""The number of purchases in t of a customer who stays: negative binomial, in logarithms.

A rate λ ~ Gamma(r+x, A) gives

    log P(n) = log Γ(r+x+n)/Γ(r+x) - log n! - (r+x) log(1 + t/A) - n log(1 + A/t)        (1)

with the gamma ratio as a sum of logarithms, so that no large numbers cancel.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from regulars.models.ascending import cumulated
from regulars.models.lives import Floats


@dataclass(frozen=True, eq=False)
class GammaPoisson:
    """What of (1) does not depend on time: `shape` r+x, the counts n on the last axis, their factor."""

    shape: Floats
    number: Floats
    log_factor: Floats

    @classmethod
    def of(cls, r: float, x: Floats, n: Floats) -> GammaPoisson:
        """Return (1) for whole `x`, which broadcasts against the counts `n` on the last axis."""
        rising = cumulated(np.log(r + np.arange(int(x.max(initial=0)) + int(n.max(initial=0)))))
        from_x = rising[(x + n).astype(np.int64)] - rising[x.astype(np.int64)]
        return cls(r + x, n, from_x - special.gammaln(n + 1.0))

    def log_pmf(self, scale: Floats, t: float | Floats) -> Floats:
        """Return (1) at the rates A in `scale` and times t > 0, both of which broadcast like x."""
        return self.log_factor - self.shape * np.log1p(t / scale) - self.number * np.log1p(scale / t)
