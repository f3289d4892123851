"""The colours and the type of every chart, in one place.

On a page the colours are the page's own variables, so that one drawing serves light,
dark and print; the value after the comma is for a viewer who takes the drawing alone.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from typing import Any

_VARIABLE = re.compile(r"^var\(--[\w-]+, *(.*)\)$")


@dataclass(frozen=True)
class Theme:
    """What a chart is drawn with; each colour is a CSS colour."""

    ink: str
    muted: str
    grid: str
    actual: str
    expected: str
    font: str
    # How strongly `actual` covers the page where a table of tones is lowest and highest. `ink` stays readable on all
    # of it by day and by night (contrast 4.5 at least), so that no text changes colour with its cell.
    tones: tuple[float, float] = (0.1, 0.5)

    def tone(self, share: float) -> float:
        """Return the opacity of a cell that stands at this share of the way from the lowest to the highest."""
        lowest, highest = self.tones
        return lowest + (highest - lowest) * share

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
            "legend": {**text, "orient": "top", "symbolSize": 300, "symbolStrokeWidth": 2.5, "columnPadding": 14},
            "view": {"stroke": None},
        }

    def on_paper(self, font: str) -> Theme:
        """Return the theme without the variables of a page: each colour is the one that was kept for a viewer alone."""
        names = (field.name for field in dataclasses.fields(self) if field.name != "font")
        return dataclasses.replace(self, font=font, **{name: _without_variable(getattr(self, name)) for name in names})


def _without_variable(colour: Any) -> Any:
    if isinstance(colour, tuple):
        return tuple(_without_variable(one) for one in colour)
    return _VARIABLE.sub(r"\1", colour) if isinstance(colour, str) else colour


PAGE = Theme(
    ink="var(--ink, #1c2430)",
    muted="var(--muted, #55606e)",
    grid="var(--grid, #e3e7ec)",
    actual="var(--actual, #1a5fb4)",
    expected="var(--expected, #b3530a)",
    font="system-ui, sans-serif",
)

PRINT = PAGE.on_paper(font="Roboto, sans-serif")
