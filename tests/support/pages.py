"""The pages of the documentation: their blocks of code, what running them leaves behind, and the picture drawn of it.

A page whose Python ends with `picture = (title across, values across, title up, {name: values})` has a drawing of that
beside it, under its own name. `python tests/support/pages.py` draws all of them again; a test fails when one is old.
"""

from __future__ import annotations

import doctest
import functools
import html
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from regulars.reporting.charts.export import to_svg
from regulars.reporting.document import Figure, Table
from regulars.reporting.theme import Theme

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
IMAGE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)\)")
DASHES = [[1, 0], [6, 3], [2, 3], [9, 3, 2, 3]]
COLOURS = ["#1a5fb4", "#b3530a", "#2e7d4f", "#6b4fa0"]
WIDTH, HEIGHT = 460, 230


@dataclass(frozen=True)
class Block:
    """One fenced block of a page."""

    language: str
    code: str


def blocks(page: Path, *languages: str) -> list[str]:
    """Return the code of the blocks in these languages."""
    found = [Block(*match.groups()) for match in FENCE.finditer(page.read_text(encoding="utf-8"))]
    return [block.code for block in found if block.language in languages]


@functools.cache
def run(page: Path) -> tuple[dict[str, Any], list[str]]:
    """Return the names that the Python of a page leaves, one session as a reader would type it, and what failed."""
    session = "\n".join(blocks(page, "python"))
    test = doctest.DocTestParser().get_doctest(session, {}, page.name, str(page), 0)
    assert test.examples, f"the Python of {page.name} has no prompt (>>>), so it would not run"
    heard: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    runner.run(test, out=heard.append, clear_globs=False)
    return test.globs, heard if runner.failures else []


def drawn(page: Path, names: dict[str, Any]) -> str:
    """Return the picture of a page as an SVG; the words for it in the page are its text."""
    words = next(alt for alt, target in IMAGE.findall(page.read_text(encoding="utf-8")) if target == f"{page.stem}.svg")
    across, values, up, lines = names["picture"]
    points = [
        {"across": float(at), "up": float(number), "line": name}
        for name, numbers in lines.items()
        for at, number in zip(values, numbers, strict=True)
        if np.isfinite(number)
    ]

    def specification(theme: Theme) -> dict[str, Any]:
        return _lines(theme, points, list(lines), across, up)

    return to_svg(Figure(page.stem, up, html.unescape(words), Table(up, (), ()), specification))


def _lines(theme: Theme, points: list[dict[str, Any]], names: list[str], across: str, up: str) -> dict[str, Any]:
    def by_line(values: list[Any]) -> dict[str, Any]:
        scale = {"domain": names, "range": values[: len(names)]}
        return {"field": "line", "type": "nominal", "title": None, "scale": scale, "legend": {"labelLimit": 0}}

    config = {**theme.config(), "background": "#ffffff"}
    heights = [point["up"] for point in points]
    # An axis from zero, unless that would press the lines together at the top.
    from_zero = min(heights) < max(heights) / 2.0
    axis = {"domain": False, "ticks": False, "tickCount": 5}
    x_axis, x_scale = {"grid": False, "tickCount": 6}, {"nice": False, "zero": False}
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "config": config,
        "data": {"values": points},
        "mark": {"type": "line", "strokeWidth": 2.2},
        "encoding": {
            "x": {"field": "across", "type": "quantitative", "title": across, "axis": x_axis, "scale": x_scale},
            "y": {"field": "up", "type": "quantitative", "title": up, "axis": axis, "scale": {"zero": from_zero}},
            "color": by_line(COLOURS),
            "strokeDash": by_line(DASHES),
        },
    }


def with_picture() -> list[Path]:
    """Return the pages that have a drawing of their own."""
    return [
        page
        for page in sorted((ROOT / "docs").glob("**/*.md"))
        if any("picture = (" in code for code in blocks(page, "python"))
    ]


def draw_all() -> None:
    """Draw the picture of every page that has one beside the page."""
    for page in with_picture():
        names, failed = run(page)
        assert not failed, "".join(failed)
        page.with_suffix(".svg").write_text(drawn(page, names) + "\n", encoding="utf-8")


if __name__ == "__main__":
    draw_all()
