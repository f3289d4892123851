"""A small valuation to show and to write, made without reading or fitting anything."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from artificial_fit import checks, five_weekly

from regulars.app.request import Request
from regulars.app.run import Written
from regulars.contract.receipt import Receipt, ReceiptLine
from regulars.engines.base import Engine
from regulars.models.certificate import Certificate, Finding
from regulars.models.fit import Fit
from regulars.models.transactions.nbd import NBD
from regulars.periods import Unit
from regulars.progress import Progress
from regulars.valuation.valuation import (
    Candidate,
    FittedModel,
    Interval,
    LeftTruncation,
    Settings,
    Totals,
    Tracking,
    Valuation,
    ValueDistribution,
)

AS_OF = dt.date(2011, 12, 9)
NAN = float("nan")
IDS = ("=1+1", "a'b", "línea\nbreak")


@pytest.fixture
def small_receipt() -> Receipt:
    """Eight rows read: five sold, one refunded, one excluded, one quarantined."""
    return Receipt(
        sources=("orders.csv",),
        columns={"customer_id": "CustomerID", "amount": "Amount"},
        rows_read=8,
        amount_read=Decimal("95.5000"),
        lines=(
            ReceiptLine("valid", "sale", 5, Decimal("100.5000"), "sold"),
            ReceiptLine("valid", "refund of an order", 1, Decimal("-10.0000"), "taken back"),
            ReceiptLine("excluded", "no customer", 1, Decimal("5.0000"), "nobody to credit"),
            ReceiptLine("quarantined", "unreadable date", 1, None, "no date"),
        ),
        orders=4,
        customers=3,
        first_day="2011-01-01",
        last_day="2011-12-09",
        currency="GBP",
        has_money=True,
        notes=("the last day is incomplete",),
    )


@pytest.fixture
def small_valuation(small_receipt: Receipt) -> Callable[[Settings], Valuation]:
    """Return the way from settings to a valuation of three customers."""

    def valuation(settings: Settings) -> Valuation:
        finding = Finding("condition", "note", "The parameters trade off against each other.", 1e9)
        fit = FittedModel(
            name="bg-nbd",
            title="BG/NBD",
            parameters={"r": 0.24, "alpha": 4.4, "a": 0.79, "b": 2.4},
            standard_errors={"r": 0.01, "alpha": 0.3, "a": NAN, "b": NAN},
            log_likelihood=-123.4,
            aic=254.8,
            bic=260.1,
            customers=3,
            certificate=Certificate((finding,)),
            assumptions=NBD.assumptions,
        )
        return Valuation(
            fit=Fit(NBD(), np.array([0.4, 12.0]), Unit.WEEK, -9.0, 3.0, np.eye(2), Certificate(())),
            settings=settings,
            receipt=small_receipt,
            candidates=(Candidate("bg-nbd", -123.4, 260.1, ""), Candidate("pareto-nbd", None, None, "no repeats")),
            chosen_because="it has the lowest BIC",
            tested=None,
            untested="the record is too short",
            transactions=fit,
            spend=None,
            spend_note="nobody came back",
            mean_spend=30.0,
            totals=Totals(3, 4, 90.5, Interval(4.2, 3.0, 6.0), Interval(120.0, 80.0, 190.0), 115.0, None, ""),
            cohort_totals=(),
            segment_totals=(),
            tracking=Tracking((AS_OF,), np.zeros(1), np.zeros(1)),
            fit_checks=checks(five_weekly()),
            distribution=ValueDistribution(np.zeros(2), np.zeros(1, dtype=np.int64), 0.5),
            top_customers=(),
            left_truncation=LeftTruncation(30, 1, 1 / 3, flagged=True),
            notes=(),
            histories=3,
            steps=(),
            versions={"regulars": "0"},
        )

    return valuation


@pytest.fixture
def one_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a demo fit one model where it does not matter how it is chosen: a tenth of the seconds."""
    from regulars.app import demo
    from regulars.app.run import run

    def run_of_one_model(orders: list[Path], request: Request, out: Path, **more: Any) -> Written:
        return run(orders, dataclasses.replace(request, model="bg-nbd"), out, **more)

    monkeypatch.setattr(demo, "run", run_of_one_model)


@pytest.fixture
def small_shop(
    small_receipt: Receipt, small_valuation: Callable[[Settings], Valuation], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Put a shop of three customers in the place of reading and valuing."""
    from artificial_shops import study_of

    from regulars.app import study, value
    from regulars.reporting import html
    from regulars.sources.read import Uncounted
    from regulars.valuation import run

    def read_uncounted(
        engine: Engine, orders: object, options: object, *, today: dt.date, progress: Progress
    ) -> object:
        with progress.step("read the orders") as counted:
            engine.execute("create table quarantine (file varchar, line bigint, reason varchar, content varchar)")
            engine.execute(
                "insert into quarantine values ('orders.csv', 3, 'unreadable date', '=cmd|x'), "
                "('orders.csv', 2, 'unreadable date', '@a,\"b\"')"
            )
            counted.text = "8 rows"
        return Uncounted(draft=small_receipt, as_of=AS_OF, has_money=True)

    def value_customers(
        engine: Engine, read: object, settings: Settings, progress: Progress, *, describe: bool, segments: object
    ) -> Valuation:
        number = "null::double"
        with progress.step("score"):
            engine.execute("create table ids (customer_id varchar)")
            for customer in reversed(IDS):
                engine.execute("insert into ids values (?)", [customer])
            engine.execute(
                "create table customers as select customer_id, date '2011-01-01' as first_order, "
                "date '2011-12-09' as last_order, 2::bigint as orders, 2::bigint as purchase_days, "
                f"1::bigint as frequency, 342::bigint as recency, 342::bigint as age, {number} as monetary, "
                "10.5::double as historic_value, 0.5::double as probability_alive, 1.5::double as expected_purchases, "
                "0.25::double as probability_purchase, 2.5::double as expected_value, 0::double as value_low, "
                f"0::double as value_median, 9::double as value_high, 2.25::double as clv, {number} as residual_value "
                "from ids"
            )
        return small_valuation(settings)

    monkeypatch.setattr(value, "read_uncounted", read_uncounted)
    monkeypatch.setattr(run, "value_customers", value_customers)
    monkeypatch.setattr(study, "study_of", lambda _, valuation, __: study_of(valuation))
    monkeypatch.setattr(html, "to_html", lambda _: "<!doctype html><title>report</title>")
