"""Orders in, histories out: the summary that every model of purchases is fitted on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from regulars.app.request import Request
from regulars.app.value import Orders, local_today, opened, read_options
from regulars.models.histories import Histories
from regulars.periods import Unit, date_of
from regulars.progress import Progress
from regulars.sources.read import read_orders


def histories(
    orders: Orders,
    *,
    query: str | None = None,
    as_of: str | dt.date | None = None,
    unit: str = "week",
    opportunities: str | None = None,
    map: Mapping[str, str] | None = None,  # noqa: A002 - the name of the option on the command line
    date_order: str | None = None,
    decimal: str | None = None,
    timezone: str = "UTC",
    zero_amount: str = "exclude",
    threads: int | None = None,
    memory_limit: str | None = None,
    today: dt.date | None = None,
    progress: Progress | None = None,
) -> Histories:
    """Return the distinct histories in `orders` with counts, times in `unit`, and each customer's row beside them.

    With `opportunities` "week", "month", "quarter" or "year" they count the calendar periods after the customer's first
    in which the customer bought or did not, for models such as BG/BB; periods not over yet are left out.

    `orders` is what `value` takes. Raises `InputError` for orders or options that cannot be used.

    >>> import pandas as pd
    >>> days = ["2024-01-05", "2024-02-09", "2024-01-20", "2024-03-01", "2024-03-02"]
    >>> orders = pd.DataFrame({"customer": ["a", "a", "b", "c", "b"], "date": days, "amount": [20, 30, 5, 12, 8]})
    >>> h = histories(orders, as_of="2024-03-31", unit="day")
    >>> h.frequency.tolist(), h.recency.tolist(), h.age.tolist()
    ([0.0, 1.0, 1.0], [0.0, 35.0, 42.0], [30.0, 86.0, 71.0])
    """
    request = Request(
        query=query,
        as_of=None if as_of is None else date_of(as_of),
        unit=unit,
        mapping=dict(map or {}),
        date_order=date_order,
        decimal=decimal,
        timezone=timezone,
        zero_amount=zero_amount,
        threads=threads,
        memory_limit=memory_limit,
    )
    watched = progress or Progress()
    with opened(request, watched) as engine:
        intake = read_orders(engine, orders, read_options(request), today=today or local_today(), progress=watched)
        from regulars.valuation.histories import histories as summarised  # noqa: PLC0415 - scipy, after the reading

        keep_zero = request.zero_amount == "keep"
        if opportunities is not None:
            from regulars.valuation.opportunity_histories import opportunity_histories  # noqa: PLC0415 - likewise

            return opportunity_histories(engine, intake.as_of, Unit.of(opportunities), keep_zero=keep_zero)
        return summarised(engine, intake.as_of, Unit.of(unit), keep_zero=keep_zero)
