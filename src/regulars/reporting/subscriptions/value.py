"""What are the contracts worth, which plans carry it, and would the forecast of a horizon ago have come true?"""

from __future__ import annotations

from regulars.reporting import captions, formats
from regulars.reporting.document import Block, Column, KeyNumber, KeyNumbers, Paragraph, Row, Section, Table
from regulars.reporting.subscriptions.words import UNDEFINED, forecast, interval_text, measure_of
from regulars.valuation.subscriptions.valuation import SubscriptionValuation

MOST_PLANS = 30
_MEANING = (
    "A contract pays its price at each renewal; “expected” is the price times the renewals the model expects. What was "
    "paid for the period that runs now is in “paid so far”, and customers still to be won are in neither. The interval "
    "holds the chance of every contract, each ending or not by itself, and the uncertainty of the model's parameters; "
    "a change that hits all contracts at once, such as a new price, is not in it, and the total cannot be below 0. "
    f"This is {captions.NOT_BACKTESTED}."
)


def value(valuation: SubscriptionValuation) -> Section:
    """Return the section of the totals."""
    blocks: list[Block] = [KeyNumbers(_key_numbers(valuation)), Paragraph(_MEANING)]
    if valuation.totals.reason:
        blocks.append(Paragraph(valuation.totals.reason, standing="note"))
    blocks += [_looked_back(valuation), _plans(valuation)]
    return Section("value", "Value of the contracts", forecast(valuation), tuple(blocks))


def _key_numbers(valuation: SubscriptionValuation) -> tuple[KeyNumber, ...]:
    totals, settings, measure = valuation.totals, valuation.settings, measure_of(valuation)
    window = f"in the {formats.counted(settings.horizon, 'day')} after {formats.day(settings.as_of)}"
    renewals, renewals_around = interval_text(totals.expected_renewals, valuation, money=False)
    expected, around = interval_text(totals.expected_value, valuation, money=True)
    rate = f"at {formats.rate(settings.discount)} a year"
    return (
        KeyNumber(
            "Paid so far",
            measure.amount(totals.historic_value),
            f"by {formats.counted(totals.contracts, 'contract')} up to {formats.day(settings.as_of)}",
            totals.historic_value,
        ),
        KeyNumber(
            "Running, per month",
            measure.amount(totals.monthly_price),
            f"by {formats.counted(totals.active_contracts, 'contract')}",
            totals.monthly_price,
        ),
        KeyNumber(
            "Expected value",
            expected,
            f"{around}, {window}" if around else window,
            totals.expected_value.expected if totals.expected_value else None,
        ),
        KeyNumber(
            "Expected renewals",
            renewals,
            f"{renewals_around}, {window}" if renewals_around else window,
            totals.expected_renewals.expected if totals.expected_renewals else None,
        ),
        KeyNumber(
            "Expected, discounted",
            UNDEFINED if totals.clv is None else measure.amount(totals.clv),
            f"{window}, {rate}",
            totals.clv,
        ),
        KeyNumber(
            "To the end of the contracts, discounted",
            UNDEFINED if totals.residual_value is None else measure.amount(totals.residual_value),
            f"after the as-of date, {rate}",
            totals.residual_value,
        ),
    )


def _looked_back(valuation: SubscriptionValuation) -> Paragraph:
    looked = valuation.look_back
    if looked is None:
        return Paragraph(f"The forecast of a horizon ago could not be repeated: {valuation.look_back_reason}.")
    inside = looked.low <= looked.actual <= looked.high
    expected, low, high = (formats.count(round(number)) for number in (looked.expected, looked.low, looked.high))
    return Paragraph(
        f"Made on {formats.day(looked.origin)} with what was known then, the forecast for the "
        f"{formats.counted(looked.contracts, 'contract')} that ran was {expected} renewals ({low} to {high}); "
        f"{formats.count(looked.actual)} came, {'inside' if inside else 'outside'} the interval.",
        standing="good" if inside else "note",
    )


def _plans(valuation: SubscriptionValuation) -> Table:
    measure = measure_of(valuation)
    shown = valuation.plans[:MOST_PLANS]
    more = len(valuation.plans) - len(shown)
    columns = (
        Column("Plan", formats.name, numeric=False),
        Column("Renewed every", numeric=False),
        Column("Running", formats.count),
        Column("Ended", formats.count),
        Column(measure.heading("Per month"), measure.column(row.monthly_price for row in shown)),
        Column(measure.heading("Expected value"), measure.column(row.expected_value for row in shown)),
    )
    rows = tuple(
        Row((row.plan or "not named", row.period, row.active, row.ended, row.monthly_price, row.expected_value))
        for row in shown
    )
    note = f"{formats.counted(more, 'further plan')} with less per month not shown." if more else ""
    return Table("Plans", columns, rows, note=note)
