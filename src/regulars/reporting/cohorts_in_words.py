"""Are newer customers better? The answer in plain words, never more than the cohorts can show."""

from __future__ import annotations

import datetime as dt

from regulars.metrics.newer_cohorts import CLEAR, FEWEST_FOR_AN_INTERVAL, Difference, Group, NewerCohorts
from regulars.reporting import formats
from regulars.reporting.measure import Measure
from regulars.reporting.study import Study
from regulars.valuation.valuation import Interval

_NBSP = "\N{NO-BREAK SPACE}"


def finding(study: Study) -> str:
    """Return whether newer customers brought more than older ones at the same age, and how sure that is."""
    compared = study.newer_cohorts
    if compared is None:
        return _nothing_to_compare(study)
    measure = Measure.of(study.valuation)
    parts = (_value(compared, measure), _chance(compared.value(CLEAR), measure, CLEAR), _repeat(compared, CLEAR))
    return " ".join(part for part in parts if part)


def left_out(study: Study) -> str:
    """Return why the first cohorts took no part in the comparison; nothing where all did."""
    compared = study.newer_cohorts
    if compared is None or not compared.left_out:
        return ""
    months = study.cohorts.month[: compared.left_out]
    start = study.valuation.left_truncation
    return (
        f"The customers won {period(months[0], months[-1])} took no part in this comparison: many customers who were "
        f"first seen in the first {formats.counted(start.days, 'day')} of the record may be older than it, and older "
        "customers look better than new ones. The next cohorts may hold some of them too."
    )


def period(since: dt.date, until: dt.date) -> str:
    """Return some months as they stand in a sentence.

    >>> texts = period(dt.date(2011, 1, 1), dt.date(2011, 3, 1)), period(dt.date(2011, 1, 1), dt.date(2011, 1, 1))
    >>> [text.replace("\N{NO-BREAK SPACE}", " ") for text in texts]
    ['from January 2011 to March 2011', 'in January 2011']
    """
    if since == until:
        return f"in {formats.month(since)}"
    return f"from {formats.month(since)} to {formats.month(until)}"


def _value(compared: NewerCohorts, measure: Measure) -> str:
    older, newer = compared.older, compared.newer
    more, less = _side_by_side(newer.value, older.value, measure)
    first = (
        f"In their first {formats.counted(compared.days, 'day')} the {_won(newer)} {_brought(measure)} {more} each, "
        f"the {_won(older)} {less}"
    )
    if more.removesuffix(f"{_NBSP}purchases") == less:
        return f"{first}: the same."
    if older.value <= 0.0:  # a share of nothing, or of less, says nothing
        return f"{first}."
    direction = "more" if newer.value > older.value else "less"
    return f"{first}: {formats.share(abs(newer.value / older.value - 1.0))} {direction} in the newer cohorts."


def _side_by_side(one: float, other: float, measure: Measure) -> tuple[str, str]:
    (first, second), word = formats.together(one, other, money=measure.money)
    unit = "" if measure.money else "purchases"
    return (
        _NBSP.join(part for part in (measure.currency, first, word, unit) if part),
        _NBSP.join(part for part in (measure.currency, second, word) if part),
    )


def _brought(measure: Measure) -> str:
    return "brought" if measure.money else "made"


def _won(group: Group) -> str:
    return f"{formats.counted(group.customers, 'customer')} won {period(group.since, group.until)}"


def _chance(difference: Difference, measure: Measure, level: float) -> str:
    if difference.expected == 0.0:
        return ""
    if difference.low is None or difference.high is None:
        return (
            f"One of the groups is smaller than {formats.counted(FEWEST_FOR_AN_INTERVAL, 'customer')}: "
            "such a gap may well be chance."
        )
    _, around = measure.interval(Interval(difference.expected, difference.low, difference.high), level)
    if difference.beyond_chance:
        return f"The {around} of the difference leaves out zero: chance alone seldom makes such a gap."
    return f"The {around} of the difference takes in zero: it may well be chance."


def _repeat(compared: NewerCohorts, level: float) -> str:
    older, newer = compared.older.repeat, compared.newer.repeat
    if older == newer == 0.0:
        return "Nobody in either group bought on a second day by then."
    sentence = (
        f"By then {formats.share(newer)} of the newer and {formats.share(older)} of the older customers had bought "
        "on a second day"
    )
    difference = compared.repeat(level)
    if difference.low is None or difference.beyond_chance or older == newer:
        return f"{sentence}."
    return f"{sentence}, a gap that may well be chance."


def _nothing_to_compare(study: Study) -> str:
    cohorts, measure = study.cohorts, Measure.of(study.valuation)
    if not cohorts.closed.any():
        return (
            f"No cohort has been observed for {formats.counted(cohorts.step_days, 'day')} in full yet: "
            "whether newer customers are better cannot be seen."
        )
    customers = int(cohorts.pooled_customers[0])
    each = " each" if customers > 1 else ""
    so_far = (
        f"In the first {formats.counted(cohorts.step_days, 'day')}, {formats.counted(customers, 'customer')} "
        f"{_brought(measure)} {measure.amount(float(cohorts.pooled_value[0]))}{each}."
    )
    why = "There is one cohort only" if len(cohorts.month) == 1 else "Fewer than two cohorts can be compared at one age"
    return f"{so_far} {why}: whether newer customers are better cannot be seen yet."
