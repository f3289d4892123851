"""Why the textbook, the model and the cohorts arrive at different values: which is larger, by how much, and why."""

from __future__ import annotations

from collections.abc import Iterator

from regulars.metrics.economics import Economics, Textbook
from regulars.metrics.facts import YEAR
from regulars.periods import DAYS_PER_YEAR
from regulars.reporting import formats
from regulars.reporting.economics.words import years
from regulars.reporting.measure import Measure
from regulars.valuation.valuation import Valuation

# From here on a difference is easier to read as so many times than as a percentage.
_TIMES = 3.0
# From this share of customers on, those who came in the last year shorten the observed lifespan noticeably.
_MANY = 0.1
_TWICE = (
    "Orders per year are counted over whole years, those who stopped early included: times a lifespan of less than "
    "a year, leaving counts twice."
)
_AVERAGES = (
    "Besides, the textbook multiplies averages: it takes each year for the first one, in which customers order most, "
    "and does not see that a few customers bring much more than the rest."
)


def why(economics: Economics, valuation: Valuation) -> str:
    """Return some sentences on how far the ways to a customer's value lie apart, computed from the numbers."""
    model, measure = economics.new_customer.value, Measure.of(valuation)
    if not measure.money:
        return "Without amounts there is no value in money to compare."
    if model.value is None:
        return f"The model’s value of a new customer is not defined: {model.reason}. So the others have no measure."
    horizon = formats.counted(valuation.settings.horizon, "day")
    begin = f"The model expects a new customer to bring {measure.amount(model.value)} in the first {horizon}."
    books = [book for book in economics.textbook if book.simple.value is not None]
    told = [sentence for book in books for sentence in _textbook(book, model.value, economics, valuation)]
    averages = [_AVERAGES] if told else ["The textbook formula gives no number here, for the reasons in the table."]
    return " ".join(dict.fromkeys((begin, *told, *averages, *_cohorts(economics, model.value, valuation))))


def compared(number: float, other: float) -> str:
    """Return how `number` lies to `other`, as it stands after a comma.

    >>> [" ".join(compared(number, 100.0).split()) for number in (65.0, 120.0, 410.0, 100.0)]
    ['35.0 % below it', '20.0 % above it', '4.1 times as much', 'the same']
    """
    if other <= 0.0 or number < 0.0:
        return "more" if number > other else "the same" if number == other else "less"
    if number / other >= _TIMES:
        return f"{formats.fixed(number / other, 1)} times as much"
    difference = number / other - 1.0
    if difference == 0.0:
        return "the same"
    return f"{formats.share(abs(difference))} {'above' if difference > 0.0 else 'below'} it"


def _textbook(book: Textbook, model: float, economics: Economics, valuation: Valuation) -> Iterator[str]:
    simple, lifespan = book.simple.value or 0.0, book.lifespan.value or 0.0
    amount = Measure.of(valuation).amount(simple)
    yield (
        f"With the lifespan {book.lifespan_name} ({years(lifespan)}) the textbook arrives at {amount}, "
        f"{compared(simple, model)}."
    )
    if book is economics.textbook[0] and economics.young >= _MANY:
        yield (
            f"That lifespan is too short: {formats.share(economics.young)} of the customers came in the last "
            f"{formats.counted(YEAR, 'day')}, and the as-of date cuts their time short."
        )
    if lifespan < 1.0:
        yield _TWICE
    elif lifespan * DAYS_PER_YEAR > valuation.settings.horizon:
        horizon = formats.counted(valuation.settings.horizon, "day")
        yield f"It counts {years(lifespan)}, the model’s number only {horizon}."


def _cohorts(economics: Economics, model: float, valuation: Valuation) -> Iterator[str]:
    observed = [ltv for ltv in economics.cohort_ltvs if ltv.value.value is not None]
    if not observed:
        return
    longest = observed[-1]
    brought, days = longest.value.value or 0.0, formats.counted(longest.days, "day")
    amount = Measure.of(valuation).amount(brought)
    told = f"The cohorts observed for {days} brought {amount} per customer in them"
    if longest.days != valuation.settings.horizon:
        yield f"{told}; that is the past, and another length of time."
        return
    yield f"{told}, {compared(brought, model)}."
    if valuation.left_truncation.flagged:
        yield "Some of them may be older customers than the record shows, who buy more than new ones."
