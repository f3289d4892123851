"""Contracts in, the value of every customer out: the use case behind `regulars run` on a file of contracts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regulars.app import early
from regulars.app.customers import Customers
from regulars.app.files import RUN_FILE, published
from regulars.app.request import Request
from regulars.app.run_file import as_json
from regulars.app.subscriptions_file import describe
from regulars.app.value import local_today, opened, read_options
from regulars.app.writing import check_outputs, fingerprints, write_report, write_tables
from regulars.contract.receipt import Receipt
from regulars.engines.base import Engine
from regulars.errors import InputError
from regulars.periods import date_of
from regulars.progress import Progress
from regulars.sources.subscriptions.read import SubscriptionIntake, read_subscriptions
from regulars.valuation.subscriptions.valuation import (
    PeriodFit,
    SubscriptionSettings,
    SubscriptionTotals,
    SubscriptionValuation,
)

if TYPE_CHECKING:
    from regulars.reporting.document import Report

COLUMNS = (
    "customer_id",
    "plan",
    "first_start",
    "last_end",
    "contracts",
    "active_contracts",
    "renewals",
    "periods_paid",
    "monthly_price",
    "historic_value",
    "probability_alive",
    "expected_renewals",
    "probability_renewal",
    "expected_value",
    "value_low",
    "value_median",
    "value_high",
    "clv",
    "residual_value",
)
# What amounts of contracts mean where nobody says so.
AS_GIVEN = "contract prices (as given)"


@dataclass(frozen=True, eq=False, repr=False)
class SubscriptionResult:
    """The value of contracts as of a day; made by `value_subscriptions`."""

    valuation: SubscriptionValuation
    customers: Customers

    @property
    def fits(self) -> tuple[PeriodFit, ...]:
        """The model of renewals of each billing period, with what was seen of them."""
        return self.valuation.fits

    @property
    def receipt(self) -> Receipt:
        """What was read, what was accepted and why the rest was not."""
        return self.valuation.receipt

    @property
    def totals(self) -> SubscriptionTotals:
        """The sums over all customers, with their intervals."""
        return self.valuation.totals

    def report(self, path: str | Path) -> Path:
        """Write the report in the format of the ending (.html, .pdf, .md, .json) and return its path."""
        from regulars.reporting.rendering import write  # noqa: PLC0415 - the drawing library loads half a second

        target = Path(path)
        write(_report(self.valuation), target)
        return target

    def __repr__(self) -> str:
        return "\n".join(f"{label}: {text}" for label, text in summary(self.valuation))


@dataclass(frozen=True)
class WrittenSubscriptions:
    """What a run left behind: the valuation, the names of the files, and the bytes of run.json."""

    valuation: SubscriptionValuation
    files: tuple[str, ...]
    account: bytes


def value_subscriptions(
    subscriptions: Any,
    *,
    query: str | None = None,
    as_of: str | dt.date | None = None,
    horizon: int = 365,
    map: Mapping[str, str] | None = None,  # noqa: A002 - the name of the option on the command line
    date_order: str | None = None,
    decimal: str | None = None,
    timezone: str = "UTC",
    zero_amount: str = "exclude",
    model: str = "auto",
    margin: float | None = None,
    discount: float = 0.10,
    interval: float = 0.8,
    threads: int | None = None,
    memory_limit: str | None = None,
    today: dt.date | None = None,
    progress: Progress | None = None,
) -> SubscriptionResult:
    """Value the customers of contracts with a start and an end: a path, several, or a table.

    Columns are recognised by their names (customer, start, end, plan, price, billing period …) or named by `map`.
    `horizon` is in days, `discount` per year, `margin` and `interval` are shares. Raises `InputError` for contracts or
    options that cannot be used, with what to do.

    >>> import pandas as pd
    >>> ends = [None, "2023-05-01", None, "2023-03-01", None, "2023-04-01"]
    >>> contracts = pd.DataFrame({"customer": list("abcdef"), "start": "2023-01-01", "end": ends, "price": 10.0})
    >>> result = value_subscriptions(contracts, as_of="2023-12-31", horizon=90)
    >>> result.totals.active_contracts, result.totals.historic_value
    (3, 450.0)
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
        model=model,
        margin=margin,
        discount=discount,
        interval=interval,
        threads=threads,
        memory_limit=memory_limit,
    )
    with _valued(subscriptions, request, today=today or local_today(), progress=progress or Progress()) as found:
        engine, valuation = found
        return SubscriptionResult(valuation, Customers.of(engine, valuation.totals.customers, COLUMNS))


def run_subscriptions(
    given: Sequence[str | Path],
    request: Request,
    out: Path,
    *,
    report: bool,
    pdf: bool = False,
    today: dt.date,
    progress: Progress,
) -> WrittenSubscriptions:
    """Value the customers of the contracts in `given` and write the files into the folder `out`, all or none."""
    check_outputs(given, out, report=report, pdf=pdf)
    with published(out) as folder:
        with _valued(given, request, today=today, progress=progress, spill=folder) as (engine, valuation):
            customers = valuation.totals.customers
            write_tables(engine, COLUMNS, customers, valuation.receipt, folder=folder, progress=progress)
        shown = write_report(partial(_report, valuation), folder, progress, pdf=pdf) if report else None
        files = fingerprints(folder)
        account = as_json(describe(valuation, request, report=shown, files=files, steps=progress.steps))
        (folder / RUN_FILE).write_bytes(account)
        return WrittenSubscriptions(valuation, (*files, RUN_FILE), account)


def summary(valuation: SubscriptionValuation) -> list[tuple[str, str]]:
    """Return the few lines that say what a run found: labels and texts."""
    from regulars.reporting.subscriptions.words import basis, headline  # noqa: PLC0415 - loads the room of reports

    models = ", ".join(
        f"{one.fit.model.title} per {one.period.name}, certificate {one.fit.certificate.standing}"
        for one in valuation.fits
        if one.fit is not None
    )
    texts = (("Contracts", headline(valuation)), ("Counted in", basis(valuation)), ("Model", models or "none"))
    return [(label, text.replace("\N{NO-BREAK SPACE}", " ")) for label, text in texts]


@contextmanager
def _valued(
    given: Any, request: Request, *, today: dt.date, progress: Progress, spill: Path | None = None
) -> Iterator[tuple[Engine, SubscriptionValuation]]:
    """Give the valuation and the engine, whose tables `customers` and `quarantine` last as long as the block."""
    if request.cac is not None:
        raise InputError("the cost of acquiring a customer is not compared with contracts yet; leave --cac out")
    with opened(request, progress, spill) as engine:
        (models,) = early.loading("regulars.valuation.subscriptions.run")
        intake = read_subscriptions(engine, given, read_options(request), today=today, progress=progress)
        value_contracts = models.result().value_contracts
        _check_model(request.model)
        yield engine, value_contracts(engine, intake, _settings(request, intake), progress)


def _check_model(name: str) -> None:
    from regulars.models.renewals import RENEWALS  # noqa: PLC0415 - loaded by now, beside the reading

    if name != "auto":
        RENEWALS.get(name)


def _settings(request: Request, intake: SubscriptionIntake) -> SubscriptionSettings:
    return SubscriptionSettings(
        as_of=intake.as_of,
        horizon=request.horizon,
        model=request.model,
        discount=request.discount,
        interval=request.interval,
        basis="margin" if request.margin is not None else request.declared_basis or AS_GIVEN,
        margin=request.margin,
        zero_amount=request.zero_amount,
        timezone=request.timezone,
    )


def _report(valuation: SubscriptionValuation) -> Report:
    from regulars.reporting.subscriptions.report import subscription_report  # noqa: PLC0415 - only where asked for

    return subscription_report(valuation)
