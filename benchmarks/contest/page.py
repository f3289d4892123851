"""The league as a page: the promises first, then every set with its split and a table of everyone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from contest.cohorts import Covered
from contest.results import Against, Judged, SetResult, Target
from contest.verdicts import Verdict, average_skills, verdicts
from regulars.valuation.backtest.measures import Measures
from regulars.valuation.backtest.pit import PitGap

HEADINGS = ("", "Skill", "CRPS", "RMSE", "Gini", "Somers’ D", "Bias", "PIT gap", "In 80 %")
WORDS = {True: "yes", False: "**no**", None: "cannot be told"}
HOW = """
`python benchmarks/league.py{option}` writes this page. {other}

Everyone forecasts the same customers (those with a purchase up to the
origin) over the same window, from the same record cut off at the origin; the target is what they did in the
window, orders net of their refunds. Splits and the rule of stability are written in the code before anything is fitted.
What regulars corrects, and how it checks that, was developed with the outcomes on these sets in sight: they show what
it does, and only shops that nobody here has seen can test it.

* **regulars** is a plain run with {options}; nothing is set per set but whether orders worth nothing
  count, as the published fits do.
* **lifetimes** 0.11.3 gets the same histories in weeks, and Gamma-Gamma. Its means are its own; it has no distribution
  of value, so CRPS, PIT and intervals are those of the same laws at its parameters.
* **LightGBM on RFM** is LightGBM's defaults on days since last and first purchase, purchases, value and mean value
  in a window, learned from the window before the origin; one quantile regression per level.
* The **plain rules** look at the window before the origin too. No record here reaches back two horizons, so that window
  is half of the record, and what was done in it is carried to the horizon in proportion to the days.

Skill is 1 − CRPS / CRPS of “what all customers did in the window before”. Gini is normalised: 1 is the right order of
customers. Somers’ D counts pairs with unequal outcomes, ties in the forecast one half. The PIT gap is allowed
0.03 + 1.36/√n. Differences: the same draws of customers for both sides, middle 95 %; above zero regulars is better.

**How much the first promise asks.** The best of the others is picked by what happened, anew for every measure, and one
comparison in forty puts such a side ahead beyond chance where both are equally good. On simulated shops of these
sizes the truth itself, forecasting with the parameters that made the shop, was worse beyond chance than the best of
three fitted models in 3.1 of 56 comparisons on average, in at most 10, and at least once in every one of 30 leagues:
in 18 % of those by Somers’ D (the order of the means is not the one most pairs have), 3 % by Gini, 0.5 % by CRPS and by
RMSE (`python benchmarks/truth.py`). So nobody could keep that promise on all sets; how many are missed is what tells.
"""


PLAIN = {
    "option": "",
    "other": "With boosted trees inside regulars: [another page](league-learners.md).",
    "options": "every option at its default",
}
WITH_LEARNERS = {
    "option": " --learners",
    "other": "Without boosted trees inside regulars: [another page](league.md).",
    "options": "`--learners`, so that boosted trees compete with the models, and every other option at its default",
}


def page(results: Sequence[SetResult], machine: str, *, learners: bool) -> str:
    """Return the page in Markdown; `learners` says whether boosted trees competed inside regulars."""
    title = "# The league: forecasts against what happened"
    parts = [
        f"{title}, with learners" if learners else title,
        HOW.strip().format(**(WITH_LEARNERS if learners else PLAIN)),
        machine,
        "## What was promised, and what holds",
        _promises(verdicts(results)),
        "## Average skill",
        _averages(results),
        "## What was settled before fitting",
        _settled(results),
        *(part for result in results for part in _set(result)),
    ]
    return "\n\n".join(parts) + "\n"


def _promises(found: Sequence[Verdict]) -> str:
    lines = [f"* {verdict.promise}: {WORDS[verdict.holds]}" + _reasons(verdict.reasons) for verdict in found]
    return "\n".join(lines)


def _reasons(reasons: Sequence[str]) -> str:
    if len(reasons) == 1:
        return f" ({reasons[0]})"
    return "".join(f"\n    * {reason}" for reason in reasons)


def _averages(results: Sequence[SetResult]) -> str:
    said = "The mean over sets of the mean over purchases and, where there is money, money."
    rows = [(title, f"{skill:.4f}") for title, skill in average_skills(results).items()]
    return f"{said}\n\n{_table(('', 'Skill'), rows)}"


def _settled(results: Sequence[SetResult]) -> str:
    rows = [
        (
            result.split.name,
            f"{result.split.origin}",
            f"{result.split.horizon:,}",
            f"{result.customers:,}",
            target.name,
            target.stability.why,
            "stable" if target.stability.stable else "not stable",
        )
        for result in results
        for target in result.targets
    ]
    headings = ("Set", "Origin", "Days", "Customers", "Target", "Reference at three earlier days: bias ± error", "Rule")
    said = (
        "A set is called stable where a plain Pareto/NBD, fitted at the ends of the first three quarters of the record "
        "before the origin, hit the total of each following quarter to within 5 % or twice its standard error, where "
        "that error is no more than 5 %."
    )
    return f"{said}\n\n{_table(headings, rows)}"


def _set(result: SetResult) -> Iterator[str]:
    split = result.split
    yield f"## {split.name}"
    yield f"Forecast on {split.origin} for {split.horizon:,} days, {result.customers:,} customers (`{split.file}`)."
    for target in result.targets:
        yield f"**{target.name.capitalize()}**"
        yield _table(HEADINGS, [_row(target, judged) for judged in target.judged])
        yield _gaps(target)
        yield _table(("Measure", "Best of the others", "regulars is better by", "95 %"), map(_against, target.against))
        yield "80 % intervals of cohort totals: " + "; ".join(map(_covered, target.covered)) + "."
    if result.remarks:
        yield "\n".join(f"* {title}: {remark}" for title, remark in result.remarks)


def _row(target: Target, judged: Judged) -> tuple[str, ...]:
    found = judged.measures
    numbers: tuple[Callable[[Measures], str], ...] = (
        lambda one: _number(one.crps),
        lambda one: _number(one.rmse),
        lambda one: _fixed(one.gini),
        lambda one: _fixed(one.somers),
        lambda one: _share(one.bias, "+"),
        lambda one: _fixed(one.pit_gap),
        lambda one: _share(one.coverage),
    )
    return (judged.title, _fixed(target.skill(judged)), *(number(found) for number in numbers))


def _gaps(target: Target) -> str:
    names = ("overall", "lowest third", "middle third", "highest third")
    found = zip(names, (target.ours.overall, *target.ours.thirds), strict=False)
    error = target.ours.measures.bias_error
    return (
        f"regulars: PIT gap {'; '.join(_gap(name, gap) for name, gap in found)}. "
        f"Standard error that the forecast gives its own total: {_share(error)}."
    )


def _gap(name: str, gap: PitGap) -> str:
    return f"{name} {gap.gap:.3f} (allowed {gap.bound:.3f})"


def _against(one: Against) -> tuple[str, ...]:
    found = one.difference
    return one.measure, one.other, _signed(found.better), f"{_signed(found.low)} to {_signed(found.high)}"


def _covered(one: Covered) -> str:
    return f"{one.inside} of {one.cohorts} inside ({one.where})"


def _number(number: float | None) -> str:
    return "–" if number is None else f"{number:,.4g}"


def _fixed(number: float | None) -> str:
    return "–" if number is None else f"{number:.3f}"


def _signed(number: float) -> str:
    return f"{number:+.3g}"


def _share(number: float | None, sign: str = "") -> str:
    return "–" if number is None else f"{number:{sign}.1%}".replace("%", " %")


def _table(headings: Sequence[str], rows: Iterable[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(cells) + " |" for cells in (headings, ["---"] * len(headings), *rows)]
    return "\n".join(lines)
