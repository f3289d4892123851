"""What is the whole customer base worth, how sure is that, and who carries it?"""

from __future__ import annotations

from regulars.reporting import captions, formats
from regulars.reporting.cohort_totals import cohort_totals_table
from regulars.reporting.document import Block, KeyNumber, KeyNumbers, Paragraph, Section
from regulars.reporting.measure import PURCHASES, Measure
from regulars.reporting.shocks_in_words import what_was_missed
from regulars.reporting.spread import spread
from regulars.reporting.study import Study
from regulars.valuation.valuation import Interval, Valuation

_FEW_CUSTOMERS = 100
_UNDEFINED = "not defined"


def value(study: Study) -> Section:
    """Return the section of the totals and of how they are spread over the customers."""
    valuation = study.valuation
    blocks: list[Block] = [KeyNumbers(tuple(_key_numbers(valuation))), Paragraph(_meaning(valuation))]
    if valuation.totals.reason:
        blocks.append(Paragraph(valuation.totals.reason, standing="note"))
    if valuation.totals.customers < _FEW_CUSTOMERS:
        blocks.append(Paragraph(_few(valuation), standing="warning"))
    if valuation.cohort_totals:
        blocks.append(cohort_totals_table(valuation))
    blocks.extend(spread(study))
    return Section(
        name="value",
        title="Value of the base",
        caption=captions.forecast(valuation, valuation.totals.customers, "customer"),
        blocks=tuple(blocks),
    )


def _key_numbers(valuation: Valuation) -> list[KeyNumber]:
    totals, measure = valuation.totals, Measure.of(valuation)
    window = f"in {captions.window(valuation.settings)}"
    historic = KeyNumber(
        measure.historic,
        measure.amount(totals.historic_value),
        f"{formats.counted(totals.orders, 'order')} up to {formats.day(valuation.settings.as_of)}",
        totals.historic_value,
    )
    purchases = _expected("Expected purchases", totals.expected_purchases, PURCHASES, valuation)
    money = [_expected(measure.expected, totals.expected_value, measure, valuation)] if measure.money else []
    return [
        historic,
        *money,
        purchases,
        _discounted("Expected, discounted", totals.clv, window, valuation),
        _discounted("To the end of life, discounted", totals.residual_value, "after the as-of date", valuation),
    ]


def _expected(name: str, interval: Interval | None, measure: Measure, valuation: Valuation) -> KeyNumber:
    window = f"in {captions.window(valuation.settings)}"
    if interval is None:
        return KeyNumber(name, _UNDEFINED, window, None)
    number, around = measure.interval(interval, valuation.settings.interval)
    return KeyNumber(name, number, f"{around}, {window}", interval.expected)


def _discounted(name: str, number: float | None, when: str, valuation: Valuation) -> KeyNumber:
    text = _UNDEFINED if number is None else Measure.of(valuation).amount(number)
    return KeyNumber(name, text, f"{when}, at {formats.rate(valuation.settings.discount)} a year", number)


def _meaning(valuation: Valuation) -> str:
    settings = valuation.settings
    return (
        f"“Expected” is the average over everything the model holds possible for these customers in "
        f"{captions.window(settings)}; customers still to be won are not in it. "
        "A purchase is a day on which a customer bought. "
        f"The model puts the outcome inside its interval with a probability of {formats.rate(settings.interval)}. "
        f"{_standing(valuation)}"
    )


def _standing(valuation: Valuation) -> str:
    if valuation.tested is None:
        return f"This is {captions.NOT_BACKTESTED} ({valuation.untested}): hold it against what happens."
    missed = what_was_missed(valuation, money=Measure.of_future(valuation).money)
    return f"The way it was made was {captions.standing(valuation)}; {missed}."


def _few(valuation: Valuation) -> str:
    return (
        f"Only {formats.counted(valuation.totals.customers, 'customer')} could be used. "
        "Read every number here as a rough guess: so few customers cannot show how different customers are."
    )
