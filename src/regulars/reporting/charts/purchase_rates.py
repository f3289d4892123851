"""How different are customers in how often they buy?"""

from __future__ import annotations

from regulars.errors import NotApplicable
from regulars.reporting import formats
from regulars.reporting.charts.chart import Chart
from regulars.reporting.charts.shares_by_trait import shares_by_trait
from regulars.reporting.document import Figure
from regulars.reporting.study import Study
from regulars.valuation.differences import Differences

NAME = "purchase-rates"
_HEADING = "Purchases a year while a customer"


def purchase_rates(pace: Differences) -> Figure:
    """Return the shares of new customers by purchases a year, as the model sees them."""
    title = "How often customers buy"
    return shares_by_trait(NAME, title, pace, heading=_HEADING, finding=_finding(pace), percent=False)


def _finding(pace: Differences) -> str:
    return (
        "What the model takes new customers to be: the one in the middle comes back "
        f"{formats.significant(pace.median, 2)} times a year while a customer; "
        f"{formats.share(pace.beyond)} buy more than {formats.significant(float(pace.edges[-1]), 2)} times (not drawn)."
    )


def _figure(study: Study) -> Figure:
    pace = study.valuation.checks().pace
    if pace is None:
        raise NotApplicable("nobody has bought twice, so these data say nothing about how customers differ")
    return purchase_rates(pace)


PURCHASE_RATES = Chart(NAME, __doc__, _figure)
