"""How fits stand to each other: which can be compared, by AIC and BIC, and which are special cases of others.

AIC and BIC are of the likelihood without penalties; a fit that was penalised is not at its top, so no test is made
of it. Fits in other units are brought to that of the first, see (1) in `comparable`.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from regulars.errors import InputError
from regulars.models.comparable import Fitted, in_unit, is_penalised, no_likelihood, title, unit_of, why_not
from regulars.models.likelihood_ratio import LikelihoodRatio, likelihood_ratio
from regulars.models.nesting import place_in
from regulars.periods import Unit


@dataclass(frozen=True)
class Standing:
    """One fit among those it can be compared with; differences are to the best of them, 0 for the best."""

    title: str
    parameters: int
    log_likelihood: float
    aic: float
    bic: float
    aic_difference: float
    bic_difference: float


@dataclass(frozen=True)
class Comparison:
    """Groups of fits that can be compared, the best BIC first; tests of special cases; why the others cannot.

    `unit` is that of all log-likelihoods of purchases.
    """

    groups: tuple[tuple[Standing, ...], ...]
    tests: tuple[LikelihoodRatio, ...]
    refusals: tuple[str, ...]
    unit: str

    def __str__(self) -> str:
        width = max((len(standing.title) for group in self.groups for standing in group), default=0) + 2
        head = f"{'':<{width}} {'parameters':>10} {'log L':>14} {'AIC':>14} {'BIC':>14} {'ΔAIC':>10} {'ΔBIC':>10}"
        lines: list[str] = []
        for group in self.groups:
            lines += [head, *(_line(standing, width) for standing in group), ""]
        return "\n".join([*lines, *map(str, self.tests), *self.refusals]).rstrip()


def compare(fits: Sequence[Fitted]) -> Comparison:
    """Return how `fits` stand to each other: which can be compared, by AIC, BIC and, for special cases, by a test.

    Raises `InputError` for fewer than two fits.

    >>> from regulars.models.histories import Histories
    >>> from regulars.models.transactions import MODELS
    >>> h = Histories(frequency=[2, 1, 0], recency=[30, 2, 0], age=[39, 39, 39], count=[50, 30, 60])
    >>> found = compare([MODELS.get("nbd").fit(h), MODELS.get("pareto-nbd").fit(h)])
    >>> [standing.title for standing in found.groups[0]], found.tests[0].at_edge
    (['Pareto/NBD', 'NBD'], True)
    """
    if len(fits) < 2:
        raise InputError(f"a comparison needs two fits or more, got {len(fits)}")
    groups: list[list[Fitted]] = []
    refusals = [reason for fit in fits if (reason := no_likelihood(fit))]
    for fit in (fit for fit in fits if not no_likelihood(fit)):
        reasons = [why_not(group[0], fit) for group in groups]
        if None in reasons:
            groups[reasons.index(None)].append(fit)
        else:
            refusals += [reason for reason in reasons if reason]
            groups.append([fit])
    pairs = [pair for group in groups for pair in itertools.permutations(group, 2)]
    tests = [test for smaller, larger in pairs if (test := _test(smaller, larger))]
    unit = next((found for fit in fits if (found := unit_of(fit))), Unit.WEEK)
    return Comparison(tuple(_standings(group, unit) for group in groups), tuple(tests), tuple(refusals), unit.value)


def _test(smaller: Fitted, larger: Fitted) -> LikelihoodRatio | None:
    """Return the test of `smaller` inside `larger`; None where it is no special case or a penalty is in the way."""
    place = place_in(smaller, larger)
    degrees = len(larger.params) - len(smaller.params)
    if place is None or degrees < 1 or is_penalised(smaller) or is_penalised(larger):
        return None
    gained = larger.log_likelihood - in_unit(smaller, unit_of(larger) or Unit.WEEK)
    return likelihood_ratio(title(smaller), title(larger), gained, degrees, place)


def _standings(group: list[Fitted], unit: Unit) -> tuple[Standing, ...]:
    moved = [in_unit(fit, unit) - fit.log_likelihood for fit in group]
    aic = [fit.aic - 2.0 * more for fit, more in zip(group, moved, strict=True)]
    bic = [fit.bic - 2.0 * more for fit, more in zip(group, moved, strict=True)]
    standings = [
        Standing(title(fit), len(fit.params), fit.log_likelihood + more, a, b, a - min(aic), b - min(bic))
        for fit, more, a, b in zip(group, moved, aic, bic, strict=True)
    ]
    return tuple(sorted(standings, key=lambda standing: standing.bic))


def _line(standing: Standing, width: int) -> str:
    s = standing
    return (
        f"{s.title:<{width}} {s.parameters:>10} {s.log_likelihood:>14,.3f} {s.aic:>14,.3f} {s.bic:>14,.3f} "
        f"{s.aic_difference:>10,.2f} {s.bic_difference:>10,.2f}"
    )
