"""run.json of a run over contracts: what was asked, read, found and written.

Everything that differs between two runs of the same input stands under the key "run". JSON has no infinities and no
NaN: such a number is null, with the reason beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from regulars.app.request import Request
from regulars.app.run_file import Content, run_content
from regulars.contract.receipt import Receipt, Verdict
from regulars.progress import Step
from regulars.reporting.captions import NOT_BACKTESTED
from regulars.reporting.json_document import plain
from regulars.valuation.subscriptions.valuation import PeriodFit, SubscriptionValuation
from regulars.valuation.valuation import Interval

SCHEMA_VERSION = 1
KIND = "subscriptions"
_VERDICTS: tuple[Verdict, ...] = ("valid", "excluded", "quarantined")


def describe(
    valuation: SubscriptionValuation,
    request: Request,
    *,
    report: Content | None,
    files: Mapping[str, Mapping[str, str | int]],
    steps: Sequence[Step],
) -> Content:
    """Return the content of run.json: `report` is what the report shows, `files` the size and hash of the others."""
    asked = {
        "query": request.query,
        "map": request.mapping,
        "date_order": request.date_order,
        "decimal": request.decimal,
    }
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": KIND,
        "settings": {**plain(valuation.settings), **plain(asked)},
        "receipt": _receipt(valuation.receipt),
        "fits": [_fit(fit) for fit in valuation.fits],
        "totals": _totals(valuation),
        "plans": plain(valuation.plans),
        "look_back": {"reason": valuation.look_back_reason}
        if valuation.look_back is None
        else plain(valuation.look_back),
        "report": report,
        "versions": dict(valuation.versions),
        "files": {name: dict(file) for name, file in files.items()},
        "run": run_content(request, steps),
    }


def _receipt(receipt: Receipt) -> Content:
    verdicts = {verdict: {"rows": receipt.rows(verdict), "amount": receipt.amount(verdict)} for verdict in _VERDICTS}
    content: Content = {**plain(receipt), **plain(verdicts), "adds_up": receipt.adds_up}
    content["contracts"] = content.pop("orders")
    return content


def _fit(period: PeriodFit) -> Content:
    found: Content = {
        "renewed_every": period.period.name,
        "because": period.because,
        "candidates": plain(period.candidates),
        "cohorts": list(period.cohorts),
        "at_risk": period.renewals.at_risk.tolist(),
        "renewed": period.renewals.renewed.tolist(),
    }
    fit = period.fit
    if fit is None:
        return {**found, "model": None}
    errors = plain(fit.standard_errors)
    reason = {"standard_errors_reason": "a standard error that does not exist is null; the certificate says why"}
    return {
        **found,
        "model": fit.model.name,
        "title": fit.model.title,
        "contracts": fit.contracts,
        "parameters": fit.params,
        "standard_errors": errors,
        **(reason if None in errors.values() else {}),
        "log_likelihood": fit.log_likelihood,
        "aic": fit.aic,
        "bic": fit.bic,
        "certificate": {"standing": fit.certificate.standing, "findings": plain(fit.certificate.findings)},
    }


def _totals(valuation: SubscriptionValuation) -> Content:
    totals, settings = valuation.totals, valuation.settings
    past = {"basis": settings.basis, "as_of": settings.as_of.isoformat(), "n": totals.customers}
    future = {**past, "n": totals.active_contracts, "horizon_days": settings.horizon}
    end = {**future, "horizon_days": None, "horizon": "to the end of the contracts", "discount": settings.discount}
    return {
        "customers": totals.customers,
        "active_customers": totals.active_customers,
        "contracts": totals.contracts,
        "active_contracts": totals.active_contracts,
        "monthly_price": {"value": totals.monthly_price, **past, "n": totals.active_contracts},
        "historic_value": {"value": totals.historic_value, **past},
        "expected_renewals": {**_interval(totals.expected_renewals, valuation), **future, "basis": "renewals"},
        "expected_value": {**_interval(totals.expected_value, valuation), **future},
        "clv": {**_single(totals.clv, totals.reason), **future, "discount": settings.discount},
        "residual_value": {**_single(totals.residual_value, totals.reason), **end},
    }


def _interval(interval: Interval | None, valuation: SubscriptionValuation) -> Content:
    if interval is None:
        return {"expected": None, "low": None, "high": None, "reason": valuation.totals.reason}
    return {**plain(interval), "interval": valuation.settings.interval, "interval_standing": NOT_BACKTESTED}


def _single(value: float | None, reason: str) -> Content:
    return {"value": None, "reason": reason} if value is None else {"value": value}
