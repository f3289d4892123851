"""How is the value spread over the customers, and whose interval is zero?"""

from __future__ import annotations

from regulars.reporting import captions, formats
from regulars.reporting.charts.value_over_customers import value_over_customers
from regulars.reporting.document import Block, Paragraph, Section
from regulars.reporting.measure import Measure
from regulars.reporting.study import Study
from regulars.valuation.valuation import Valuation

_ONE_TENTH_NEEDS = 10


def distribution(study: Study) -> Section:
    """Return the section of the distribution of value over customers."""
    valuation = study.valuation
    blocks: list[Block] = [Paragraph(_top_tenth(valuation))]
    if valuation.spread().customers.sum() > 0:
        blocks.append(value_over_customers(valuation.spread(), Measure.of(valuation), ranking(valuation)))
    blocks.append(Paragraph(_zero_intervals(valuation), standing="note"))
    return Section(
        name="distribution",
        title="Value over customers",
        caption=captions.forecast(valuation, valuation.totals.customers, "customer"),
        blocks=tuple(blocks),
    )


def ranking(valuation: Valuation) -> str:
    """Return the name of the value that customers are ranked by: the median where the mean is undefined."""
    return "Median value" if valuation.totals.expected_value is None else Measure.of(valuation).expected


def _top_tenth(valuation: Valuation) -> str:
    top = valuation.spread().top_decile_share
    if top is None or valuation.totals.customers < _ONE_TENTH_NEEDS:
        return "Which share of the value the top tenth of the customers carries is not defined for these data."
    return (
        f"The tenth of the customers with the highest {ranking(valuation).lower()} "
        f"carries {formats.share(top)} of the total."
    )


def _zero_intervals(valuation: Valuation) -> str:
    level, zero = valuation.settings.interval, valuation.spread().share_interval_zero
    if zero <= 0.0:
        return f"For no customer is the {formats.rate(level)} interval 0 to 0."
    if valuation.totals.expected_purchases.expected <= 0.0:
        return f"The {formats.rate(level)} interval of every customer is 0 to 0: the model expects no purchase at all."
    return (
        f"For {formats.share(zero)} of the customers the {formats.rate(level)} interval is 0 to 0 although their mean "
        f"is above zero. This is right: each of them buys nothing in {captions.window(valuation.settings)} with a "
        f"probability of at least {formats.rate((1.0 + level) / 2.0)}, so the interval holds the outcome 0 alone, "
        "while the mean still counts the small chance of a purchase. Means may be added up over such customers, "
        "intervals may not."
    )
