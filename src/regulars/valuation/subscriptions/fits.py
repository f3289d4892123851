"""One model of renewals per billing period: a month and a year of loyalty are not the same thing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np

from regulars.engines.base import Engine
from regulars.errors import NotApplicable
from regulars.models.renewals import RENEWALS
from regulars.models.renewals.cohorts import Floats, Renewals
from regulars.models.renewals.fit import RenewalFit
from regulars.models.renewals.renewal_model import RenewalModel
from regulars.sources.subscriptions.billing import BillingPeriod
from regulars.valuation.subscriptions.spells import SPELLS
from regulars.valuation.subscriptions.valuation import PeriodFit
from regulars.valuation.valuation import Candidate

# More cohorts than this are grouped over more time.
MOST_COHORTS = 12
# Ten events per parameter is the old rule of survival analysis (Peduzzi et al. 1995): BIC alone counts contracts, and a
# handful of them would be given three parameters.
LAPSES_PER_PARAMETER = 10


def fit_periods(engine: Engine, model: str, spells: str = SPELLS) -> tuple[PeriodFit, ...]:
    """Return a fit per billing period in the table of spells, the most frequent first; `model` is auto or a name."""
    periods = engine.rows(
        f"select months, days from {spells} group by months, days order by count(*) desc, months, days"
    )
    return tuple(_fit_period(engine, BillingPeriod(months, days), model, spells) for months, days in periods)


def _fit_period(engine: Engine, period: BillingPeriod, model: str, spells: str) -> PeriodFit:
    rows = engine.rows(
        f"""
        select started, renewals, lapsed, count(*)
        from {spells} where months = $months and days = $days
        group by started, renewals, lapsed order by started, renewals, lapsed
        """,
        {"months": period.months, "days": period.days},
    )
    cohorts, renewals = _cohorts(rows)
    ends = _ends(engine, period, spells)
    fits, candidates = _tried(renewals, RENEWALS.names() if model == "auto" else [RENEWALS.get(model).name])
    if not fits:
        return PeriodFit(period, cohorts, renewals, ends, candidates, None, candidates[0].reason)
    asked = model != "auto"
    best = min(fits, key=lambda fit: fit.bic)
    because = _because(best, fits, period, asked=asked)
    return PeriodFit(period, cohorts, renewals, ends, candidates, best, because)


def _ends(engine: Engine, period: BillingPeriod, spells: str) -> Floats:
    """Return the shares of the lapsed contracts that had ended 0, 1 … 100 % into their last period."""
    rows = engine.rows(
        f"""
        select cast(least(greatest(ceil(ended_after * 100), 0), 100) as integer) as percent, count(*)
        from {spells} where lapsed and months = $months and days = $days
        group by percent
        """,
        {"months": period.months, "days": period.days},
    )
    number = np.zeros(101)
    for percent, contracts in rows:
        number[percent] = contracts
    return np.cumsum(number) / max(float(number.sum()), 1.0)


def _tried(renewals: Renewals, names: Sequence[str]) -> tuple[list[RenewalFit], tuple[Candidate, ...]]:
    fits: list[RenewalFit] = []
    candidates: list[Candidate] = []
    for name in names:
        try:
            if len(names) > 1:
                _refuse_too_rich(RENEWALS.get(name), renewals)
            fit = RENEWALS.get(name).fit(renewals)
        except NotApplicable as reason:
            candidates.append(Candidate(name, None, None, str(reason)))
            continue
        fits.append(fit)
        candidates.append(Candidate(name, fit.log_likelihood, fit.bic, ""))
    return fits, tuple(candidates)


def _refuse_too_rich(model: RenewalModel, renewals: Renewals) -> None:
    """Raise `NotApplicable` where too few lapses stand behind each parameter; one parameter is always tried."""
    parameters, lapsed = len(model.parameters), renewals.lapsed
    if parameters > 1 and lapsed < LAPSES_PER_PARAMETER * parameters:
        raise NotApplicable(
            f"{lapsed:,.0f} lapses are too few for the {parameters} parameters of {model.title}; "
            f"{LAPSES_PER_PARAMETER * parameters} are asked for"
        )


def _because(best: RenewalFit, fits: Sequence[RenewalFit], period: BillingPeriod, *, asked: bool) -> str:
    others = sorted((fit for fit in fits if fit is not best), key=lambda fit: fit.bic)
    if not others:
        tried = "was asked for" if asked else "is the only model for so few lapses"
        return f"{best.model.title} {tried}."
    return (
        f"{best.model.title} has the lowest BIC for contracts renewed every {period.name}, by "
        f"{others[0].bic - best.bic:,.1f} before {others[0].model.title}."
    )


def _cohorts(rows: Sequence[tuple[dt.date, int, bool, int]]) -> tuple[tuple[str, ...], Renewals]:
    """Return the cohorts by when they started, and their renewals."""
    names = _names([started for started, *_ in rows])
    cohorts = tuple(dict.fromkeys(names))
    tables = []
    for cohort in cohorts:
        those = [row[1:] for row, name in zip(rows, names, strict=True) if name == cohort]
        renewed, lapsed, count = (np.array(column) for column in zip(*those, strict=True))
        tables.append(Renewals.from_contracts(renewed=renewed, lapsed=lapsed, count=count))
    return cohorts, Renewals(
        at_risk=[table.at_risk[0] for table in tables], renewed=[table.renewed[0] for table in tables]
    )


def _names(starts: Sequence[dt.date]) -> list[str]:
    """Return the cohort of each start: its month, quarter or year, whichever makes few enough of them."""
    for name in (_month, _quarter, _year):
        names = [name(start) for start in starts]
        if len(set(names)) <= MOST_COHORTS:
            return names
    return names


def _month(day: dt.date) -> str:
    return f"{day.year}-{day.month:02}"


def _quarter(day: dt.date) -> str:
    return f"{day.year} Q{(day.month + 2) // 3}"


def _year(day: dt.date) -> str:
    return str(day.year)
