"""The few lines that say what a run found: the terminal and the notebook show the same ones."""

from __future__ import annotations

from regulars.periods import Unit
from regulars.reporting import captions, formats
from regulars.reporting.measure import Measure
from regulars.valuation.valuation import Interval, Valuation


def summary(valuation: Valuation) -> list[tuple[str, str]]:
    """Return labels and texts: the total with its interval, what it is counted in, the model and its certificate."""
    return [
        _total(valuation),
        ("Counted in", _basis(valuation)),
        ("Model", _model(valuation)),
    ]


def _total(valuation: Valuation) -> tuple[str, str]:
    measure = Measure.of(valuation)
    totals, settings = valuation.totals, valuation.settings
    interval: Interval | None = totals.expected_value if measure.money else totals.expected_purchases
    label = f"{measure.expected}, next {settings.horizon:,} days"
    if interval is None:
        return label, f"{formats.MISSING} ({totals.reason})"
    expected, around = measure.interval(interval, settings.interval)
    return label, _plain(f"{expected}, {around} ({captions.standing(valuation)})")


def _basis(valuation: Valuation) -> str:
    settings = valuation.settings
    customers = formats.counted(valuation.totals.customers, "customer")
    return _plain(f"{settings.basis}, as of {formats.day(settings.as_of)}, n = {customers}")


def _model(valuation: Valuation) -> str:
    fit, unit = valuation.transactions, Unit.of(valuation.settings.unit)
    standing = fit.certificate.standing
    worst = next((finding.sentence for finding in fit.certificate.findings if finding.standing == standing), "")
    said = f": {worst}" if standing != "good" else ""
    return f"{fit.title}, time in {unit.value}s; certificate {standing}{said}"


def _plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")
