"""What is the customer base worth in the horizon, and how sure is that?"""

from __future__ import annotations

from regulars.reporting import captions, formats
from regulars.reporting.document import KeyNumber, Sentence
from regulars.reporting.measure import Measure
from regulars.reporting.shocks_in_words import what_was_missed
from regulars.reporting.study import Study
from regulars.valuation.valuation import Interval, Valuation

QUESTION = "What are these customers worth, and how sure is that?"
# An interval whose upper end is at least this many times its lower end only gives the order of magnitude.
WIDE = 1.5


def worth(study: Study) -> Sentence:
    """Return the expected total per customer, and how far its interval reaches."""
    valuation = study.valuation
    measure, interval = Measure.of_future(valuation), valuation.totals.expected_value
    if interval is None:
        interval = valuation.totals.expected_purchases
        text = f"In money this is unknown. {valuation.totals.reason} Known is how often they are expected to buy."
    else:
        text = _nothing_because(study, interval) or _said(valuation, measure, interval)
    number, around = measure.interval(interval, valuation.settings.interval)
    detail = f"{around}, in {captions.window(valuation.settings)}"
    return Sentence(QUESTION, text, KeyNumber(measure.expected, number, detail, interval.expected), "value")


def _nothing_because(study: Study, interval: Interval) -> str:
    """Say why nothing is expected; nothing where something is."""
    nothing = "The model expects nothing more of them, and the record can hardly show otherwise:"
    if study.economics.lifespan_observed.value == 0.0:
        return f"{nothing} nobody has bought on a second day yet."
    return "" if interval.expected > 0.0 else "The model expects nothing more of them: it holds everybody for gone."


def _said(valuation: Valuation, measure: Measure, interval: Interval) -> str:
    standing = captions.standing(valuation).capitalize()
    trust = (
        "the interval is right if the model is"
        if valuation.tested is None
        else what_was_missed(valuation, money=measure.money)
    )
    customers = valuation.totals.customers
    each = measure.amount(interval.expected / customers)
    mean = "" if customers == 1 else f"That is {each} per customer on average. "
    return f"{mean}{_sure(interval)} {standing}: {trust}."


def _sure(interval: Interval) -> str:
    wide = ": it is wide, so take the number for an order of magnitude" * (interval.high >= WIDE * interval.low)
    if not interval.low <= interval.expected <= interval.high:
        return "The interval, which weighs all parameters that the data allow, leaves the likeliest number out."
    below, above = (formats.share(abs(end / interval.expected - 1.0)) for end in (interval.low, interval.high))
    return f"The interval reaches from {below} below the expected number to {above} above it{wide}."
