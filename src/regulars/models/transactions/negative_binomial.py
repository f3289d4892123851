"""The number of purchases in t of a customer who stays: negative binomial, in logarithms.

A rate λ ~ Gamma(r+x, A) gives

    log P(n) = log Γ(r+x+n)/Γ(r+x) - log n! - (r+x) log(1 + t/A) - n log(1 + A/t)        (1)

with the gamma ratio as a sum of logarithms, so that no large numbers cancel.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from regulars.models.ascending import cumulated
from regulars.models.lives import Floats


def log_pmf(r: float, x: Floats, scale: Floats, t: float | Floats, n: Floats) -> Floats:
    """Return (1) for whole x and n; `x`, `scale` and `t` broadcast against `n`, which is the last axis."""
    rising = cumulated(np.log(r + np.arange(int(x.max(initial=0)) + int(n.max(initial=0)))))
    from_x = rising[(x + n).astype(np.int64)] - rising[x.astype(np.int64)]
    return from_x - special.gammaln(n + 1.0) - (r + x) * np.log1p(t / scale) - n * np.log1p(scale / t)
