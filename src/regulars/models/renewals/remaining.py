"""What is left of a contract: its expected further renewals, over a time or to the end, discounted or not.

A contract that was renewed n times has, with v = 1/(1 + d) per renewal period,

    R(n) = Σ_{k≥1} v^k S(n+k)/S(n) = v r(n+1) (1 + R(n+1))                                (1)

a sum of positive terms, taken from the far end backwards. Fader & Hardie (2010), Customer-base valuation in a
contractual setting, Marketing Science 29(1), count the coming payment as well and from its date on:
their DEL of a new contract is 1 + R(0), their DRL of one renewed n - 1 times and facing the n-th is R(n-1)/v.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from regulars.errors import NotApplicable
from regulars.models.asked import whole_numbers

if TYPE_CHECKING:
    from regulars.models.renewals.cohorts import Floats
    from regulars.models.renewals.renewal_model import RenewalModel

# e^-40 of the next renewal's worth is left beyond this many times 1/log(1 + d).
NEGLIGIBLE = 40.0
MOST_TERMS = 400_000


def within(model: RenewalModel, theta: Floats, n: Floats, periods: int, discount: float) -> Floats:
    """Return the sum (1) over the next `periods` renewals, per contract renewed `n` times."""
    if periods == 0 or n.size == 0:
        return np.zeros(n.shape)
    curve = log_survival(model, theta, int(n.max()) + periods)
    ahead = np.arange(1, periods + 1)
    # One row per distinct n: contracts with the same number of renewals have the same future.
    distinct, where = np.unique(n.astype(np.int64), return_inverse=True)
    chances = np.exp(curve[distinct[:, None] + ahead] - curve[distinct][:, None])
    return (chances @ np.exp(-ahead * np.log1p(discount)))[where.reshape(n.shape)]


def to_the_end(model: RenewalModel, theta: Floats, n: Floats, discount: float) -> Floats:
    """Return the sum (1) without end, per contract renewed `n` times.

    Raises `NotApplicable` without a discount, where the sum may be infinite, and where it is too small to sum.
    """
    if discount == 0.0:
        raise NotApplicable(
            "remaining renewals have no end to be summed to at a discount of zero; give a number of them"
        )
    terms = int(np.ceil(NEGLIGIBLE / np.log1p(discount)))
    if terms > MOST_TERMS:
        raise NotApplicable(
            f"a discount of {discount:g} per renewal leaves {terms:,} renewals to sum; give a number of them"
        )
    if n.size == 0:
        return np.zeros(n.shape)
    last = int(n.max())
    kept = np.exp(model.log_retention(theta, np.arange(1.0, last + terms + 1.0))[0]) / (1.0 + discount)
    sums = np.zeros(last + 1)
    rest = 0.0
    for place in range(kept.size - 1, -1, -1):
        rest = float(kept[place]) * (1.0 + rest)
        if place <= last:
            sums[place] = rest
    return sums[n.astype(np.int64)]


def log_survival(model: RenewalModel, theta: Floats, longest: int) -> Floats:
    """Return log S(n) for n = 0, 1 … `longest`."""
    kept = model.log_retention(theta, np.arange(1.0, longest + 1.0))[0]
    return np.concatenate([np.zeros(1), np.cumsum(kept)])


def whole(name: str, numbers: ArrayLike) -> Floats:
    """Return `numbers` as an array of whole numbers, zero or more."""
    return whole_numbers(name, numbers, of="renewals")
