"""Small artificial valuations: the situations in which a report must still tell the truth."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from collections.abc import Callable
from decimal import Decimal

import numpy as np
from artificial_backtest import backtest_of
from artificial_base import at_risk_of, expected_concentration_of, historic_concentration_of, segments_of
from artificial_cohorts import cohorts_of, newer_cohorts_of
from artificial_facts import economics
from artificial_fit import (
    ONCE,
    WEEKLY,
    alive_history_of,
    bought_once,
    checks,
    five_weekly,
    histories_of,
    holdout_of,
    pareto_nbd,
)
from artificial_learned import learned_of

from regulars.contract.receipt import Receipt, ReceiptLine
from regulars.decisions.gone import Gone
from regulars.models.certificate import Certificate, Finding
from regulars.models.spend.gamma_gamma import GammaGammaFit
from regulars.models.transactions.pareto_nbd import ParetoNBD
from regulars.reporting import report
from regulars.reporting.document import Report
from regulars.reporting.html import to_html
from regulars.reporting.study import Study
from regulars.valuation.backtest.in_words import verdict
from regulars.valuation.valuation import (
    Candidate,
    CustomerRow,
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
HOSTILE = "</script><img src=x onerror=1>"


def normal() -> Valuation:
    """Return a shop of some thousand customers whose data are in order."""
    tested = backtest_of()
    settings = Settings(
        as_of=AS_OF,
        horizon=365,
        unit="week",
        model="auto",
        discount=0.1,
        interval=0.8,
        basis="net_sales (as given)",
        margin=None,
        cac=None,
        zero_amount="exclude",
        timezone="UTC",
        seed=0,
    )
    return Valuation(
        fit=pareto_nbd(),
        settings=settings,
        receipt=_receipt(),
        candidates=(
            Candidate("bg-nbd", -41230.512, 82494.53, ""),
            Candidate("mbg-nbd", -41221.204, 82475.914, ""),
            Candidate("pareto-nbd", -41210.118, 82453.742, ""),
            Candidate("nbd", None, None, "not asked for"),
        ),
        chosen_because=verdict(tested.league, tested.judgement),
        tested=tested,
        untested="",
        transactions=_transactions(),
        spend=_spend(),
        spend_note="",
        mean_spend=416.9,
        totals=Totals(
            customers=4338,
            orders=18532,
            historic_value=8_911_407.904,
            expected_purchases=Interval(12_604.3, 12_260.0, 12_951.0),
            expected_value=Interval(5_918_204.1, 5_603_000.2, 6_296_000.9),
            clv=5_652_118.4,
            residual_value=21_430_900.0,
            reason="",
        ),
        cohort_totals=(),
        segment_totals=(),
        tracking=_tracking(53),
        fit_checks=checks(histories_of(4338)),
        distribution=ValueDistribution(
            edges=np.array([0.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1000.0, 2500.0, 5000.0, 10000.0, 250000.0]),
            customers=np.array([820, 241, 189, 302, 711, 803, 640, 390, 160, 52, 30]),
            share_interval_zero=0.3417,
        ),
        top_customers=tuple(_customer(rank) for rank in range(20)),
        left_truncation=LeftTruncation(days=30, customers=885, share=0.204, flagged=True),
        notes=(
            "The last day, 2011-12-09, ends at 12:50 and may be incomplete.",
            "885 of 4,338 customers were first seen early: many may be older than the record.",
        ),
        histories=3521,
        steps=(),
        versions={"regulars": "0.1.0", "duckdb": "2.0.0"},
    )


def untested() -> Valuation:
    """Return the shop with a record that is too short to test anything on the past."""
    because = "Pareto/NBD has the lowest BIC of the three, by 22.2."
    return dataclasses.replace(normal(), tested=None, untested="the record is too short", chosen_because=because)


def no_money() -> Valuation:
    """Return a log of purchases without amounts."""
    shop = normal()
    lines = tuple(dataclasses.replace(line, amount=None) for line in shop.receipt.lines)
    receipt = dataclasses.replace(shop.receipt, lines=lines, amount_read=None, currency=None, has_money=False)
    totals = shop.totals
    purchases = totals.expected_purchases
    return dataclasses.replace(
        shop,
        receipt=receipt,
        tested=backtest_of(money=False),
        spend=None,
        spend_note="The orders hold no amounts, so no spend model was fitted.",
        fit_checks=checks(histories_of(4338), money=False),
        mean_spend=1.0,
        settings=dataclasses.replace(shop.settings, basis="purchases"),
        totals=dataclasses.replace(
            totals, historic_value=17_903.0, expected_value=purchases, clv=12_041.7, residual_value=None
        ),
        distribution=dataclasses.replace(
            shop.spread(),
            edges=np.array([0.0, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0]),
        ),
        top_customers=tuple(_purchases_only(row) for row in shop.top_customers),
    )


def undefined_mean() -> Valuation:
    """Return a shop whose spend is so uneven that its mean does not exist."""
    shop = normal()
    return dataclasses.replace(
        shop,
        tested=backtest_of(mean=False),
        mean_spend=None,
        totals=dataclasses.replace(
            shop.totals,
            expected_value=None,
            clv=None,
            residual_value=None,
            reason="p·n + q ≤ 1 for 12 customers: the mean of their spend is infinite, its median is not.",
        ),
        top_customers=tuple(dataclasses.replace(row, expected_value=None) for row in shop.top_customers),
    )


def five_customers() -> Valuation:
    """Return a shop of five customers."""
    shop = untested()
    return dataclasses.replace(
        shop,
        totals=Totals(5, 31, 812.5, Interval(24.2, 3.0, 51.0), Interval(631.4, 41.9, 1480.2), 604.1, None, ""),
        tracking=_tracking(6),
        fit_checks=checks(five_weekly(), WEEKLY),
        distribution=ValueDistribution(np.array([0.0, 50.0, 100.0, 250.0]), np.array([2, 0, 3]), 0.0),
        transactions=dataclasses.replace(
            shop.transactions,
            customers=5,
            standard_errors=dict.fromkeys(shop.transactions.parameters, math.nan),
            certificate=Certificate(
                (Finding("dropout", "warning", "Dropout is not identified: these data look like a plain NBD.", 0.002),)
            ),
        ),
        top_customers=tuple(_customer(rank, scale=0.002) for rank in range(5)),
        histories=5,
    )


def no_repeat_buyers() -> Valuation:
    """Return a shop in which nobody has bought twice."""
    shop = untested()
    weeks = shop.tracking.week_start
    zeros = np.zeros(len(weeks))
    return dataclasses.replace(
        shop,
        totals=Totals(1200, 1200, 43_180.0, Interval(0.0, 0.0, 0.0), Interval(0.0, 0.0, 0.0), 0.0, 0.0, ""),
        tracking=Tracking(weeks, zeros, zeros),
        fit_checks=checks(bought_once(1200), ONCE),
        distribution=ValueDistribution(np.array([0.0, 1.0]), np.array([1200]), 1.0),
        top_customers=(),
        candidates=(Candidate("bg-nbd", None, None, "no customer bought twice"),),
    )


def long_ids() -> Valuation:
    """Return a shop whose texts are as long and as hostile as texts can be."""
    shop = normal()
    long = ("x" * 300, "a b " * 60, "顧客" * 30)
    hard = (HOSTILE, "\u202eright to left", "{{ 7 * 7 }}", "&lt;b&gt;", "\ud800", "نورا")
    rows = (dataclasses.replace(_customer(rank), customer_id=text) for rank, text in enumerate(long + hard))
    receipt = dataclasses.replace(
        shop.receipt,
        sources=(f"{HOSTILE}.csv", "orders-of-a-shop-with-a-very-long-name-" * 5 + ".parquet"),
        columns={"customer_id": HOSTILE, "amount": "A" * 200},
        currency=HOSTILE,
        notes=(HOSTILE,),
    )
    return dataclasses.replace(
        shop,
        settings=dataclasses.replace(shop.settings, basis=HOSTILE, margin=0.425, cac=12.5),
        receipt=receipt,
        top_customers=tuple(rows),
        spend_note=HOSTILE,
        notes=(HOSTILE,),
    )


def known_costs() -> Valuation:
    """Return the shop in good order, counted in margin, with the cost of acquiring a customer and learners tried."""
    shop = normal()
    settings = dataclasses.replace(shop.settings, basis="margin", margin=0.4, cac=135.0, learners=True)
    return dataclasses.replace(shop, settings=settings)


SHOPS: dict[str, Callable[[], Valuation]] = {
    builder.__name__: builder
    for builder in (normal, untested, no_money, undefined_mean, five_customers, no_repeat_buyers, long_ids, known_costs)
}


def study_of(valuation: Valuation) -> Study:
    """Return what a report would show of a valuation."""
    holdout, holdout_reason = holdout_of(valuation)
    return Study(
        valuation,
        historic_concentration=historic_concentration_of(valuation),
        expected_concentration=expected_concentration_of(valuation),
        at_risk=at_risk_of(valuation),
        gone=Gone(0.284 * valuation.totals.customers, 0.31 * _total(valuation)),
        segments=segments_of(valuation),
        cohorts=cohorts_of(valuation),
        newer_cohorts=newer_cohorts_of(valuation),
        economics=economics(valuation),
        holdout=holdout,
        holdout_reason=holdout_reason,
        alive_history=alive_history_of(valuation),
        learned=learned_of(valuation),
    )


def report_of(valuation: Valuation) -> Report:
    """Return the report of a valuation and what belongs to it."""
    return report.report_of(study_of(valuation))


def render_html(valuation: Valuation) -> str:
    """Return the page of a valuation and what belongs to it."""
    return to_html(report_of(valuation))


def _total(valuation: Valuation) -> float:
    totals = valuation.totals
    return (totals.expected_value or totals.expected_purchases).expected


def _receipt() -> Receipt:
    return Receipt(
        sources=("online_retail.parquet",),
        columns={"customer_id": "CustomerID", "order_id": "InvoiceNo", "ordered_at": "InvoiceDate"},
        rows_read=541_909,
        amount_read=Decimal("9747747.934"),
        lines=(
            ReceiptLine("valid", "sale", 397_884, Decimal("8911407.904"), "a line with an amount above zero"),
            ReceiptLine("valid", "discount", 77, Decimal("-5696.22"), "a discount on an order"),
            ReceiptLine("valid", "refund of an order", 7_512, Decimal("-460338.15"), "matched to an earlier line"),
            ReceiptLine("valid", "refund without its order", 1_316, Decimal("-145159.14"), "no earlier line found"),
            ReceiptLine("excluded", "no customer", 135_080, Decimal("1447682.12"), "the customer is not named"),
            ReceiptLine("excluded", "amount of zero", 39, Decimal("0.00"), "a line that costs nothing"),
            ReceiptLine("quarantined", "unreadable date", 1, None, "the date could not be read"),
            ReceiptLine("quarantined", "amount out of range", 0, Decimal("-148.58"), "larger than 14 digits"),
        ),
        orders=18_532,
        customers=4_338,
        first_day="2010-12-01",
        last_day="2011-12-09",
        currency="GBP",
        has_money=True,
        notes=("The last day, 2011-12-09, ends at 12:50 and may be incomplete.",),
    )


def _transactions() -> FittedModel:
    return FittedModel(
        name="pareto-nbd",
        title="Pareto/NBD",
        parameters={"r": 0.553412, "alpha": 10.580235, "s": 0.606112, "beta": 11656.2},
        standard_errors={"r": 0.047634, "alpha": 0.84239, "s": 0.18724, "beta": math.nan},
        log_likelihood=-41210.118,
        aic=82428.236,
        bic=82453.742,
        customers=4338,
        certificate=Certificate(
            (
                Finding("gradient", "good", "The likelihood is flat at the solution.", 3.2e-9),
                Finding("starts", "good", "All 5 starts arrived at the same parameters.", 5.0),
                Finding("curvature", "note", "Two parameters can hardly be told apart.", 48_211.7),
            )
        ),
        assumptions=ParetoNBD.assumptions,
    )


def _spend() -> FittedModel:
    return FittedModel(
        name="gamma-gamma",
        title="Gamma-Gamma",
        parameters={"p": 2.105, "q": 3.452, "gamma": 485.573},
        standard_errors={"p": 0.0512, "q": 0.121, "gamma": 21.7},
        log_likelihood=-20145.7,
        aic=40297.4,
        bic=40315.1,
        customers=2790,
        certificate=Certificate(
            (
                Finding("gradient", "good", "The likelihood is flat at the solution.", 8.1e-7),
                Finding(
                    "independence",
                    "warning",
                    "Customers who buy more often also spend more per purchase; left out, this costs GBP 310,000.",
                    0.19,
                ),
            )
        ),
        assumptions=GammaGammaFit.assumptions,
    )


def _tracking(weeks: int) -> Tracking:
    week = np.arange(weeks, dtype=np.float64)
    expected = 90.0 + 3.7 * week + 0.3
    actual = np.round(expected * (1.0 + 0.15 * np.sin(week / 4.0)))
    first = dt.date(2010, 12, 6)
    return Tracking(tuple(first + dt.timedelta(days=7 * number) for number in range(weeks)), actual, expected)


def _customer(rank: int, scale: float = 1.0) -> CustomerRow:
    expected = scale * 250_000.0 / (rank + 1.0)
    return CustomerRow(
        customer_id=str(14646 + 97 * rank),
        first_order=dt.date(2010, 12, 1) + dt.timedelta(days=rank),
        last_order=dt.date(2011, 12, 9) - dt.timedelta(days=3 * rank),
        orders=74 - rank,
        frequency=60 - rank,
        historic_value=1.12 * expected,
        probability_alive=0.9991 - 0.003 * rank,
        expected_purchases=52.4 - rank,
        expected_value=expected,
        value_low=0.81 * expected,
        value_median=0.98 * expected,
        value_high=1.21 * expected,
    )


def _purchases_only(row: CustomerRow) -> CustomerRow:
    expected = row.expected_purchases
    return dataclasses.replace(
        row,
        historic_value=float(row.orders),
        expected_value=expected,
        value_low=round(0.8 * expected),
        value_median=round(expected),
        value_high=round(1.2 * expected),
    )
