"""Orders in, the value of every customer out: the use case behind `regulars run` and `rg.value`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regulars.app import early
from regulars.app.request import Request
from regulars.engines.base import Engine
from regulars.engines.duckdb import DuckDBEngine
from regulars.engines.memory import engine_share
from regulars.errors import InputError, NotApplicable
from regulars.periods import date_of
from regulars.progress import Progress
from regulars.sources.read import ReadOptions, Uncounted, read_uncounted

if TYPE_CHECKING:
    from regulars.app.result import Result
    from regulars.reporting.study import Study
    from regulars.valuation.valuation import Settings, Valuation

Orders = Any  # a path, the address of a database, several of them, or any dataframe or relation that `sources` can read


def value(
    orders: Orders,
    *,
    query: str | None = None,
    as_of: str | dt.date | None = None,
    horizon: int = 365,
    unit: str = "week",
    map: Mapping[str, str] | None = None,  # noqa: A002 - the name of the option on the command line
    date_order: str | None = None,
    decimal: str | None = None,
    timezone: str = "UTC",
    zero_amount: str = "exclude",
    model: str = "auto",
    margin: float | None = None,
    discount: float = 0.10,
    basis: str | None = None,
    interval: float = 0.8,
    cac: float | None = None,
    engine: str = "duckdb",
    threads: int | None = None,
    memory_limit: str | None = None,
    seed: int = 0,
    time_budget: float | None = None,
    learners: bool = False,
    today: dt.date | None = None,
    progress: Progress | None = None,
) -> Result:
    """Value every customer in `orders`: a path, several, a pandas, polars or pyarrow table, a DuckDB relation.

    With `query`, `orders` is the address of a database, such as sqlite:///shop.db or postgresql://user@host/shop.
    `horizon` is in days, `discount` per year, `margin` and `interval` are shares, `time_budget` is the seconds after
    which no further model is tried on the past, with `learners` boosted trees are tried beside the models (the extra
    "ml"). Raises `InputError`
    for orders or options that cannot be used, with what to do.

    >>> import pandas as pd
    >>> days = ["2024-01-05", "2024-02-09", "2024-01-20", "2024-03-01", "2024-03-02"]
    >>> orders = pd.DataFrame({"customer": ["a", "a", "b", "c", "b"], "date": days, "amount": [20, 30, 5, 12, 8]})
    >>> result = value(orders, as_of="2024-03-31", horizon=90, model="bg-nbd")
    >>> result.totals.customers, result.totals.historic_value
    (3, 75.0)
    >>> result.customers.to_pandas()["customer_id"].tolist()
    ['a', 'b', 'c']
    """
    from regulars.app.customers import Customers  # noqa: PLC0415 - `regulars run` writes files instead
    from regulars.app.result import Result  # noqa: PLC0415 - as above

    request = Request(
        query=query,
        as_of=None if as_of is None else date_of(as_of),
        horizon=horizon,
        unit=unit,
        mapping=dict(map or {}),
        date_order=date_order,
        decimal=decimal,
        timezone=timezone,
        zero_amount=zero_amount,
        model=model,
        margin=margin,
        discount=discount,
        declared_basis=basis,
        interval=interval,
        cac=cac,
        engine=engine,
        threads=threads,
        memory_limit=memory_limit,
        seed=seed,
        time_budget=time_budget,
        learners=learners,
    )
    with valued(orders, request, today=today or local_today(), progress=progress or Progress()) as found:
        return Result(found.the_study, Customers.of(found.engine, found.valuation.totals.customers))


@dataclass(frozen=True)
class Valued:
    """A finished valuation, the engine that still holds its tables, and the study unless none was asked for."""

    engine: Engine
    valuation: Valuation
    study: Study | None

    @property
    def the_study(self) -> Study:
        """The study; raises `NotApplicable` where it was left out."""
        if self.study is None:
            raise NotApplicable("this run was made without a report, so what only a report shows was not computed")
        return self.study


@contextmanager
def valued(
    orders: Orders,
    request: Request,
    *,
    today: dt.date,
    progress: Progress,
    report: bool | None = None,
    spill: Path | None = None,
) -> Iterator[Valued]:
    """Give what was found, with the tables `customers` and `quarantine` as long as the block lasts.

    `report` says that a report will follow at once, so that its libraries are loaded early, or that none will,
    so that nothing is computed for one; None leaves it open. `spill` is a folder for what does not fit into memory.
    """
    with opened(request, progress, spill) as engine:
        models, *_ = early.loading(early.MODELLING, *(early.REPORTING if report else ()))
        read = read_uncounted(engine, orders, read_options(request), today=today, progress=progress)
        engine.spare_memory()
        settings = _settings(request, read)
        models.result()
        _check_model(request.model)
        from regulars.app.study import study_of  # noqa: PLC0415 - loaded by now, beside the reading
        from regulars.decisions.by_segment import BySegment  # noqa: PLC0415 - as above
        from regulars.valuation.run import value_customers  # noqa: PLC0415 - as above

        # LTV:CAC is read off the cohorts, whether or not a report shows them.
        describe = report is not False or request.cac is not None
        segments = BySegment() if describe else None
        valuation = value_customers(engine, read, settings, progress, describe=describe, segments=segments)
        yield Valued(engine, valuation, study_of(engine, valuation, progress) if describe else None)


def opened(request: Request, progress: Progress, spill: Path | None = None) -> DuckDBEngine:
    """Open the engine that the request names; what does not fit into memory goes to the folder `spill`."""
    memory = request.memory_limit and engine_share(request.memory_limit)
    return DuckDBEngine(threads=request.threads, memory_limit=memory, spill=spill, reached=progress.reached)


def read_options(request: Request) -> ReadOptions:
    """Return the part of the request that the sources need."""
    return ReadOptions(
        query=request.query,
        as_of=request.as_of,
        mapping=request.mapping,
        date_order=request.date_order,
        timezone=request.timezone,
        decimal="comma" if request.decimal == "comma" else "point" if request.decimal == "point" else None,
        zero_amount="keep" if request.zero_amount == "keep" else "exclude",
        details=request.learners,
    )


def local_today() -> dt.date:
    """Return today's date where this machine stands."""
    return dt.datetime.now().astimezone().date()


def _check_model(name: str) -> None:
    from regulars.models.transactions import MODELS  # noqa: PLC0415 - loaded by now, beside the reading

    if name != "auto":
        MODELS.get(name)


def _settings(request: Request, read: Uncounted) -> Settings:
    if request.margin is not None and not read.has_money:
        raise InputError("a margin needs amounts, and these orders hold none; leave --margin out")
    from regulars.valuation.valuation import Settings  # noqa: PLC0415 - loaded by now, beside the reading

    return Settings(
        as_of=read.as_of,
        horizon=request.horizon,
        unit=request.unit,
        model=request.model,
        discount=request.discount,
        interval=request.interval,
        basis=request.basis if read.has_money else "purchases",
        margin=request.margin,
        cac=request.cac,
        zero_amount=request.zero_amount,
        timezone=request.timezone,
        seed=request.seed,
        time_budget=request.time_budget,
        learners=request.learners,
    )
