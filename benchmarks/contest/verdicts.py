"""The lines that the project promised to hold, each with whether it does and what it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

from contest.cohorts import Coverage
from contest.entrants import OURS
from contest.results import SetResult, Target
from contest.stability import allowed

LOWEST, HIGHEST = 0.74, 0.86
FEWEST_TOTALS = 100


@dataclass(frozen=True)
class Verdict:
    """One promise: whether it holds (None: cannot be told from these sets), and why, one reason a line."""

    promise: str
    holds: bool | None
    reasons: tuple[str, ...]


def verdicts(results: Sequence[SetResult]) -> tuple[Verdict, ...]:
    """Return every promise with its verdict over the sets."""
    return (_not_worse(results), _first(results), _bias(results), _transforms(results), *_cohorts(results))


def average_skills(results: Sequence[SetResult]) -> dict[str, float]:
    """Return each entrant's skill, averaged over the targets of a set and then over sets; the best first.

    Who was not tried on every set has no place.
    """
    by_set = [_skills(result) for result in results]
    everywhere = set.intersection(*(set(skills) for skills in by_set))
    means = {title: fmean(skills[title] for skills in by_set) for title in everywhere}
    return dict(sorted(means.items(), key=lambda pair: -pair[1]))


def _skills(result: SetResult) -> dict[str, float]:
    found: dict[str, list[float]] = {}
    for target in result.targets:
        for judged in target.judged:
            skill = target.skill(judged)
            if skill is not None:
                found.setdefault(judged.title, []).append(skill)
    return {title: fmean(skills) for title, skills in found.items()}


def _each(results: Sequence[SetResult]) -> Iterator[tuple[str, Target]]:
    for result in results:
        for target in result.targets:
            yield f"{result.split.name}, {target.name}", target


def _not_worse(results: Sequence[SetResult]) -> Verdict:
    worse = [
        f"{where}: {one.measure} behind {one.other} by {-one.difference.better:.3g} "
        f"({-one.difference.high:.3g} to {-one.difference.low:.3g})"
        for where, target in _each(results)
        for one in target.against
        if one.difference.worse
    ]
    held = sum(len(target.against) for _, target in _each(results))
    promise = "not worse than the best of the others at 95 % on CRPS, RMSE, Gini or Somers’ D on any set"
    return Verdict(promise, not worse, tuple(worse) or (f"all {held} comparisons",))


def _first(results: Sequence[SetResult]) -> Verdict:
    skills = list(average_skills(results).items())[:4]
    ranking = "; ".join(f"{title} {skill:.3f}" for title, skill in skills)
    return Verdict("first on the average skill over sets", skills[0][0] == OURS, (ranking,))


def _bias(results: Sequence[SetResult]) -> Verdict:
    promise = "|bias| ≤ max(5 %, twice its standard error) on the sets that the rule calls stable"
    reasons, held = [], []
    for where, target in _each(results):
        found = target.ours.measures
        if not target.stability.stable:
            continue
        if found.bias is None or found.bias_error is None:
            reasons.append(f"{where}: no mean")
            held.append(False)
            continue
        limit = allowed(found.bias_error)
        held.append(abs(found.bias) <= limit)
        reasons.append(f"{where}: {found.bias:+.1%}, allowed {limit:.1%}".replace("%", " %"))
    return Verdict(promise, all(held) if held else None, tuple(reasons) or ("the rule calls no set stable",))


def _transforms(results: Sequence[SetResult]) -> Verdict:
    beyond = []
    for where, target in _each(results):
        names = ("overall", "lowest third", "middle third", "highest third")
        if not target.ours.thirds:
            beyond.append(f"{where}: no thirds, a mean does not exist")
        beyond += [
            f"{where}, {name}: {found.gap:.3f}, allowed {found.bound:.3f}"
            for name, found in zip(names, (target.ours.overall, *target.ours.thirds), strict=False)
            if not found.holds
        ]
    promise = "randomised PIT within 0.03 + 1.36/√n, overall and in thirds of the predicted mean"
    return Verdict(promise, not beyond, tuple(beyond) or ("on every set",))


def _cohorts(results: Sequence[SetResult]) -> Iterator[Verdict]:
    for name in ("purchases", "money"):
        clusters = tuple(
            one for _, target in _each(results) if target.name == name for one in target.covered if one.cohorts
        )
        promise = f"80 % intervals of cohort totals of {name} cover 74–86 %, pooled over at least {FEWEST_TOTALS}"
        if sum(one.cohorts for one in clusters) < FEWEST_TOTALS:
            yield Verdict(promise, None, (f"only {sum(one.cohorts for one in clusters)} totals",))
            continue
        found = Coverage(clusters)
        said = f"{found.share:.1%} ± {found.error:.1%} of {found.cohorts} totals".replace("%", " %")
        yield Verdict(promise, LOWEST <= found.share <= HIGHEST, (said,))
