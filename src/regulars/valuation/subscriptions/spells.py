"""From rows of contracts to spells: how often each was renewed, whether it lapsed, and when it renews next.

Exports differ: one row per contract, or one per term. Rows of one customer that follow each other within a day
and have the same billing period are one spell, which was renewed where they meet. A row that is followed by one with
another billing period has not lapsed either; it is censored, as is a contract that ended before a renewal that
is still to come: counting its lapse, and not the renewals of its fellows, would make lapses look too frequent.

The k-th renewal of a spell is its start plus k billing periods, in calendar months. A contract that ends on the day of
a renewal, or the day before, was not renewed.
"""

from __future__ import annotations

import datetime as dt

from regulars.contract.tables import SUBSCRIPTIONS
from regulars.engines.base import Engine, literal

SPELLS = "spells"
_END = "coalesce(ended, 'infinity'::date)"
_IN_ORDER = f"order by started, {_END}, track"


def make_spells(engine: Engine, as_of: dt.date, horizon: int, name: str = SPELLS) -> None:
    """Make a table of spells out of the table `subscriptions`, as known on `as_of`, a row per spell.

    `renewals` made, `active` or not, `lapsed` at the next one or not seen to; of the active ones the days to `wait` for
    the next renewal and how many of them lie `within` the horizon; of the others the share of their last billing period
    that they `ended_after`; `periods` and money `paid` so far.
    """
    day = f"{literal(str(as_of))}::date"
    renewals = f"greatest({_anniversaries('started', f'coalesce(ended - 1, {day})')}, 0)"
    next_day = _later("started", "renewals + 1")
    engine.execute(
        f"""
        create or replace table {name} as
        select customer_id, spell, plan, started, ended, amount, months, days, renewals, periods, paid, contracts,
            ended is null as active,
            ended is not null and not followed and next_day <= {day} as lapsed,
            case when ended is null then next_day - {day} end as wait,
            (ended - last_day) / greatest(next_day - last_day, 1)::double as ended_after,
            case when ended is null
                then {_anniversaries("started", f"({day} + {horizon})")} - renewals
            end as within
        from (
            select customer_id, spell, plan, started, ended, amount, months, days, renewals, periods, paid, contracts,
                followed, {next_day} as next_day, {_later("started", "renewals")} as last_day
            from (
                select customer_id, spell, plan, started, ended, amount, months, days, periods, paid, contracts,
                    followed, {renewals} as renewals
                from ({_joined(day)})
            )
        )
        """
    )


def _joined(day: str) -> str:
    """Return the select of one row per spell, whose last row says plan, price and end."""
    periods = f"greatest({_anniversaries('started', f'coalesce(ended - 1, {day})')} + 1, 1)"
    return f"""
        select customer_id, chain || ' ' || spell as spell, last(plan {_IN_ORDER}) as plan, min(started) as started,
            last(ended {_IN_ORDER}) as ended, last(amount {_IN_ORDER}) as amount, months, days,
            sum(periods) as periods, sum(paid) as paid, count(*) as contracts, last(followed {_IN_ORDER}) as followed
        from (
            select customer_id, chain, plan, track, started, ended, amount, months, days, followed,
                {periods} as periods, amount * {periods} as paid,
                sum(case when continues then 0 else 1 end) over (
                    partition by customer_id, chain {_IN_ORDER} rows between unbounded preceding and current row
                ) as spell
            from (
                select customer_id, chain, plan, track, started, ended, amount, months, days,
                    coalesce(
                        lag(ended) over in_turn + 1 >= started
                        and lag(months) over in_turn = months and lag(days) over in_turn = days,
                        false
                    ) as continues,
                    coalesce(lead(started) over in_turn <= ended + 1, false) as followed
                from ({_chained(day)})
                window in_turn as (partition by customer_id, chain {_IN_ORDER})
            )
        )
        group by customer_id, chain, spell, months, days
        """


def _chained(day: str) -> str:
    """Return the select of the rows known on a day, with the chain in which each may follow another.

    A customer whose contracts never overlap has one chain, whatever the plans; another has one per contract or plan.
    """
    return f"""
        select customer_id, plan, track, started, ended, amount, months, days,
            case when bool_or(runs_beside) over (partition by customer_id) then track else '' end as chain
        from (
            select customer_id, plan, track, started, ended, amount, months, days,
                coalesce(
                    max({_END}) over (
                        partition by customer_id {_IN_ORDER} rows between unbounded preceding and 1 preceding
                    ) > started,
                    false
                ) as runs_beside
            from (
                select customer_id, plan, track, started, case when ended <= {day} then ended end as ended,
                    amount, months, days
                from {SUBSCRIPTIONS.name} where started <= {day}
            )
        )
        """


def _later(start: str, number: str) -> str:
    """Return the day that is `number` billing periods after `start`."""
    return (
        f"case when months > 0 then ({start} + to_months(cast(({number}) * months as integer)))::date "
        f"else {start} + cast(({number}) * days as integer) end"
    )


def _anniversaries(start: str, until: str) -> str:
    """Return how many whole billing periods lie between two days; below 0 where `until` is before `start`.

    The 31st of January plus a month is the last of February, which the engine does not count as a month between them:
    hence the look whether one more fits.
    """
    whole = f"(date_sub('month', {start}, {until}) // greatest(months, 1))"
    one_more = f"({start} + to_months(cast(({whole} + 1) * months as integer)))::date <= {until}"
    in_days = f"cast(floor(({until} - {start}) / greatest(days, 1)) as bigint)"
    return (
        f"case when {until} < {start} then -1 when months > 0 then {whole} + case when {one_more} then 1 else 0 end "
        f"else {in_days} end"
    )
