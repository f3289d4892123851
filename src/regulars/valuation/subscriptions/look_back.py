"""A forecast of the past: as of a horizon ago, how many renewals were expected up to now, and how many were made?

Everything is done again as of the earlier day: what began or ended later is not in it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from regulars.engines.base import Engine
from regulars.valuation.subscriptions.fits import fit_periods
from regulars.valuation.subscriptions.score import outlook, situations_of
from regulars.valuation.subscriptions.spells import SPELLS, make_spells
from regulars.valuation.subscriptions.totals import interval_of
from regulars.valuation.subscriptions.valuation import LookBack, SubscriptionSettings

EARLIER = "earlier_spells"


def look_back(engine: Engine, settings: SubscriptionSettings) -> tuple[LookBack | None, str]:
    """Return the forecast of a horizon ago beside what came, or None and why there is none."""
    origin = settings.as_of - dt.timedelta(days=settings.horizon)
    make_spells(engine, origin, settings.horizon, EARLIER)
    contracts = int(engine.rows(f"select count(*) from {EARLIER} where active")[0][0])
    if not contracts:
        return None, f"no contract ran {settings.horizon:,} days earlier"
    fits = fit_periods(engine, settings.model, EARLIER)
    earlier = replace(settings, as_of=origin)
    known = [situations_of(engine, fit, EARLIER) for fit in fits]
    expected = interval_of(known, [outlook(one, earlier) for one in known], settings.interval, money=False)
    if expected is None:
        return None, next(fit.because for fit in fits if fit.fit is None)
    made, lost = _made_since(engine)
    if lost:
        return None, f"{lost:,} contracts of then cannot be told from others that began on the same day"
    return LookBack(origin, contracts, expected.expected, expected.low, expected.high, made), ""


def _made_since(engine: Engine) -> tuple[int, int]:
    """Return the renewals made since the earlier day by the contracts that ran then, and how many were not found."""
    told_apart = "row_number() over (partition by customer_id, started, months, days order by plan, spell) as place"
    made, lost = engine.rows(
        f"""
        select coalesce(sum(now.renewals - before.renewals), 0), count(*) filter (now.renewals is null)
        from (select customer_id, started, months, days, renewals, active, {told_apart} from {EARLIER}) before
        left join (select customer_id, started, months, days, renewals, {told_apart} from {SPELLS}) now
            on before.customer_id = now.customer_id and before.started = now.started and before.months = now.months
            and before.days = now.days and before.place = now.place
        where before.active
        """
    )[0]
    return int(made), int(lost)
