"""Who carries the expected value: many alike, or a few?"""

from __future__ import annotations

from regulars.metrics.concentration import Concentration
from regulars.reporting import formats
from regulars.reporting.document import KeyNumber, Sentence
from regulars.reporting.measure import Measure
from regulars.reporting.study import Study
from regulars.valuation.valuation import Valuation

QUESTION = "Who carries it?"
TENTH, FIRST = "Share of the top tenth", "Share of the first customer"


def carriers(study: Study) -> Sentence:
    """Return the share of the top tenth, or of the first customer where there are fewer than ten."""
    valuation, spread = study.valuation, study.expected_concentration
    defined = valuation.totals.expected_value is not None
    what = Measure.of_future(valuation).expected.lower()
    why = "" if defined else "Of the value this is unknown, because its mean is not defined. "
    tenth, first = spread.top_share(10), _share_of_the_first(valuation)
    detail = f"of the {what} of all customers"
    if tenth is not None:
        figure = KeyNumber(TENTH, formats.share(tenth), detail, tenth)
        return Sentence(QUESTION, why + _tenth(what, tenth, first), figure, "value")
    if first is not None:
        figure = KeyNumber(FIRST, formats.share(first), detail, first)
        return Sentence(QUESTION, _few(what, first, valuation.totals.customers), figure, "value")
    return Sentence(QUESTION, f"Unknown: {_why_unknown(spread)}", KeyNumber(TENTH, "unknown", detail, None), "value")


def _tenth(what: str, tenth: float, first: float | None) -> str:
    alone = "" if first is None else f" The most valuable customer alone carries {formats.share(first)}."
    return (
        f"The tenth of the customers with the most {what} carries {formats.share(tenth)} of it; "
        f"if all were alike it would be {formats.share(0.1)}.{alone}"
    )


def _few(what: str, first: float, customers: int) -> str:
    if customers == 1:
        return "There is a single customer, who carries all of it."
    return (
        f"The most valuable of the {formats.counted(customers, 'customer')} carries {formats.share(first)} of the "
        f"{what}; if all were alike it would be {formats.share(1.0 / customers)}."
    )


def _why_unknown(spread: Concentration) -> str:
    if spread.curve is None:
        return "nothing is expected of anybody, so there is nothing to carry."
    return "there are fewer than ten customers, and no mean of the value to compare them by."


def _share_of_the_first(valuation: Valuation) -> float | None:
    total, top = valuation.totals.expected_value, valuation.top_customers
    if total is None or total.expected <= 0.0 or not top or top[0].expected_value is None:
        return None
    return top[0].expected_value / total.expected
