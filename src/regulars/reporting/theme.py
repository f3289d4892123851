"""The colours and the type of every chart, in one place.

On a page the colours are the page's own variables, so that one drawing serves light,
dark and print; the value after the comma is for a viewer who takes the drawing alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Theme:
    """What a chart is drawn with; each colour is a CSS colour."""

    ink: str
    muted: str
    grid: str
    actual: str
    expected: str
    font: str

    def config(self) -> dict[str, Any]:
        """Return the theme as the `config` of a Vega-Lite specification."""
        text = {"labelColor": self.muted, "titleColor": self.ink, "labelFontSize": 13, "titleFontSize": 13}
        lines = {"domainColor": self.muted, "tickColor": self.muted, "gridColor": self.grid}
        return {
            "aria": False,
            "background": "transparent",
            "font": self.font,
            # The reader's font may be wider than the one the labels were measured with.
            "padding": {"left": 20, "right": 20, "top": 5, "bottom": 5},
            "axis": {**text, **lines, "titleFontWeight": "normal", "labelLimit": 0},
            "legend": {**text, "orient": "top", "symbolSize": 300, "symbolStrokeWidth": 2.5},
            "view": {"stroke": None},
        }


PAGE = Theme(
    ink="var(--ink, #1c2430)",
    muted="var(--muted, #55606e)",
    grid="var(--grid, #e3e7ec)",
    actual="var(--actual, #1a5fb4)",
    expected="var(--expected, #b3530a)",
    font="system-ui, sans-serif",
)
