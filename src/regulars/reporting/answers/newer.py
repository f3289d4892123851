"""Is it getting better: do newer customers bring more than older ones did at the same age?

The rule: a change is called clear where the 95 % interval of the difference, from the standard errors of both
means, leaves out zero. Everything else is "no clear change".
"""

from __future__ import annotations

import datetime as dt

from regulars.metrics.newer_cohorts import CLEAR, Group, NewerCohorts
from regulars.reporting import formats
from regulars.reporting.cohorts_in_words import period
from regulars.reporting.document import KeyNumber, Sentence
from regulars.reporting.measure import Measure
from regulars.reporting.study import Study

QUESTION = "Is it getting better?"
# Halves that together span fewer months than this lie in different seasons.
TWO_YEARS = 24


def newer(study: Study) -> Sentence:
    """Return what newer customers brought against what older ones had brought at the same age."""
    compared = study.newer_cohorts
    if compared is None:
        return _unknown("fewer than two months of new customers have been observed long enough to compare them.")
    difference = compared.value(CLEAR)
    if difference.low is None or difference.high is None:
        few = min(compared.older.customers, compared.newer.customers)
        return _unknown(f"with {formats.counted(few, 'customer')} on one side, change cannot be told from chance.")
    brought = (compared.newer.value, compared.older.value, difference.expected, difference.low, difference.high)
    new, old, *apart = Measure.of(study.valuation).amounts(*brought)
    age = formats.counted(compared.days, "day")
    sizes = f"{formats.count(compared.newer.customers)} and {formats.count(compared.older.customers)}"
    behind = f"n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{sizes}"
    detail = f"older ones at the same age: {old}; {behind}"
    figure = KeyNumber(f"Newer customers, first {age}", new, detail, compared.newer.value)
    text = (
        f"{_verdict(compared)}: {new} each in their first {age} for customers won {_won(compared.newer)}, "
        f"against {old} for those won {_won(compared.older)}. {_chance(compared, *apart)}"
    )
    return Sentence(QUESTION, text, figure, "cohorts")


def _verdict(compared: NewerCohorts) -> str:
    difference = compared.value(CLEAR)
    if not difference.beyond_chance:
        return "No clear change"
    return "Newer customers bring more" if difference.expected > 0.0 else "Newer customers bring less"


def _chance(compared: NewerCohorts, number: str, low: str, high: str) -> str:
    interval = f"({formats.rate(CLEAR)} interval {low} to {high})"
    if not compared.value(CLEAR).beyond_chance:
        return f"The difference of {number} {interval} may be chance."
    season = "" if _months(compared) >= TWO_YEARS else " They were won in different seasons, which may be the reason."
    return f"The difference of {number} {interval} is larger than chance alone would make it.{season}"


def _won(group: Group) -> str:
    return period(group.since, group.until)


def _months(compared: NewerCohorts) -> int:
    since, until = compared.older.since, compared.newer.until
    return _month(until) - _month(since) + 1


def _month(day: dt.date) -> int:
    return 12 * day.year + day.month


def _unknown(reason: str) -> Sentence:
    figure = KeyNumber("Newer against older customers", "unknown", "at the same age", None)
    return Sentence(QUESTION, f"Unknown: {reason}", figure, "cohorts")
