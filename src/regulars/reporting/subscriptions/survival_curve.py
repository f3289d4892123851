"""The share of new contracts still running after each renewal: seen, as the model says, and by cohort."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from regulars.models.renewals.cohorts import Floats
from regulars.models.renewals.fit import RenewalFit
from regulars.reporting.theme import Theme
from regulars.valuation.subscriptions.valuation import PeriodFit

_WIDTH, _HEIGHT = 700, 260
SEEN, MODEL, COHORT = "Actual", "Model", "Cohorts"


@dataclass(frozen=True)
class Curve:
    """Shares still running after 0, 1 … renewals; `cohorts` holds a name and its own shares each."""

    actual: tuple[float, ...]
    expected: tuple[float, ...]
    cohorts: tuple[tuple[str, tuple[float, ...]], ...]


def curve_of(period: PeriodFit, fit: RenewalFit, most: int) -> Curve:
    """Return the curves up to `most` renewals: the product of the shares renewed (Kaplan & Meier 1958)."""
    renewals = period.renewals
    longest = min(renewals.longest, most)
    actual = _product(renewals.risk_by_renewal[:longest], renewals.renewed_by_renewal[:longest])
    cohorts = tuple(
        (name, _product(risk[:longest], renewed[:longest]))
        for name, risk, renewed in zip(period.cohorts, renewals.at_risk, renewals.renewed, strict=True)
        if risk[0] > 0.0
    )
    return Curve(actual, tuple(fit.survival(np.arange(len(actual))).tolist()), cohorts if len(cohorts) > 1 else ())


def survival_curve(curve: Curve, theme: Theme) -> dict[str, Any]:
    """Return the Vega-Lite specification."""
    front = _points(SEEN, SEEN, curve.actual) + _points(MODEL, MODEL, curve.expected)
    behind = [point for name, shares in curve.cohorts for point in _points(COHORT, name, shares)]
    groups = [SEEN, MODEL, *([COHORT] if behind else [])]
    return {
        "width": _WIDTH,
        "height": _HEIGHT,
        "config": theme.config(),
        "encoding": {
            "x": {
                "field": "renewals",
                "type": "quantitative",
                "title": "Renewals",
                "axis": {"grid": False, "tickMinStep": 1, "format": ",d"},
                "scale": {"nice": False},
            },
            "y": {
                "field": "share",
                "type": "quantitative",
                "title": None,
                "scale": {"domain": [0, 1]},
                "axis": {
                    "tickCount": 5,
                    "domain": False,
                    "ticks": False,
                    "minExtent": 46,
                    "labelExpr": "format(100 * datum.value, '.0f') + '\\u00a0%'",
                },
            },
            "detail": {"field": "name", "type": "nominal"},
            "color": _by_group(groups, [theme.actual, theme.expected, theme.muted]),
            "strokeWidth": _by_group(groups, [2.4, 2.4, 0.8]),
            "strokeDash": _by_group(groups, [[1, 0], [5, 3], [1, 0]]),
        },
        "layer": [{"data": {"values": values}, "mark": {"type": "line"}} for values in (behind, front) if values],
    }


def _product(risk: Floats, renewed: Floats) -> tuple[float, ...]:
    """Return the shares after 0, 1 … renewals, up to the last at which some contract was at risk."""
    seen = int(np.argmax(risk <= 0.0)) if (risk <= 0.0).any() else risk.size
    return (1.0, *np.cumprod(renewed[:seen] / risk[:seen]).tolist())


def _points(group: str, name: str, shares: tuple[float, ...]) -> list[dict[str, Any]]:
    return [{"group": group, "name": name, "renewals": n, "share": share} for n, share in enumerate(shares)]


def _by_group(groups: list[str], values: list[Any]) -> dict[str, Any]:
    scale = {"type": "ordinal", "domain": groups, "range": values[: len(groups)]}
    return {"field": "group", "type": "nominal", "title": None, "scale": scale}
