"""What does a customer bring, by the textbook and by the model, and what does one cost and pay back?"""

from __future__ import annotations

from collections.abc import Iterator

from regulars.metrics.acquisition import Acquisition
from regulars.metrics.economics import Economics
from regulars.reporting import captions, formats
from regulars.reporting.charts.payback_curve import finding, payback_curve
from regulars.reporting.document import Block, Caption, KeyNumber, KeyNumbers, Paragraph, Section
from regulars.reporting.economics.ways import ways
from regulars.reporting.economics.why import why
from regulars.reporting.economics.words import in_days, key_number, years
from regulars.reporting.measure import Measure
from regulars.reporting.study import Study
from regulars.valuation.valuation import Valuation

# From this share of the customers of the first age on, a later age rests on the same cohorts.
_AS_MANY = 0.9
_HOW_TO_READ = (
    "The textbook multiplies order value, orders per year and lifespan. The lifespan decides: the observed one "
    "ends at the as-of date, the modelled one looks beyond anything observed."
)
_WITHOUT_COST = (
    "What a customer costs is not known to this run. With --cac and --margin it shows LTV:CAC, the net value of a "
    "customer and the age at which the cost has come back."
)


def economics(study: Study) -> Section:
    """Return the section of the economics of one customer."""
    valuation, numbers = study.valuation, study.economics
    return Section(
        name="economics",
        title="Economics: what a customer brings and costs",
        caption=_caption(valuation),
        blocks=(
            KeyNumbers(tuple(_key_numbers(numbers, valuation))),
            Paragraph(_HOW_TO_READ),
            ways(numbers, valuation),
            Paragraph(why(numbers, valuation)),
            *_acquisition(study),
        ),
    )


def _caption(valuation: Valuation) -> Caption:
    return Caption(
        basis=captions.basis(valuation),
        horizon=f"{formats.counted(valuation.settings.horizon, 'day')} for the model’s number, none for the record",
        as_of=formats.day(valuation.settings.as_of),
        n=formats.counted(valuation.totals.customers, "customer"),
        interval=captions.NOT_BACKTESTED,
    )


def _key_numbers(numbers: Economics, valuation: Valuation) -> Iterator[KeyNumber]:
    measure = Measure.of(valuation)
    before = "" if valuation.settings.margin is None else ", before the margin"
    order, frequency, annual = numbers.order_value, numbers.frequency, numbers.annual_revenue
    per_order = f"net of refunds{before}, over {formats.counted(order.n, 'order')}"
    yield key_number("Order value", order, measure.amount(order.value), per_order)
    yield key_number(
        "Orders in a customer’s first year",
        frequency,
        formats.fixed(frequency.value or 0.0, 2),
        f"over {formats.counted(frequency.n, 'customer')} observed for 365 days, the first order included",
    )
    yield key_number(
        "Revenue of a year",
        annual,
        measure.amount(annual.value),
        f"per customer, over {formats.counted(annual.n, 'customer')} who bought in the last 365 days{before}",
    )
    yield from _lifespans(numbers)


def _lifespans(numbers: Economics) -> Iterator[KeyNumber]:
    observed, mean, median = numbers.lifespan_observed, numbers.lifespan_mean, numbers.lifespan_median
    for name, number, what in (
        ("Lifespan observed", observed, "from first to last order on average, too low while customers stay"),
        ("Lifespan modelled, median", median, "half of the new customers stay that long"),
        ("Lifespan modelled, mean", mean, "of a new customer, from the first order to the unseen last one"),
    ):
        value = number.value or 0.0
        yield key_number(name, number, years(value), f"{in_days(value)}, {what}")


def _acquisition(study: Study) -> Iterator[Block]:
    acquisition, measure = study.economics.acquisition, Measure.of(study.valuation)
    if acquisition is None:
        yield Paragraph(_WITHOUT_COST)
        return
    yield KeyNumbers(tuple(_cost_numbers(acquisition, measure)))
    if acquisition.recovered.value is None:
        yield Paragraph(f"LTV:CAC, net value and payback are not defined: {acquisition.ltv_to_cac.reason}.", "note")
        return
    yield Paragraph(_what_comes_back(study, acquisition))
    yield payback_curve(study.cohorts, acquisition, measure)


def _cost_numbers(acquisition: Acquisition, measure: Measure) -> Iterator[KeyNumber]:
    yield KeyNumber("Cost of one customer (CAC)", measure.amount(acquisition.cac), "as given", acquisition.cac)
    days = formats.counted(acquisition.ltv.days, "day") if acquisition.ltv else ""
    ratio, net, payback = acquisition.ltv_to_cac, acquisition.net_value, acquisition.payback
    name = f"LTV{acquisition.ltv.days}:CAC" if acquisition.ltv else "LTV:CAC"
    over = f"margin of the first {days} over the cost, {formats.counted(ratio.n, 'customer')}"
    yield key_number(name, ratio, formats.fixed(ratio.value or 0.0, 2), over)
    left = f"margin of the first {days} minus the cost"
    yield key_number("Net value of a customer", net, measure.amount(net.value), left)
    if payback.value is None and acquisition.recovered.value is not None:
        detail = finding(acquisition, measure)
        yield KeyNumber("Payback", "not yet", detail, None)
        return
    when = formats.counted(round(payback.value or 0.0), "day")
    yield key_number(
        "Payback",
        payback,
        when,
        f"first age by which {formats.counted(payback.n, 'customer')} brought it in on average",
    )


def _what_comes_back(study: Study, acquisition: Acquisition) -> str:
    told = (
        f"{finding(acquisition, Measure.of(study.valuation))} LTV here is the margin of customers who were observed "
        "that long, not a forecast; nothing is extrapolated. It is an average: the next customer may cost more and "
        "bring less."
    )
    last = acquisition.payback if acquisition.payback.value is not None else acquisition.recovered
    if last.n >= _AS_MANY * study.cohorts.pooled_customers[0]:
        return told
    return f"{told} Higher ages rest on fewer and older cohorts: part of the rise may be what sets these apart."
