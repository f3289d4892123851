"""The report in plain words: what the base is worth, and what must be known before the first number."""

from __future__ import annotations

from collections.abc import Iterator

from regulars.reporting import captions, formats
from regulars.reporting.document import Alert
from regulars.reporting.measure import PURCHASES, Measure
from regulars.reporting.method.doubts import IN_PLAIN_WORDS, doubts
from regulars.valuation.valuation import FittedModel, Interval, LeftTruncation, Valuation

_NBSP = "\N{NO-BREAK SPACE}"


def headline(valuation: Valuation) -> str:
    """Return one sentence that says what the customer base is worth."""
    totals, settings = valuation.totals, valuation.settings
    customers = formats.counted(totals.customers, "customer")
    who = f"This {customers} is" if totals.customers == 1 else f"These {customers} are"
    return f"{who} expected to {_what(valuation)} in {captions.window(settings)}."


def _what(valuation: Valuation) -> str:
    measure, totals = Measure.of(valuation), valuation.totals
    if not measure.money or totals.expected_value is None:
        return f"make {_with_interval(PURCHASES, totals.expected_purchases, valuation)}"
    verb = "buy for" if valuation.settings.margin is None else "bring a margin of"
    return f"{verb} {_with_interval(measure, totals.expected_value, valuation)}"


def _with_interval(measure: Measure, interval: Interval, valuation: Valuation) -> str:
    number, around = measure.interval(interval, valuation.settings.interval)
    return f"{number} ({around})"


def alerts(valuation: Valuation) -> Iterator[Alert]:
    """Yield what must be known before the first number, each with the section that explains it."""
    if not valuation.receipt.adds_up:
        yield Alert("warning", "The receipt of the data does not add up.", "receipt")
    if not valuation.receipt.has_money:
        yield Alert("note", "The data hold no amounts: every value here is a number of purchases.", "certificate")
    for doubt in doubts(valuation):
        if doubt.standing == "warning":
            yield Alert("warning", doubt.sentence, "certificate")
    yield from _of_fit(valuation.transactions)
    if valuation.spend is not None:
        yield from _of_fit(valuation.spend)
    if valuation.left_truncation.flagged:
        yield Alert("warning", _older_than_the_record(valuation.left_truncation), "certificate")


def _older_than_the_record(start: LeftTruncation) -> str:
    return (
        f"{formats.counted(start.customers, 'customer')} ({formats.share(start.share)}) were first seen in the first "
        f"{formats.counted(start.days, 'day')} of the record: many of them may have bought before it begins."
    )


def _of_fit(fit: FittedModel) -> Iterator[Alert]:
    """Yield the first warning of a fit that the doubts do not say in plain words already."""
    warnings = [finding for finding in fit.certificate.findings if finding.standing == "warning"]
    unsaid = [finding.sentence for finding in warnings if finding.check not in IN_PLAIN_WORDS]
    if unsaid:
        more = f" {formats.counted(len(unsaid) - 1, 'more warning')} below." if len(unsaid) > 1 else ""
        yield Alert("warning", f"{fit.title}: {unsaid[0]}{more}", "certificate")
