"""Which fits may be held against each other, how they stand, and which are special cases of others.

Log-likelihoods, and AIC and BIC with them, can be compared for the same customers and the same kind of data only: the
days of purchases have a density per unit of time, seasons with or without a purchase a probability, and renewals are
another matter. A density changes with the unit; for x repeat purchases

    log L in days = log L in weeks - Σx log 7                                                (1)

so fits in other units are brought to that of the first.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from regulars.errors import InputError
from regulars.models.fit import Fit
from regulars.models.likelihood_ratio import LikelihoodRatio, likelihood_ratio


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
        head = f"{'':<18} {'parameters':>10} {'log L':>14} {'AIC':>14} {'BIC':>14} {'ΔAIC':>10} {'ΔBIC':>10}"
        lines: list[str] = []
        for group in self.groups:
            lines += [head, *(_line(standing) for standing in group), ""]
        return "\n".join([*lines, *map(str, self.tests), *self.refusals]).rstrip()


def compare(fits: Sequence[Fit]) -> Comparison:
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
    groups: list[list[Fit]] = []
    refusals: list[str] = []
    for fit in fits:
        reasons = [why_not(group[0], fit) for group in groups]
        if None in reasons:
            groups[reasons.index(None)].append(fit)
        else:
            refusals += [reason for reason in reasons if reason]
            groups.append([fit])
    tests = [test for group in groups for pair in itertools.permutations(group, 2) for test in _tests(*pair)]
    standings = tuple(_standings(group, fits[0]) for group in groups)
    return Comparison(standings, tuple(tests), tuple(refusals), fits[0].unit.value)


def why_not(one: Fit, other: Fit) -> str | None:
    """Return why the likelihoods of two fits cannot be compared; None where they can."""
    pair = f"{one.model.title} and {other.model.title} cannot be compared"
    kinds = kind_of(one), kind_of(other)
    if kinds[0] != kinds[1]:
        return f"{pair}: their likelihoods are of different kinds, {kinds[0]} and {kinds[1]}"
    if one.fingerprint is None or other.fingerprint is None:
        return f"{pair}: it is not known whether they were fitted to the same customers"
    if not one.fingerprint.matches(other.fingerprint):
        return f"{pair}: they were fitted to different customers, or to the same up to another day"
    return None


def kind_of(fit: Fit) -> str:
    """Return what the likelihood of a fit is a density of."""
    return str(getattr(fit.model, "likelihood_kind", "continuous"))


def in_unit_of(fit: Fit, first: Fit) -> float:
    """Return the log-likelihood of `fit` by (1) in the unit of `first`."""
    if kind_of(fit) != "continuous" or fit.unit is first.unit or fit.fingerprint is None:
        return fit.log_likelihood
    return fit.log_likelihood + fit.fingerprint.repeat_purchases * math.log(first.unit.days / fit.unit.days)


def _tests(smaller: Fit, larger: Fit) -> list[LikelihoodRatio]:
    """Return the test of `smaller` inside `larger`, or nothing where it is no special case."""
    place = getattr(larger.model, "special_cases", {}).get(smaller.model.name)
    degrees = larger.theta.size - smaller.theta.size
    if place is None or degrees < 1:
        return []
    gained = larger.log_likelihood - in_unit_of(smaller, larger)
    return [likelihood_ratio(smaller.model.title, larger.model.title, gained, degrees, place)]


def _standings(group: list[Fit], first: Fit) -> tuple[Standing, ...]:
    moved = [in_unit_of(fit, first) - fit.log_likelihood for fit in group]
    aic = [fit.aic - 2.0 * more for fit, more in zip(group, moved, strict=True)]
    bic = [fit.bic - 2.0 * more for fit, more in zip(group, moved, strict=True)]
    standings = [
        Standing(fit.model.title, fit.theta.size, fit.log_likelihood + more, a, b, a - min(aic), b - min(bic))
        for fit, more, a, b in zip(group, moved, aic, bic, strict=True)
    ]
    return tuple(sorted(standings, key=lambda standing: standing.bic))


def _line(standing: Standing) -> str:
    s = standing
    return (
        f"{s.title:<18} {s.parameters:>10} {s.log_likelihood:>14,.3f} {s.aic:>14,.3f} {s.bic:>14,.3f} "
        f"{s.aic_difference:>10,.2f} {s.bic_difference:>10,.2f}"
    )
