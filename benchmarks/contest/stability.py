"""Whether a set behaved, before the origin, the way a textbook model expects: then its total may be asked for.

The record before the origin is parted into four quarters. At the end of each of the first three, a plain Pareto/NBD
with Gamma-Gamma spend (maximum likelihood, no correction of any kind) is fitted to what was known then and forecasts
the total of the quarter that followed. The set is called stable where each of the three totals was hit to within
max(5 %, twice the standard error that the forecast gives its own total), and where a miss would have been
seen: that standard error is at most 5 %.

The bound is the one that the total after the origin is judged by. The rule looks at nothing after the origin, and its
model is fixed here whatever the project's own choice would be, so that a better choice cannot make the list
shorter. Why not compare customers of equal age between quarters, without a model: customers who all came at
once share no age, and the first customers of a record are often older than it knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from contest.case import UNIT
from regulars.errors import NotApplicable
from regulars.models.transactions import MODELS
from regulars.valuation.backtest.as_known import AsKnown
from regulars.valuation.backtest.contenders import fitted, said, spends_at
from regulars.valuation.backtest.measures import Measures, measured
from regulars.valuation.spend_way import REPEAT

REFERENCE = "pareto-nbd"
ALLOWED = 0.05
ERRORS = 2.0


@dataclass(frozen=True)
class Look:
    """How far the forecast total was from the actual one in one quarter, as a share, and its standard error."""

    bias: float
    error: float

    @property
    def within(self) -> bool:
        """Whether the total was hit, and a miss would have been seen."""
        return self.error <= ALLOWED and abs(self.bias) <= allowed(self.error)

    @property
    def text(self) -> str:
        """The look in words."""
        return f"{self.bias:+.1%} ± {self.error:.1%}".replace("%", " %")


def allowed(error: float) -> float:
    """Return how far a total may be off: 5 %, or twice its standard error where that is more."""
    return max(ALLOWED, ERRORS * error)


@dataclass(frozen=True)
class Stability:
    """The looks at one set, earliest first; None where the reference could not be fitted or nothing was bought."""

    looks: tuple[Look | None, ...]

    @property
    def stable(self) -> bool:
        """Whether the rule calls the set stable."""
        return bool(self.looks) and all(look is not None and look.within for look in self.looks)

    @property
    def why(self) -> str:
        """The looks in words.

        >>> Stability((Look(0.02, 0.01), None)).why
        '+2.0 % ± 1.0 %; none'
        """
        return "; ".join("none" if look is None else look.text for look in self.looks)


def stability(looks: Sequence[AsKnown], *, has_money: bool, seed: int) -> tuple[Stability, ...]:
    """Return what the rule says of purchases and, where there is money, of money."""
    found = [_reference(look, has_money=has_money, seed=seed) for look in looks]
    purchases = Stability(tuple(_look(one and one[0]) for one in found))
    return (purchases, Stability(tuple(_look(one and one[1]) for one in found))) if has_money else (purchases,)


def _reference(known: AsKnown, *, has_money: bool, seed: int) -> tuple[Measures, Measures | None] | None:
    try:
        by_days = spends_at(known, has_money=has_money)
        fit = fitted(MODELS.get(REFERENCE), known, UNIT)
        both = said(fit, known, by_days, threads=2)[REPEAT]
    except (NotApplicable, KeyError):
        return None
    purchases = measured(both.purchases, known.purchases_later, seed=seed)
    return purchases, measured(both.value, known.value_later, seed=seed) if has_money else None


def _look(found: Measures | None) -> Look | None:
    if found is None or found.bias is None or found.bias_error is None:
        return None
    return Look(found.bias, found.bias_error)
