"""How the customers of the artificial shops differ: concentration, value at risk and segments, made by hand."""

from __future__ import annotations

import datetime as dt

from regulars.decisions.at_risk import AtRisk
from regulars.decisions.rfm import Cell, Cuts
from regulars.decisions.segments import Segmentation, segmentation
from regulars.metrics.concentration import NO_TOTAL, Concentration
from regulars.valuation.valuation import Valuation


def historic_concentration_of(valuation: Valuation) -> Concentration:
    """Return how the value so far is spread, a few customers being worth less than nothing in a large shop."""
    totals = valuation.totals
    return _concentration(totals.customers, totals.historic_value, power=3, below_zero=7 * (totals.customers > 2000))


def expected_concentration_of(valuation: Valuation) -> Concentration:
    """Return how what is expected is spread: steeper than the value so far."""
    return _concentration(valuation.totals.customers, _expected(valuation), power=5, below_zero=0)


def at_risk_of(valuation: Valuation) -> tuple[AtRisk, ...]:
    """Return the listed customers by value at risk, the one listed last first."""
    found = []
    for row in valuation.top_customers[-20:][::-1]:
        expected = row.expected_purchases if valuation.totals.expected_value is None else row.expected_value
        if expected:
            if_alive = expected / row.probability_alive
            found.append(AtRisk(row, if_alive, if_alive * (1.0 - row.probability_alive)))
    return tuple(sorted(found, key=lambda one: -one.value_at_risk))


def segments_of(valuation: Valuation) -> Segmentation:
    """Return the segments of customers who are spread evenly over all scores, or alike where nobody came back."""
    totals, repeat = valuation.totals, valuation.totals.expected_purchases.expected > 0.0
    scores = [(r, f, m) for r in (5, 4, 3, 2, 1) for f in (1, 3, 5) for m in (5, 3, 1)] if repeat else [(3, 3, 3)]
    expected, cells = _expected(valuation), []
    for number, (r, f, m) in enumerate(scores):
        customers = totals.customers * (number + 1) // len(scores) - totals.customers * number // len(scores)
        part = customers / totals.customers
        alive = customers * (0.15 * r + 0.1)
        cells.append(Cell(r, f, m, f > 1 and repeat, customers, totals.historic_value * part, expected * part, alive))
    days = tuple(valuation.settings.as_of - dt.timedelta(days=days) for days in (250, 120, 60, 20))
    cuts = Cuts(days, (None, 2, 3, 6), (100.0, 250.5, 610.25, 1800.0))
    return segmentation(tuple(cell for cell in cells if cell.customers), cuts if repeat else _NO_CUTS)


_NO_CUTS = Cuts((dt.date(2011, 1, 1), dt.date(2011, 1, 1), None, None), (1, 1, None, None), (0.0, 0.0, None, None))


def _expected(valuation: Valuation) -> float:
    totals = valuation.totals
    return (totals.expected_value or totals.expected_purchases).expected


def _concentration(customers: int, total: float, *, power: int, below_zero: int) -> Concentration:
    if total <= 0.0:
        return Concentration(customers, None, None, below_zero, NO_TOTAL)
    curve = tuple((point / 100.0) ** power for point in range(101))
    return Concentration(customers, curve, (power - 1.0) / (power + 1.0), below_zero, "")
