"""A figure for another place than the page: SVG, PNG or Vega-Lite with colours and a typeface of its own."""

from __future__ import annotations

import functools
import html
from pathlib import Path
from typing import Any

import vl_convert

from regulars.reporting.document import Figure
from regulars.reporting.theme import PRINT

FONTS = Path(__file__).parents[1] / "fonts"
_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
_BACKGROUND = "#ffffff"


def vega_lite(figure: Figure) -> dict[str, Any]:
    """Return the figure as a Vega-Lite specification on white."""
    specification = figure.specification(PRINT)
    config = {**specification.get("config", {}), "background": _BACKGROUND}
    return {"$schema": _SCHEMA, "description": figure.finding, **specification, "config": config}


def to_svg(figure: Figure) -> str:
    """Return the figure as an SVG file that stands alone; its finding is the text for those who cannot see it."""
    drawn = paper_svg(figure)
    end = drawn.index(">") + 1
    return f"{drawn[:end]}<title>{html.escape(figure.finding)}</title>{drawn[end:]}"


def paper_svg(figure: Figure) -> str:
    """Return the figure as an SVG without a background."""
    _know_our_fonts()
    drawn: str = vl_convert.vegalite_to_svg(figure.specification(PRINT), allowed_base_urls=[])
    return drawn


def to_png(figure: Figure, *, scale: float = 2.0) -> bytes:
    """Return the figure as a PNG; `scale` multiplies its size in pixels."""
    _know_our_fonts()
    drawn: bytes = vl_convert.vegalite_to_png(vega_lite(figure), scale=scale, allowed_base_urls=[])
    return drawn


@functools.cache
def _know_our_fonts() -> None:
    """Let labels be measured and drawn with the typeface that is shipped, whatever the machine has."""
    vl_convert.register_font_directory(str(FONTS))
