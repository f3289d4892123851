"""From orders to a value per customer: summarise, fit, score, and say what to believe of it."""

from __future__ import annotations

import importlib.metadata
import math
import platform

from regulars.contract.tables import ORDER_DETAILS
from regulars.engines.base import Engine
from regulars.errors import NotApplicable
from regulars.models.fit import Fit
from regulars.models.pooled import PooledFit
from regulars.models.predictions import Uncertain
from regulars.models.spend.base import SpendFit
from regulars.periods import Unit
from regulars.progress import Progress
from regulars.sources.orders import customers_of_orders
from regulars.sources.read import Uncounted
from regulars.valuation.backtest.in_words import verdict
from regulars.valuation.backtest.rule import Rule
from regulars.valuation.backtest.sample import draw_judged, forget_judged
from regulars.valuation.calendar import on_calendar, repeats_of_record
from regulars.valuation.choice import Trials, choose, needs_calendar, needs_gaps, try_on_the_past
from regulars.valuation.cohort_totals import cohort_totals
from regulars.valuation.corrections import UNCORRECTED, Corrections, corrections_by, not_counted
from regulars.valuation.describe import customer_values, distribution, left_truncation, top_customers
from regulars.valuation.drawn_totals import Way
from regulars.valuation.fit_checks import fit_checks
from regulars.valuation.gaps import log_gaps
from regulars.valuation.group_totals import group_totals
from regulars.valuation.grouping import Grouping
from regulars.valuation.histories import Summary, summarise, with_all_days
from regulars.valuation.score import score_customers
from regulars.valuation.spend import fit_spend, mean_spend
from regulars.valuation.spend_way import REPEAT, SpendWay
from regulars.valuation.totals import moved_to, total_up
from regulars.valuation.tracking import track
from regulars.valuation.valuation import FittedModel, LeftTruncation, Settings, Totals, Valuation
from regulars.valuation.with_learners import check_interval, score_with_learners

AUTO = "auto"
PACKAGES = ("regulars", "duckdb", "numpy", "scipy")


def value_customers(
    engine: Engine,
    read: Uncounted,
    settings: Settings,
    progress: Progress,
    *,
    describe: bool = True,
    segments: Grouping | None = None,
) -> Valuation:
    """Return the valuation of the orders in `engine`, and leave the view `customers` there, a row per customer.

    `describe` computes what only a report shows (how value is spread, who carries most of it, the totals of cohorts and
    of `segments`) and leaves the tables `orders`, `refunds` and `customer_values` and the view `record_days` to whoever
    studies the base; `forget_the_record` ends them.

    Raises `InputError` where no purchase is left, `NotApplicable` where nothing can be learned from them.
    """
    unit = Unit.of(settings.unit)
    if settings.learners:
        check_interval(settings)
    with progress.step("summarise the histories") as counted:
        summary = summarise(engine, settings.as_of, unit, keep_zero=settings.zero_amount == "keep")
        intake = read.counted(_customers(engine, read, summary))
        record = draw_judged(engine, summary.customers) if settings.model == AUTO else None
        counted.text = f"{summary.customers:,} customers, {len(summary.base.histories):,} distinct histories"
    trials = None
    if record is not None:
        with progress.step("test on the past") as counted:
            trials = try_on_the_past(engine, summary, settings, record, has_money=intake.has_money, segments=segments)
            forget_judged(engine)
            counted.text = _tried(trials)
            if trials.rule is not None and trials.rule.spend != REPEAT:
                summary = with_all_days(engine, summary)
    with progress.step("fit the purchases") as counted:
        histories = summary.base.histories
        if needs_gaps(settings, trials):
            histories = histories.with_gaps(log_gaps(engine, unit))
        if needs_calendar(trials):
            histories = on_calendar(histories, settings.as_of, repeats_of_record(engine))
        if not describe and not _learns(trials):
            forget_the_record(engine)
        choice = choose(histories, settings, trials)
        counted.text = choice.fit.model.title
    with progress.step("fit the spend") as counted:
        spend, spend_note = fit_spend(engine, _spend_way(trials), has_money=intake.has_money)
        counted.text = f"{spend.title}, {spend.customers:,.0f} customers"
    with progress.step("score the customers") as counted:
        corrections = _corrections(trials, choice.fit, summary, settings, has_money=intake.has_money)
        scores = score_customers(engine, choice.fit, spend, summary, settings, corrections=corrections)
        way = Way(choice.fit, histories, spend, settings, corrections)
        totals = total_up(way, summary, scores)
        totals, silent = _with_learners(engine, trials, choice.fit, way, totals, has_money=intake.has_money)
        counted.text = f"{summary.customers:,} customers"
    with progress.step("describe the base"):
        if describe:
            customer_values(engine)
        elif _learns(trials):
            forget_the_record(engine)
        truncation = left_truncation(engine, summary.first_day, settings.as_of)
        grouped = describe and _tested(trials)
        return Valuation(
            fit=choice.fit,
            settings=settings,
            receipt=intake.receipt,
            candidates=choice.candidates,
            chosen_because=choice.because or _verdict(trials),
            tested=None if trials is None else trials.tested,
            untested="a model asked for by its name is not tested" if trials is None else trials.reason,
            transactions=_purchases(choice.fit),
            spend=_spend(spend) if intake.has_money else None,
            spend_note=spend_note,
            mean_spend=mean_spend(spend),
            totals=totals,
            cohort_totals=cohort_totals(engine, way, summary, scores, learned=_learns(trials)) if grouped else (),
            segment_totals=group_totals(engine, way, summary, scores, segments, learned=_learns(trials))
            if grouped and segments
            else (),
            tracking=track(engine, choice.fit, summary.first_day, settings.as_of),
            fit_checks=fit_checks(engine, choice.fit, spend, summary, settings) if describe else None,
            top_customers=top_customers(engine) if describe else (),
            distribution=distribution(engine) if describe else None,
            left_truncation=truncation,
            notes=(*_notes(summary, truncation), *silent, *not_counted(_rule(trials), corrections)),
            histories=len(summary.base.histories),
            steps=tuple(progress.steps),
            versions=_versions(),
            still_here=corrections.still,
        )


def forget_the_record(engine: Engine) -> None:
    """Drop the tables of single orders and days: writing the customers wants their memory."""
    engine.execute("drop view record_days")
    for table in ("orders", "refunds", "purchase_days"):
        engine.execute(f"drop table {table}")
    for table in ("customer_values", ORDER_DETAILS.name):
        engine.execute(f"drop table if exists {table}")


def _with_learners(
    engine: Engine, trials: Trials | None, fit: Fit | PooledFit, way: Way, totals: Totals, *, has_money: bool
) -> tuple[Totals, tuple[str, ...]]:
    """Return the totals with what learners say where they have a share; a note where they cannot learn today."""
    if trials is None or trials.rule is None or not _learns(trials):
        return totals, ()
    try:
        sums = score_with_learners(engine, trials.rule, fit, way.spend, way.settings, has_money=has_money)
    except NotApplicable as reason:
        return totals, (f"Learners have a share by the back-test, but none at the as-of day: {reason}.",)
    return moved_to(totals, sums), ()


def _customers(engine: Engine, read: Uncounted, summary: Summary) -> int:
    """Return how many customers placed the orders: counting them anew takes a twentieth of a run."""
    return summary.customers if summary.plain else customers_of_orders(engine, read.draft.orders)


def _corrections(
    trials: Trials | None, fit: Uncertain, summary: Summary, settings: Settings, *, has_money: bool
) -> Corrections:
    rule = _rule(trials)
    if rule is None:
        return UNCORRECTED
    return corrections_by(rule, fit, summary.base.histories, settings.horizon, has_money=has_money)


def _rule(trials: Trials | None) -> Rule | None:
    return None if trials is None else trials.rule


def _tested(trials: Trials | None) -> bool:
    return trials is not None and trials.tested is not None


def _spend_way(trials: Trials | None) -> SpendWay:
    rule = _rule(trials)
    return REPEAT if rule is None else rule.spend


def _learns(trials: Trials | None) -> bool:
    rule = _rule(trials)
    return rule is not None and bool(rule.learners)


def _verdict(trials: Trials | None) -> str:
    """Return what the past says to do; nothing where nothing was tried on it."""
    found = None if trials is None else trials.tested
    return "" if found is None else verdict(found.league, found.judgement)


def _tried(trials: Trials) -> str:
    if trials.tested is None:
        return f"not possible: {trials.reason}"
    league = trials.tested.league
    return f"{len(league.contenders):,} ways to forecast, {len(league.origins.days):,} windows"


def _purchases(fit: Fit | PooledFit) -> FittedModel:
    return FittedModel(
        name=fit.model.name,
        title=fit.model.title,
        parameters=fit.params,
        standard_errors=fit.standard_errors,
        log_likelihood=fit.log_likelihood if isinstance(fit, Fit) else None,
        aic=fit.aic if isinstance(fit, Fit) else None,
        bic=fit.bic if isinstance(fit, Fit) else None,
        customers=round(fit.customers),
        certificate=fit.certificate,
        assumptions=fit.model.assumptions,
    )


def _spend(fit: SpendFit) -> FittedModel:
    parameters = fit.params
    size = len(fit.standard_errors)
    customers = max(fit.customers, 1.0)
    return FittedModel(
        name=fit.name,
        title=fit.title,
        parameters=parameters,
        standard_errors=fit.standard_errors,
        log_likelihood=fit.log_likelihood,
        aic=2.0 * size - 2.0 * fit.log_likelihood,
        bic=size * math.log(customers) - 2.0 * fit.log_likelihood,
        customers=round(fit.customers),
        certificate=fit.certificate,
        assumptions=fit.assumptions,
    )


def _notes(summary: Summary, truncation: LeftTruncation) -> tuple[str, ...]:
    notes = []
    if truncation.flagged:
        notes.append(
            f"{truncation.customers:,} of {summary.customers:,} customers ({truncation.share:.0%}) were first seen "
            f"in the first {truncation.days} days of the record: many may be older customers whose first orders "
            "are not in it, which makes customers look younger and the business look faster than they are."
        )
    if summary.lapsed:
        notes.append(
            f"{summary.lapsed:,} people have orders but no purchase day worth more than its refunds; they are not "
            f"counted as customers, and {summary.lapsed_value:,.2f} of their money is in no customer's value."
        )
    return tuple(notes)


def _versions() -> dict[str, str]:
    found = {name: importlib.metadata.version(name) for name in PACKAGES}
    return {"python": platform.python_version(), **found}
