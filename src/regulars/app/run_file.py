"""run.json: what a run was asked, what it read, what it found, and what it wrote.

Everything that differs between two runs of the same input stands under the key "run". JSON has
no infinities and no NaN: such a number is null, with the reason beside it.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from regulars.app.backtest_content import backtest_content
from regulars.app.request import Request
from regulars.contract.receipt import Receipt, Verdict
from regulars.metrics.acquisition import Acquisition
from regulars.models.certificate import Certificate
from regulars.progress import Step
from regulars.reporting import captions
from regulars.valuation.season import Season, season_of
from regulars.valuation.valuation import FittedModel, GroupTotal, Interval, Settings, Valuation

SCHEMA_VERSION = 1
UNDEFINED = "undefined for these parameters"

Content = dict[str, Any]


def describe(
    valuation: Valuation,
    request: Request,
    *,
    acquisition: Acquisition | None,
    report: Content | None,
    files: Mapping[str, Mapping[str, str | int]],
    steps: Sequence[Step],
) -> Content:
    """Return the content of run.json: `report` is what the report shows, `files` the size and hash of each other file.

    A run without a report has null there; `acquisition` is None where no cost of a customer was given.
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "settings": _settings(valuation.settings, request),
        "receipt": _receipt(valuation.receipt),
        "fit": _fit(valuation.transactions, valuation.settings.unit),
        "season": _season(season_of(valuation.fit)),
        "spend": None if valuation.spend is None else _fit(valuation.spend, None),
        "spend_note": valuation.spend_note,
        "candidates": [_candidate(candidate) for candidate in valuation.candidates],
        "chosen_because": valuation.chosen_because,
        "backtest": backtest_content(valuation),
        "cohort_totals": [{"acquired_in": one.name, **_group(valuation, one)} for one in valuation.cohort_totals],
        "segment_totals": [{"segment": one.name, **_group(valuation, one)} for one in valuation.segment_totals],
        "totals_of_groups_reason": _why_no_groups(valuation),
        "totals": {**_totals(valuation), "ltv_to_cac": _ltv_to_cac(valuation.settings, acquisition)},
        "left_truncation": dataclasses.asdict(valuation.left_truncation),
        "histories": valuation.histories,
        "notes": list(valuation.notes),
        "report": report,
        "versions": dict(valuation.versions),
        "files": {name: dict(file) for name, file in files.items()},
        "run": run_content(request, steps),
    }


def as_json(content: Content) -> bytes:
    """Return the content as readable JSON in UTF-8; what no text can hold (a broken file name) stays an escape."""
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode("utf-8", "backslashreplace")


def _settings(settings: Settings, request: Request) -> Content:
    """Return what the numbers depend on, with how the columns were to be read."""
    return {
        **dataclasses.asdict(settings),
        "as_of": settings.as_of.isoformat(),
        "query": request.query,
        "map": dict(request.mapping),
        "date_order": request.date_order,
        "decimal": request.decimal,
    }


def _receipt(receipt: Receipt) -> Content:
    return {
        "sources": list(receipt.sources),
        "columns": dict(receipt.columns),
        "rows_read": receipt.rows_read,
        "amount_read": _number(receipt.amount_read),
        **{verdict: _verdict(receipt, verdict) for verdict in ("valid", "excluded", "quarantined")},
        "adds_up": receipt.adds_up,
        "lines": [{**dataclasses.asdict(line), "amount": _number(line.amount)} for line in receipt.lines],
        "money": _money(receipt),
        "orders": receipt.orders,
        "customers": receipt.customers,
        "first_day": receipt.first_day,
        "last_day": receipt.last_day,
        "currency": receipt.currency,
        "notes": list(receipt.notes),
    }


def _verdict(receipt: Receipt, verdict: Verdict) -> Content:
    return {"rows": receipt.rows(verdict), "amount": _number(receipt.amount(verdict))}


def _money(receipt: Receipt) -> Content:
    if not receipt.has_money:
        return {"gross": None, "discounts": None, "refunds": None, "net": None, "reason": "the orders hold no amounts"}
    return {
        "gross": _number(receipt.amount_of("sale")),
        "discounts": _number(receipt.amount_of("discount")),
        "refunds": _number(receipt.amount_of("refund of an order", "refund without its order")),
        "net": _number(receipt.amount("valid")),
    }


def _fit(fit: FittedModel, unit: str | None) -> Content:
    errors = _numbers(fit.standard_errors)
    content = {
        "model": fit.name,
        "title": fit.title,
        "unit": unit,
        "customers": fit.customers,
        "parameters": _numbers(fit.parameters),
        "standard_errors": errors,
        "log_likelihood": _number(fit.log_likelihood),
        "aic": _number(fit.aic),
        "bic": _number(fit.bic),
        "certificate": _certificate(fit.certificate),
    }
    if None in errors.values():
        content["standard_errors_reason"] = "a standard error that does not exist is null; the certificate says why"
    return content


def _season(season: Season | None) -> Content | None:
    """Return the pace of each month against the average of the year, and the trend; null where the fit knows none."""
    if season is None:
        return None
    return {
        "pace_by_month": [_number(pace) for pace in season.pace.tolist()],
        "share_of_the_forecast": _number(season.share),
        "trend_per_year": _number(season.trend),
        "trend_standard_error": _number(season.trend_error),
    }


def _certificate(certificate: Certificate) -> Content:
    return {
        "standing": certificate.standing,
        "findings": [
            {**dataclasses.asdict(finding), "figure": _number(finding.figure)} for finding in certificate.findings
        ],
    }


def _candidate(candidate: Any) -> Content:
    content = dataclasses.asdict(candidate)
    return {name: _number(entry) if isinstance(entry, float) else entry for name, entry in content.items()}


def _totals(valuation: Valuation) -> Content:
    totals, settings = valuation.totals, valuation.settings
    past = {"basis": settings.basis, "as_of": settings.as_of.isoformat(), "n": totals.customers}
    future = {**past, "horizon_days": settings.horizon}
    end = {**past, "horizon_days": None, "horizon": "to the end of the customer's life"}
    reason = totals.reason or UNDEFINED
    return {
        "customers": totals.customers,
        "orders": totals.orders,
        "historic_value": {**_single(totals.historic_value, reason), **past},
        "expected_purchases": {
            **_interval(valuation, totals.expected_purchases, reason),
            **future,
            "basis": "purchase days",
        },
        "expected_value": {**_interval(valuation, totals.expected_value, reason), **future},
        "clv": {**_single(totals.clv, reason), **future, "discount": settings.discount},
        "residual_value": {**_single(totals.residual_value, reason), **end, "discount": settings.discount},
    }


def _ltv_to_cac(settings: Settings, acquisition: Acquisition | None) -> Content:
    """Return cohort LTV-N on margin over the cost of acquiring a customer, the same number as in the report."""
    if acquisition is None:
        return {"value": None, "reason": "LTV:CAC needs --cac"}
    ratio, ltv = acquisition.ltv_to_cac, acquisition.ltv
    if ratio.value is None or ltv is None:
        return {"value": None, "reason": f"LTV:CAC: {ratio.reason}", "cac": acquisition.cac}
    return {
        "value": _number(ratio.value),
        "ltv_per_customer": _number(ltv.value.value),
        "ltv_days": ltv.days,
        "cac": acquisition.cac,
        "meaning": "margin of the first ltv_days days per customer, over the cost of acquiring one",
        "basis": settings.basis,
        "as_of": settings.as_of.isoformat(),
        "n": ratio.n,
    }


def _why_no_groups(valuation: Valuation) -> str | None:
    """Return why there are no totals of cohorts and segments; None where there are."""
    if valuation.cohort_totals:
        return None
    if valuation.tested is None:
        return f"no forecast was tested, so nothing is known of their shocks: {valuation.untested}"
    return "the run was made without a report, and they are computed for one"


def _group(valuation: Valuation, one: GroupTotal) -> Content:
    reason = valuation.totals.reason or UNDEFINED
    return {
        "customers": one.customers,
        "expected_purchases": _interval(valuation, one.purchases, reason),
        "expected_value": _interval(valuation, one.value, reason),
    }


def _single(value: float | None, reason: str) -> Content:
    number = _number(value)
    return {"value": number} if number is not None else {"value": None, "reason": reason}


def _interval(valuation: Valuation, interval: Interval | None, reason: str) -> Content:
    if interval is None or _number(interval.expected) is None:
        return {"expected": None, "low": None, "high": None, "reason": reason}
    return {
        "expected": _number(interval.expected),
        "low": _number(interval.low),
        "high": _number(interval.high),
        "interval": valuation.settings.interval,
        "interval_standing": captions.standing(valuation).replace("\N{NO-BREAK SPACE}", " "),
    }


def run_content(request: Request, steps: Sequence[Step]) -> Content:
    """Return what a run took: threads, memory, and its steps with their seconds."""
    return {
        "engine": request.engine,
        "threads": request.threads,
        "memory_limit": request.memory_limit,
        "seconds": round(sum(step.seconds for step in steps), 3),
        "peak_megabytes": round(max((step.peak_megabytes for step in steps), default=0.0), 1),
        "steps": [
            {
                "name": step.name,
                "counted": step.counted,
                "seconds": round(step.seconds, 3),
                "processor_seconds": round(step.processor_seconds, 3),
                "peak_megabytes": round(step.peak_megabytes, 1),
            }
            for step in steps
        ],
    }


def _numbers(values: Mapping[str, float]) -> dict[str, float | None]:
    return {name: _number(value) for name, value in values.items()}


def _number(value: float | Decimal | None) -> float | None:
    if value is None or not math.isfinite(value):
        return None
    return float(value)
