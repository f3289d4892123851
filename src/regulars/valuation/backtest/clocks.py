"""The models on a calendar clock as contenders: those that forecast best without one, where each origin can tell one.

A clock costs several climbs, so only the best models that can run on one are tried with it. What it is learned from is
what was known at each origin. Where the likelihood at some origin says that season and trend together are no more than
chance, nothing is tried: a clock that runs evenly is the plain model.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from regulars.errors import NotApplicable
from regulars.models.effects.clock_fit import ClockFit
from regulars.models.effects.moves import Moves
from regulars.models.fit import Fit
from regulars.models.likelihood_ratio import likelihood_ratio
from regulars.models.spend.gamma_gamma_by_rate import UNLIKELY
from regulars.periods import Unit
from regulars.valuation.backtest.as_known import AsKnown
from regulars.valuation.calendar import OnCalendar

if TYPE_CHECKING:
    from regulars.valuation.backtest.league import Entrant

# How many models are tried on a clock, the best first.
BEST = 2


def best_without(ranked: Sequence[Entrant]) -> list[tuple[OnCalendar, tuple[Fit, ...]]]:
    """Return the best models that can run on a clock, with their plain fits at each origin; `ranked` is in order.

    Of the best, those of fewer parameters come first: a model may end where a simpler one is.
    """
    found = {
        model.name: (model, one.fits)
        for one in reversed(ranked)
        if one.contender and (model := one.contender.plain) and isinstance(getattr(model, "moves", None), Moves)
    }
    order = dict.fromkeys(one.contender.model.name for one in ranked if one.contender)
    best = [found[name] for name in order if name in found][:BEST]
    return [(OnCalendar(model), fits) for model, fits in sorted(best, key=lambda one: len(one[0].parameters))]


def fitted_on_clocks(
    model: OnCalendar, plain: Sequence[Fit], known: Sequence[AsKnown], unit: Unit
) -> tuple[ClockFit, ...]:
    """Return the fit on a clock at each origin, the latest first, each from the plain fit of the same origin.

    Raises `NotApplicable` where some origin cannot tell a clock, and where it shows none beyond chance.
    """
    fits: list[ClockFit] = []
    # The earliest first: what is too short for a season is too short there.
    for fit, one in reversed([*zip(plain, known, strict=True)]):
        if not one.repeats:
            raise NotApplicable(f"by {one.origin} no season could be seen twice: that takes two years")
        near = fits[-1] if fits else None
        found = model.refit(fit, one.on_calendar(unit), near=near)
        gained, effects = found.log_likelihood - fit.log_likelihood, len(found.model.clock.names)
        test = likelihood_ratio(fit.model.title, model.title, gained, effects, "inside")
        if not test.p_value < UNLIKELY:
            raise NotApplicable(f"by {one.origin} purchases showed no season and no trend beyond chance")
        fits.append(found)
    return tuple(reversed(fits))
