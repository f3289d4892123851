"""Does the fitted model describe these customers, and what does it take them to be?"""

from __future__ import annotations

from collections.abc import Iterator

from regulars.reporting import captions, formats
from regulars.reporting.charts.alive_history import alive_history
from regulars.reporting.charts.alive_matrix import alive_matrix
from regulars.reporting.charts.customers_by_frequency import customers_by_frequency
from regulars.reporting.charts.dropout_chances import dropout_chances
from regulars.reporting.charts.holdout import holdout
from regulars.reporting.charts.mean_spend import mean_spend
from regulars.reporting.charts.new_customer import new_customer
from regulars.reporting.charts.pace_by_month import pace_by_month
from regulars.reporting.charts.purchase_rates import purchase_rates
from regulars.reporting.charts.purchases_by_week import purchases_by_week
from regulars.reporting.charts.purchases_matrix import purchases_matrix
from regulars.reporting.charts.purchases_so_far import purchases_so_far
from regulars.reporting.document import Block, Paragraph, Section
from regulars.reporting.measure import Measure
from regulars.reporting.study import Study
from regulars.valuation.season import season_of
from regulars.valuation.valuation import Valuation

_FEWEST_WEEKS = 2
_HOW_TO_READ = (
    "A repeat purchase is a day on which a customer bought, after the first one. The models were fitted to this same "
    "record, so agreement in the first charts shows that they describe the past, not that they foresee the future."
)
_LOOK_BACK = (
    "For a look back the same kind of model was fitted on what was known on an earlier day, refunds included, and its "
    "forecast held against what happened since. That is one earlier day only, and the kind of model was chosen on the "
    "whole record: it is a picture, not a test."
)
_SEASON = (
    "The model that was taken knows a season: customers live by a clock that runs faster in some months than others. "
    "It was taken because a clock learned on earlier days, from what was known then, made better forecasts than none. "
    "The forecast takes the season to come back as it was."
)
_WHAT_IT_TAKES = (
    "The charts below show the model itself: whom it takes for a customer still, of whom it expects purchases, and how "
    "different it takes customers to be. They hold for every customer with such a history, not for a chosen few."
)
_NOBODY_LEAVES = (
    "In this model nobody ever leaves, so every customer has a chance of 100 % of still being one: that chance is not "
    "drawn, and neither is how readily customers leave."
)
_NOT_ALIKE = (
    "How readily customers leave is not drawn: in some of the models they leave at a purchase, in others at any time, "
    "so there is no one chance."
)
_NO_DIFFERENCES = (
    "Recency and frequency tell nobody apart where nobody has bought twice, and such data say nothing about how "
    "different customers are: these charts are left out."
)


def fit(study: Study) -> Section:
    """Return the section that holds the fitted models against the customers, and shows what they say."""
    return Section(
        name="fit",
        title="Fit: the model against the customers",
        caption=captions.record(study.valuation, study.valuation.transactions.customers, "customer"),
        blocks=(Paragraph(_HOW_TO_READ), *_described(study.valuation), *_looked_back(study), *_model(study)),
    )


def _described(valuation: Valuation) -> Iterator[Block]:
    """Yield what the models say of the record they were fitted on."""
    weeks, checks = valuation.tracking, valuation.checks()
    short = len(weeks.week_start) < _FEWEST_WEEKS
    if short:
        yield Paragraph("The record is shorter than two whole weeks: there is nothing to follow from week to week yet.")
    elif not weeks.actual.any():
        yield Paragraph(_nobody_came_back(valuation), standing="note")
    if not short and (weeks.actual.any() or weeks.expected.any()):
        yield purchases_by_week(weeks)
        yield purchases_so_far(weeks)
    yield customers_by_frequency(checks.frequency)
    season = season_of(valuation.fit)
    if season is not None:
        yield Paragraph(_SEASON)
        yield pace_by_month(season)
    if checks.spend is not None:
        yield mean_spend(checks.spend, Measure.of(valuation))
    else:
        yield Paragraph(f"How much customers spend is not held against a model here. {checks.spend_reason}")


def _looked_back(study: Study) -> Iterator[Block]:
    if study.holdout is None:
        yield Paragraph(f"No look back at an earlier day is possible: {study.holdout_reason}.", standing="note")
    else:
        yield Paragraph(_LOOK_BACK)
        yield holdout(study.holdout)
    yield new_customer(study.valuation.checks().new_customer)


def _model(study: Study) -> Iterator[Block]:
    """Yield what the model takes the customers to be."""
    checks, leave = study.valuation.checks(), study.valuation.fit.model.has_dropout
    yield Paragraph(f"{_WHAT_IT_TAKES}{_still_here(study.valuation)}")
    if checks.surfaces is None or checks.pace is None:
        yield Paragraph(_NO_DIFFERENCES, standing="note")
        return
    if leave:
        yield alive_matrix(checks.surfaces)
    else:
        yield Paragraph(_NOBODY_LEAVES, standing="note")
    yield purchases_matrix(checks.surfaces, study.valuation.settings)
    yield purchase_rates(checks.pace)
    if checks.leaving is not None:
        yield dropout_chances(checks.leaving)
    elif leave:
        yield Paragraph(_NOT_ALIKE, standing="note")
    if leave and study.alive_history is not None:
        yield alive_history(study.alive_history)


def _still_here(valuation: Valuation) -> str:
    """Say what of the tables of customers is not in the charts of the model; nothing where they agree."""
    if valuation.still_here == 0.0:
        return ""
    return (
        f" By the back-test {formats.share(valuation.still_here)} of those called gone are still customers: what is "
        "said of customers elsewhere counts them, these charts do not."
    )


def _nobody_came_back(valuation: Valuation) -> str:
    return (
        f"No customer bought on a second day up to {formats.day(valuation.settings.as_of)}. "
        "How often customers come back can hardly be learnt from such a record."
    )
