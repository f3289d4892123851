"""Findings about the orders that change no number but what it is worth, in plain words."""

from __future__ import annotations

import datetime as dt
import statistics

from regulars.contract.rules import SALE, codes
from regulars.engines.base import Engine, literal
from regulars.sources.judge import Keeping
from regulars.sources.orders import distinct
from regulars.sources.staging import LINES

WEEKS_BEFORE = 8
FEWEST_WEEKS = 3
FEWEST_ORDERS = 10  # below it a quiet day is chance
QUIET = 0.5
QUIET_AND_EARLY = 0.75


def repeated_lines(engine: Engine, kept: Keeping) -> tuple[str, ...]:
    """Say how many valid lines are the same as another in everything that was read of them."""
    valid = f"rule in ({', '.join(map(str, codes('valid')))})"
    columns = ", ".join(f"coalesce({name}::varchar, '')" for name in kept.types if name != "rule")
    rows = int(engine.rows(f"select count(*) from {LINES} where {valid}")[0][0])
    repeats = rows - distinct(engine, columns, f"{LINES} where {valid}", rows)
    if not repeats:
        return ()
    share = f"{repeats:,} of {rows:,} valid lines ({repeats / rows:.1%})"
    return (f"{share} repeat another line in every column that was read; they are counted, not removed.",)


def incomplete_last_day(engine: Engine, kept: Keeping, last_day: dt.date) -> tuple[str, ...]:
    """Say so if the last day has far fewer orders than its weekday usually has, or ends early with fewer."""
    orders = "count(distinct (customer_id, order_id))" if kept.order_id else "count(*)"
    found = engine.rows(
        f"""
        select moment::date as day, {orders}, max(moment)::time, bool_or(moment::time <> '00:00:00')
        from {LINES}
        where rule = {SALE.code} and moment >= {literal(str(last_day))}::date - {7 * WEEKS_BEFORE}
            and dayofweek(moment) = dayofweek({literal(str(last_day))}::date)
        group by day order by day
        """
    )
    *before, (_, last_orders, last_time, _) = found
    if len(before) < FEWEST_WEEKS:
        return ()
    usual = statistics.median(orders for _, orders, _, _ in before)
    times = any(has_time for *_, has_time in found)
    early = times and last_time < min(time for _, _, time, _ in before)
    if usual < FEWEST_ORDERS or last_orders >= usual * (QUIET_AND_EARLY if early else QUIET):
        return ()
    weekday = f"{last_day:%A}"
    seen = f", the last at {last_time:%H:%M}" if times else ""
    note = (
        f"The last day, {last_day} (a {weekday}), has {_counted(last_orders)}{seen}; the {len(before)} {weekday}s "
        f"before had {usual:,.0f} as a rule. It is probably incomplete; "
        f"--as-of {last_day - dt.timedelta(days=1)} leaves it out."
    )
    return (note,)


def _counted(orders: int) -> str:
    return "1 order" if orders == 1 else f"{orders:,} orders"
