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
# Without products, orders of several lines are told from orders given twice by how many there are.
FEW = 0.05
_AROUND = r"[\s\x{00A0}\x{200B}\x{FEFF}]"


def repeated_lines(engine: Engine, kept: Keeping) -> tuple[str, ...]:
    """Say how many lines are the same as another in everything that was read, and how many in their keys alone."""
    return (*_repeats(engine, kept), *(_repeated_keys(engine, kept) if kept.order_id else ()))


def alike_customers(engine: Engine) -> tuple[str, ...]:
    """Say how many customers' ids differ from another's only by capital letters, or by spaces around."""
    lines = f"{LINES} where rule = {SALE.code}"
    # `case` evaluates the costly comparison where it may hold, `and` on every row.
    has_spaces = "case when contains(customer_id, ' ') then customer_id <> trim(customer_id) else false end"
    by_case, by_spaces = engine.rows(
        f"""
        select bool_or(customer_id <> lower(customer_id)) and bool_or(customer_id <> upper(customer_id)),
            bool_or({has_spaces} or strlen(customer_id) <> length(customer_id))
        from {lines}
        """
    )[0]
    if not (by_case or by_spaces):
        return ()
    bare = f"regexp_replace(customer_id, '^{_AROUND}+|{_AROUND}+$', '', 'g')" if by_spaces else "customer_id"
    number, one, other = engine.rows(
        f"""
        select coalesce(sum(spellings - 1), 0), arg_min(one, one), arg_min(other, one)
        from (
            select count(distinct customer_id) as spellings, min(customer_id) as one, max(customer_id) as other
            from {lines} group by lower({bare})
        )
        where spellings > 1
        """
    )[0]
    if not number:
        return ()
    differ = "1 customer's id differs" if number == 1 else f"{number:,} customers' ids differ"
    how = f"only by capital letters or spaces around it, such as {one!r} and {other!r}"
    return (f"{differ} from another's {how}; they are kept apart.",)


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


def _repeats(engine: Engine, kept: Keeping) -> tuple[str, ...]:
    valid = f"{LINES} where rule in ({', '.join(map(str, codes('valid')))})"
    rows = _rows(engine, valid)
    repeats = rows - distinct(engine, _content(kept), valid, rows)
    if not repeats:
        return ()
    share = f"{repeats:,} of {rows:,} valid lines ({repeats / rows:.1%})"
    return (f"{share} repeat another line in every column that was read; they are counted, not removed.",)


def _repeated_keys(engine: Engine, kept: Keeping) -> tuple[str, ...]:
    """Say how many sales have the order (and product) of another line, and another content."""
    sales = f"{LINES} where rule = {SALE.code} and order_id is not null"
    rows = _rows(engine, sales)
    keys = "customer_id, order_id, product" if kept.product else "customer_id, order_id"
    others = distinct(engine, _content(kept), sales, rows) - distinct(engine, keys, sales, rows)
    if not others or (not kept.product and others > FEW * rows):
        return ()
    key = "order and product" if kept.product else "order id"
    share = f"{others:,} of {rows:,} sales ({others / rows:.1%})"
    return (f"{share} repeat the {key} of another line with other content; they are added to the order, not removed.",)


def _content(kept: Keeping) -> str:
    return ", ".join(f"coalesce({name}::varchar, '')" for name in kept.types if name not in ("rule", *kept.details))


def _rows(engine: Engine, relation: str) -> int:
    return int(engine.rows(f"select count(*) from {relation}")[0][0])
