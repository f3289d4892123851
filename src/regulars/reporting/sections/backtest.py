"""How right would such forecasts have been? Every way to forecast, held against what happened after earlier days."""

from __future__ import annotations

import math
from collections.abc import Iterator

from regulars.reporting import captions, formats
from regulars.reporting.charts.coverage import coverage
from regulars.reporting.charts.forecast_by_tenth import forecast_by_tenth, measure_of
from regulars.reporting.document import Block, Column, Paragraph, Row, Section, Table
from regulars.reporting.league import short_league_table
from regulars.reporting.learned import learned
from regulars.reporting.measure import PURCHASES, Measure
from regulars.reporting.outliers import outliers_table
from regulars.reporting.study import Study
from regulars.reporting.totals_held import totals_held_table
from regulars.valuation.backtest.by_group import GroupMeasures
from regulars.valuation.backtest.measures import DECILES, Measures, chance_of
from regulars.valuation.backtest.origins import Origins
from regulars.valuation.backtest.pit import PitGap
from regulars.valuation.backtest.rule import Correction
from regulars.valuation.backtest.still import Still
from regulars.valuation.backtest.tested import Rightness, Tested
from regulars.valuation.backtest.wandering import Wandering
from regulars.valuation.valuation import Valuation

_HOW_TO_READ = (
    "On earlier days everything was done as it was done today, with what was known then, and held against what came "
    "afterwards. What is said about the last window comes from a forecast made with the earlier windows alone, so "
    "nothing was fitted to it."
)


def backtest(study: Study) -> Section:
    """Return the model card: what was tried, what was taken, how it was corrected, how right it was."""
    valuation = study.valuation
    found = valuation.tested
    blocks: tuple[Block, ...]
    if found is None:
        reason = Paragraph(f"No earlier forecast was tested: {valuation.untested}.")
        blocks = (reason, *learned(study, Measure.of(valuation)))
    else:
        blocks = (
            Paragraph(_how_to_read(valuation)),
            Paragraph(valuation.chosen_because),
            *_account(valuation, found),
            *learned(study, measure_of(found, Measure.of(valuation))),
        )
    return Section(
        name="backtest",
        title="How right were earlier forecasts?",
        caption=captions.forecast(valuation, 0, "customer") if found is None else captions.tested(valuation, found),
        blocks=blocks,
    )


def _how_to_read(valuation: Valuation) -> str:
    money = "" if valuation.settings.margin is None else " Money in this section is sales, before the margin."
    return f"{_HOW_TO_READ}{money}"


def _account(valuation: Valuation, found: Tested) -> Iterator[Block]:
    measure = measure_of(found, Measure.of(valuation))
    yield short_league_table(found.league, measure)
    yield from _corrections(found, valuation.still_here)
    right = found.value or found.purchases
    if right is None:
        yield Paragraph("One window is all that the record allows, so none was left to check what it said.")
        return
    if right.deciles:
        yield forecast_by_tenth(right, measure)
    yield coverage(right)
    yield Paragraph(_transforms(right, measure))
    yield Paragraph(f"{_beside(right.measures, measure)} {_by_tenths(right.measures)}")
    if right.outliers is not None:
        yield outliers_table(right.measures, right.outliers, measure)
    if (totals := totals_held_table(right)) is not None:
        yield totals
    yield _groups(right.by_quarter, "The last window by quarter of the first purchase", measure)
    yield _groups(right.by_rfm, "The last window by recency, frequency and money", measure)


def _corrections(found: Tested, still_here: float) -> Iterator[Paragraph]:
    rule = found.judgement.rule
    yield Paragraph(f"Purchases: {_drift(rule.purchases)} {_levels(rule.purchases)}")
    if found.league.terms.has_money:
        yield Paragraph(f"Value: {_drift(rule.value)} {_levels(rule.value)}")
    if rule.still.seen:
        yield Paragraph(_still_here(rule.still, still_here))
    if rule.wandering.seen:
        yield Paragraph(_own_pace(rule.wandering, found.league.origins))


def _still_here(found: Still, counted: float) -> str:
    """Say how many of those whom the model calls gone are still customers, and what share of them is counted today."""
    seen = ", ".join(formats.share(one) for one in found.seen)
    told = f"what fits best is that {seen} of them were still customers (latest window first)"
    if found.share == 0.0:
        return f"Customers called gone: {told}, which is within chance or made a forecast worse, so none counts as one."
    if counted == 0.0:
        return (
            f"Customers called gone: some came back; {told}. So many are called gone today that those still here would "
            "be most of the forecast, so none counts as one."
        )
    return (
        f"Customers called gone: some came back; {told}. {formats.share(counted)} of those called gone count as "
        "customers now, in chances and in forecasts."
    )


def _own_pace(found: Wandering, origins: Origins) -> str:
    """Say how far the pace of a customer is from what the model takes it for, in a window and in the horizon."""
    age = found.seen[0][0]
    window = found.over(age, origins.window).variance
    ahead = found.over(age + origins.window, origins.asked).variance
    if ahead == 0.0:
        return "Customers’ own pace: they kept the one the model gives them, within chance."
    return (
        f"Customers’ own pace: a customer was off the one the model gives by about "
        f"±{formats.share(math.sqrt(window))} in a window of {formats.counted(origins.window, 'day')}, each in a "
        f"direction of their own, and will be by about ±{formats.share(math.sqrt(ahead))} in the "
        f"{formats.counted(origins.asked, 'day')} ahead. The intervals of single customers hold that."
    )


def _drift(correction: Correction) -> str:
    drift = correction.drift
    if not drift.seen:
        return "a drift cannot be told, because a total was zero or has no expectation."
    seen = ", ".join(formats.signed_share(math.expm1(one)) for one in drift.seen)
    moved = formats.signed_share(drift.factor - 1.0)
    told = f"forecasts are corrected by {moved}" if drift.correction else "no correction, because it is within chance"
    return (
        f"what happened was off the uncorrected forecast by {seen} (latest window first); {told}. The shock from "
        f"window to window, {formats.share(drift.shock)} of a total, is in the intervals of totals."
    )


def _levels(correction: Correction) -> str:
    if not correction.levels.changes:
        return "The ends of intervals stay where the model puts them."
    return "The ends of intervals are moved to where as many outcomes lay inside as promised."


def _transforms(found: Rightness, measure: Measure) -> str:
    """Say whether the distributions were right, overall and by thirds of the forecast."""
    overall, thing = found.transforms, "value" if measure.money else "purchases"
    parts = [_third(gap, name) for gap, name in zip(found.by_thirds, ("lowest", "middle", "highest"), strict=False)]
    return (
        f"The distributions of {thing} were off by {formats.fixed(overall.gap, 3)} where {_allowed(overall)} is "
        f"allowed (randomised probability integral transforms of {formats.counted(overall.customers, 'customer')}); "
        f"by thirds of the forecast {', '.join(parts) or 'this cannot be told'}."
    )


def _beside(found: Measures, measure: Measure) -> str:
    """Say the other measures of the last window; none of means where a customer has no finite one, who is counted."""
    width, off = measure.amounts(found.width, found.median_error)
    said = f"In the last window the middle 80\N{NO-BREAK SPACE}% was {width} wide and the median {off} off on average"
    if found.without_mean:
        who = formats.counted(found.without_mean, "customer")
        return f"{said}. {who} had no finite mean, so what is measured on means is not told."
    if found.capture is not None:
        said += f"; the tenth forecast highest brought {formats.share(found.capture)} of what the best tenth did"
    if found.spearman is not None:
        told = formats.fixed(found.spearman, 2)
        said += f"; Spearman’s correlation was {told}, by which nothing is judged: it rewards ties at zero"
    return f"{said}."


def _above_none(chance: float) -> str:
    """Write a chance that may be too small for a number, and is above none all the same."""
    return formats.share(max(chance, math.ulp(0.0)))


def _by_tenths(found: Measures) -> str:
    """Say by how much the tenths of the forecast were off, or why that cannot be told."""
    if found.chi_square is not None:
        off, chance = formats.fixed(found.chi_square, 1), _above_none(chance_of(found.chi_square))
        return (
            f"By tenths of the forecast, χ² was {off} against the forecast’s own variance, where chance alone makes "
            f"{DECILES} on average; as much or more comes by chance with probability {chance}."
        )
    if found.without_variance:
        who = formats.counted(found.without_variance, "customer")
        return f"χ² by tenths of the forecast is not told: the value of {who} has an infinite variance."
    return "χ² by tenths of the forecast is not told: not every tenth has a mean and a variance above zero."


def _third(gap: PitGap, name: str) -> str:
    return f"{formats.fixed(gap.gap, 3)} of {_allowed(gap)} in the {name}"


def _allowed(gap: PitGap) -> str:
    return formats.fixed(gap.bound, 3)


def _groups(groups: tuple[GroupMeasures, ...], title: str, measure: Measure) -> Table:
    amounts = [one.measures.actual for one in groups] + [one.measures.expected for one in groups]
    number = measure.column(amounts) if measure is not PURCHASES else (lambda total: formats.fixed(total, 0))
    return Table(
        title=title,
        columns=(
            Column("Customers", numeric=False),
            Column("n", lambda customers: formats.fixed(customers, 0)),
            Column(measure.heading("Actual"), number),
            Column(measure.heading("Forecast"), number),
            Column("Bias", formats.signed_share),
            Column("Its error", formats.share),
            Column("In 80\N{NO-BREAK SPACE}%", formats.share),
        ),
        rows=tuple(Row(_group(one)) for one in groups),
        note="Bias: the forecast total over the actual one; its error is what the forecast itself gives it.",
    )


def _group(one: GroupMeasures) -> tuple[str | float | int | None, ...]:
    found = one.measures
    return (
        formats.capitalised(one.name),
        found.customers,
        found.actual,
        found.expected,
        found.bias,
        found.bias_error,
        found.coverage,
    )
