"""Which way to forecast would have been right: the use case behind `rg.backtest`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regulars.app.request import Request
from regulars.app.value import Orders, local_today, opened, read_options
from regulars.periods import Unit, date_of
from regulars.progress import Progress
from regulars.sources.read import read_orders

if TYPE_CHECKING:
    from regulars.reporting.document import Table
    from regulars.valuation.backtest.league import League
    from regulars.valuation.backtest.tested import Tested


@dataclass(frozen=True, eq=False, repr=False)
class BackTest:
    """The league of everything that was tried on the past, and how right the way taken was; made by `backtest`.

    `tested` is None where no model could be tried.
    """

    league: League
    tested: Tested | None
    table: Table
    verdict: str

    def rows(self) -> list[dict[str, Any]]:
        """Return the table as one dictionary per entrant, numbers as numbers, None where one is undefined."""
        names = [column.title for column in self.table.columns]
        return [dict(zip(names, row.cells, strict=True)) for row in self.table.rows]

    def __repr__(self) -> str:
        from regulars.reporting.plain import to_plain  # noqa: PLC0415 - only when it is shown

        return f"{self.verdict}\n\n{to_plain(self.table)}"


def backtest(
    orders: Orders,
    *,
    query: str | None = None,
    horizon: int = 365,
    origins: int | Sequence[str | dt.date] | None = None,
    models: Sequence[str] | None = None,
    as_of: str | dt.date | None = None,
    map: Mapping[str, str] | None = None,  # noqa: A002 - the name of the option on the command line
    date_order: str | None = None,
    decimal: str | None = None,
    timezone: str = "UTC",
    zero_amount: str = "exclude",
    threads: int | None = None,
    memory_limit: str | None = None,
    seed: int = 0,
    time_budget: float | None = None,
    learners: bool = False,
    today: dt.date | None = None,
    progress: Progress | None = None,
) -> BackTest:
    """Return how well each of `models` and the plain rules forecast the `horizon` days after earlier days.

    `orders` is what `value` takes; `origins` is the number of earlier days or the days themselves, by default up to
    three, one horizon apart; where the record is too short for the horizon, a quarter of the record is tested instead.
    With `learners` boosted trees are tried too (the extra "ml"). What comes after `time_budget` seconds is
    not tried; of a large base about 20,000 customers are judged.
    Raises `InputError` for orders or options that cannot be used, `NotApplicable` for a record of a few weeks.

    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> days = pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 700, 600), unit="D")
    >>> orders = pd.DataFrame({"customer": rng.integers(0, 80, 600), "date": days, "amount": rng.gamma(2, 10, 600)})
    >>> test = backtest(orders, horizon=90, models=["bg-nbd"])
    >>> len(test.league.origins.days), "BG/NBD" in [row["Forecast"] for row in test.rows()]
    (3, True)
    """
    request = Request(
        query=query,
        as_of=None if as_of is None else date_of(as_of),
        horizon=horizon,
        mapping=dict(map or {}),
        date_order=date_order,
        decimal=decimal,
        timezone=timezone,
        zero_amount=zero_amount,
        threads=threads,
        memory_limit=memory_limit,
        seed=seed,
        time_budget=time_budget,
        learners=learners,
    )
    watched = progress or Progress()
    with opened(request, watched) as engine:
        intake = read_orders(engine, orders, read_options(request), today=today or local_today(), progress=watched)
        from regulars.decisions.by_segment import BySegment  # noqa: PLC0415 - scipy, after the reading
        from regulars.models.transactions import MODELS  # noqa: PLC0415 - as above
        from regulars.reporting.league import league_table  # noqa: PLC0415 - as above
        from regulars.reporting.measure import Measure  # noqa: PLC0415 - as above
        from regulars.valuation.backtest.hold import hold_league  # noqa: PLC0415 - as above
        from regulars.valuation.backtest.in_words import verdict  # noqa: PLC0415 - as above
        from regulars.valuation.backtest.judgement import judge  # noqa: PLC0415 - as above
        from regulars.valuation.backtest.league import Terms  # noqa: PLC0415 - as above
        from regulars.valuation.backtest.origins import origins_of  # noqa: PLC0415 - as above
        from regulars.valuation.backtest.sample import draw_judged  # noqa: PLC0415 - as above
        from regulars.valuation.backtest.tested import tested  # noqa: PLC0415 - as above
        from regulars.valuation.histories import summarise  # noqa: PLC0415 - as above

        keep_zero = request.zero_amount == "keep"
        with watched.step("summarise the histories"):
            summary = summarise(engine, intake.as_of, Unit.WEEK, keep_zero=keep_zero)
        wanted = tuple(date_of(day) for day in origins) if isinstance(origins, Sequence) else origins
        chosen = origins_of(summary.first_day, intake.as_of, horizon, wanted)
        with watched.step("test on the past"):
            terms = Terms(
                tuple(models or MODELS.names()), Unit.WEEK, intake.has_money, keep_zero, seed, time_budget, learners
            )
            league = hold_league(engine, chosen, terms, draw_judged(engine, summary.customers))
            by, threads = BySegment(), engine.threads
            judgement = judge(league, threads=threads, segments=by)
            found = None if judgement is None else tested(league, judgement, threads=threads, segments=by)
        measure = Measure(money=intake.has_money, currency=intake.receipt.currency)
        return BackTest(league, found, league_table(league, measure), verdict(league, judgement))
