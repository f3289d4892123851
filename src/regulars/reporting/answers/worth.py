"""What is the customer base worth in the horizon, and how sure is that?"""

from __future__ import annotations

from regulars.reporting import captions, formats
from regulars.reporting.document import KeyNumber, Sentence
from regulars.reporting.measure import PURCHASES, Measure
from regulars.reporting.study import Study
from regulars.valuation.valuation import Interval, Valuation

QUESTION = "What are these customers worth, and how sure is that?"
# An interval whose upper end is at least this many times its lower end only gives the order of magnitude.
WIDE = 2.0


def worth(study: Study) -> Sentence:
    """Return the expected total per customer, and how wide its interval is."""
    valuation = study.valuation
    measure, interval = Measure.of(valuation), valuation.totals.expected_value
    if measure.money and interval is None:
        return _without_a_mean(valuation)
    if not measure.money or interval is None:
        measure, interval = PURCHASES, valuation.totals.expected_purchases
    number, around = measure.interval(interval, valuation.settings.interval)
    figure = KeyNumber(
        measure.expected, number, f"{around}, in {captions.window(valuation.settings)}", interval.expected
    )
    return Sentence(QUESTION, _said(valuation, measure, interval), figure, "value")


def _said(valuation: Valuation, measure: Measure, interval: Interval) -> str:
    if interval.expected <= 0.0:
        return "The model expects nothing more of them, and the record can hardly show otherwise: " + _why_nothing(
            valuation
        )
    customers = valuation.totals.customers
    each = measure.amount(interval.expected / customers)
    mean = "" if customers == 1 else f"That is {each} per customer on average. "
    return f"{mean}{_sure(interval)} {captions.NOT_BACKTESTED.capitalize()}: the interval is right if the model is."


def _sure(interval: Interval) -> str:
    below, above = (formats.share(abs(end / interval.expected - 1.0)) for end in (interval.low, interval.high))
    reach = f"The interval reaches from {below} below the expected number to {above} above it"
    if interval.high >= WIDE * interval.low:
        return f"{reach}: it is wide, so take the number for an order of magnitude."
    return f"{reach}."


def _why_nothing(valuation: Valuation) -> str:
    if not valuation.tracking.actual.any():
        return "nobody has bought on a second day yet."
    return "the fitted model holds every customer for gone."


def _without_a_mean(valuation: Valuation) -> Sentence:
    number, around = PURCHASES.interval(valuation.totals.expected_purchases, valuation.settings.interval)
    figure = KeyNumber(
        PURCHASES.expected,
        number,
        f"{around}, in {captions.window(valuation.settings)}",
        valuation.totals.expected_purchases.expected,
    )
    text = f"In money this is unknown. {valuation.totals.reason} What is known is how often they are expected to buy."
    return Sentence(QUESTION, text, figure, "value")
