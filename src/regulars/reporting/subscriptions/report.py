"""A valuation of contracts as a report: the same value for every renderer."""

from __future__ import annotations

from regulars.reporting import captions, formats
from regulars.reporting.document import Alert, Report
from regulars.reporting.subscriptions.certificate import certificate
from regulars.reporting.subscriptions.customers import customers
from regulars.reporting.subscriptions.receipt import receipt
from regulars.reporting.subscriptions.retention import retention
from regulars.reporting.subscriptions.value import value
from regulars.reporting.subscriptions.words import headline
from regulars.valuation.subscriptions.valuation import SubscriptionValuation

SECTIONS = (value, retention, customers, receipt, certificate)


def subscription_report(valuation: SubscriptionValuation) -> Report:
    """Return the report of a valuation of contracts: every sentence and table, nothing drawn yet."""
    return Report(
        as_of=valuation.settings.as_of,
        title=f"Value of contracts as of {formats.day(valuation.settings.as_of)}",
        headline=headline(valuation),
        label=captions.NOT_BACKTESTED,
        alerts=_alerts(valuation),
        sections=tuple(section(valuation) for section in SECTIONS),
        made_with=" ".join(("regulars", valuation.versions.get("regulars", ""))).strip(),
    )


def _alerts(valuation: SubscriptionValuation) -> tuple[Alert, ...]:
    notes = tuple(Alert("note", note, "receipt") for note in valuation.receipt.notes)
    doubts = tuple(
        Alert("warning", f"Contracts renewed every {fit.period.name}: {finding.sentence}", "certificate")
        for fit in valuation.fits
        if fit.fit is not None
        for finding in fit.fit.certificate.findings
        if finding.standing == "warning"
    )
    undefined = (Alert("warning", valuation.totals.reason, "value"),) if valuation.totals.reason else ()
    return (*undefined, *doubts, *notes)
