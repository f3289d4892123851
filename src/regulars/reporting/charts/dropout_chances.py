"""How different are customers in how readily they leave?"""

from __future__ import annotations

from regulars.errors import NotApplicable
from regulars.reporting import formats
from regulars.reporting.charts.chart import Chart
from regulars.reporting.charts.shares_by_trait import shares_by_trait
from regulars.reporting.document import Figure
from regulars.reporting.study import Study
from regulars.valuation.differences import Differences, Trait

NAME = "dropout-chances"
_WHEN: dict[Trait, str] = {
    "chance at each purchase": "at each purchase",
    "chance within a year": "within a year",
}


def dropout_chances(leaving: Differences) -> Figure:
    """Return the shares of new customers by their chance of leaving, as the model sees them."""
    when = _WHEN[leaving.trait]
    return shares_by_trait(
        NAME,
        "How readily customers leave",
        leaving,
        heading=f"Chance of leaving {when}",
        finding=_finding(leaving, when),
        percent=True,
    )


def _finding(leaving: Differences, when: str) -> str:
    beyond = f"; {formats.share(leaving.beyond)} have a chance above {formats.rate(float(leaving.edges[-1]))}"
    return (
        f"What the model takes new customers to be: for the one in the middle the chance of leaving {when} is "
        f"{formats.share(leaving.median)}{beyond if leaving.beyond > 0.0 else ''}. "
        "Leaving is never seen, only silence, so this is what the silences suggest."
    )


def _figure(study: Study) -> Figure:
    checks = study.valuation.checks()
    if checks.pace is None:
        raise NotApplicable("nobody has bought twice, so these data say nothing about how customers differ")
    if not study.valuation.fit.model.has_dropout:
        raise NotApplicable("in this model nobody leaves")
    if checks.leaving is None:
        raise NotApplicable("in some models of the pool customers leave at a purchase, in others at any time")
    return dropout_chances(checks.leaving)


DROPOUT_CHANCES = Chart(NAME, __doc__, _figure)
