"""How value is spread over the customers, in words and figures: who carries it, and whose interval is zero."""

from __future__ import annotations

from collections.abc import Iterator

from regulars.metrics.concentration import ONE_OF, Concentration
from regulars.reporting import captions, formats
from regulars.reporting.charts.lorenz import has_curve, lorenz
from regulars.reporting.charts.value_over_customers import value_over_customers
from regulars.reporting.document import Block, Column, Figure, Paragraph, Row, Table
from regulars.reporting.measure import Measure, ranking
from regulars.reporting.study import Study
from regulars.valuation.valuation import Valuation

# A share of the value from which on a few customers are said to carry much; a hundred customers carry 1 % each.
_LARGE_SHARE, _ENOUGH_TO_BE_ALIKE = 0.05, 100

_GINI = (
    "The Gini coefficient is twice the area between the curve and the line on which all customers are alike: "
    "0 where all are worth the same, 1 less 1/n where one of n customers carries everything."
)


def spread(study: Study) -> Iterator[Block]:
    """Yield how unequally value is spread, so far and within the horizon."""
    yield Paragraph(_top_tenth(study))
    if _hangs_on_a_few(study.historic_concentration):
        yield Paragraph(_largest(study), standing="note")
    yield _shares(study)
    yield from _figures(study)
    yield Paragraph(_zero_intervals(study.valuation), standing="note")


def _top_tenth(study: Study) -> str:
    carried = (
        (Measure.of(study.valuation).historic, study.historic_concentration.top_share(10)),
        (Measure.of_future(study.valuation).expected, study.expected_concentration.top_share(10)),
    )
    said = [
        f"The tenth of the customers with the highest {name.lower()} carries {formats.share(top)} of the total."
        for name, top in carried
        if top is not None
    ]
    return " ".join(said) or "Which share of the value the top tenth of the customers carries is not defined here."


def _hangs_on_a_few(spread: Concentration) -> bool:
    share = spread.largest_share
    return share is not None and share >= _LARGE_SHARE and spread.customers >= _ENOUGH_TO_BE_ALIKE


def _largest(study: Study) -> str:
    spread, measure = study.historic_concentration, Measure.of(study.valuation)
    share = formats.share(spread.largest_share or 0.0)
    if spread.largest == 1:
        who, carry, they = "The largest customer alone", "carries", "The customer stays"
    else:
        who = f"The largest {formats.rate(1.0 / ONE_OF)} of the customers ({formats.count(spread.largest)} of them)"
        carry, they = "carry", "They stay"
    tested = study.valuation.tested
    beside = "" if tested is None else " The back-test says how right the forecasts were with and without the largest."
    return f"{who} {carry} {share} of the {measure.historic.lower()}. {they} in every number here.{beside}"


def _shares(study: Study) -> Table:
    valuation = study.valuation
    historic, expected = Measure.of(valuation).historic, Measure.of_future(valuation).expected
    horizon = formats.counted(valuation.settings.horizon, "day")
    both = (study.historic_concentration, study.expected_concentration)
    return Table(
        title="How unequally value is spread over the customers",
        columns=(
            Column("Value", numeric=False),
            Column("Customers", formats.count),
            Column("Top 10\N{NO-BREAK SPACE}% carry", formats.share),
            Column("Top 1\N{NO-BREAK SPACE}% carry", formats.share),
            Column("Gini coefficient", lambda number: formats.fixed(number, 3)),
        ),
        rows=(_row(f"{historic}, on record", both[0]), _row(f"{expected}, next {horizon}", both[1])),
        note=" ".join((_GINI, *_exceptions(study))),
    )


def _row(name: str, spread: Concentration) -> Row:
    return Row((name, spread.customers, spread.top_share(10), spread.top_share(1), spread.gini))


def _exceptions(study: Study) -> Iterator[str]:
    valuation, historic = study.valuation, study.historic_concentration
    if historic.below_zero:
        were = "customer was" if historic.below_zero == 1 else "customers were"
        yield (
            f"{formats.count(historic.below_zero)} {were} refunded more than they bought. They stay in below zero, so "
            "the curve of historic value dips at its left end."
        )
    for name, one in ((Measure.of(valuation).historic, historic), ("What is expected", study.expected_concentration)):
        if one.curve is None:
            yield f"{name}: {one.reason[0].lower()}{one.reason[1:]}"
    if valuation.expectation == "expected_purchases":
        yield "The mean value is not defined here, so what is expected is counted in purchases."


def _figures(study: Study) -> Iterator[Figure]:
    valuation = study.valuation
    if has_curve(study):
        yield lorenz(study)
    if valuation.spread().customers.sum() > 0:
        yield value_over_customers(valuation.spread(), Measure.of(valuation), ranking(valuation))


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
