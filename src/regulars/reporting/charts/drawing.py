"""A chart of one customer base in the hand of a user: it shows itself in a notebook and saves itself as a file."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from regulars.registry import Registry
from regulars.reporting.charts.export import to_png, to_svg, vega_lite
from regulars.reporting.document import Caption, Cell, Figure
from regulars.reporting.optional import library


@dataclass(frozen=True, repr=False)
class Drawing:
    """A figure with its caption; made by the methods of `result.charts`."""

    figure: Figure = field(repr=False)
    caption: Caption

    @property
    def table(self) -> list[dict[str, Cell]]:
        """The numbers of the chart, a dictionary per row by the heading of the column, not rounded."""
        titles = [column.title for column in self.figure.table.columns]
        return [dict(zip(titles, row.cells, strict=True)) for row in self.figure.table.rows]

    def save(self, path: str | Path, *, scale: float = 2.0) -> Path:
        """Write .svg, .png or .json (Vega-Lite) and return the path; `scale` multiplies the pixels of a PNG.

        Raises `UnknownName`, an `InputError`, for another ending.
        """
        target = Path(path)
        written = PICTURES.get(target.suffix.lower()).draw(self.figure, scale)
        target.write_bytes(written)
        return target

    def to_vega_lite(self) -> dict[str, Any]:
        """Return the Vega-Lite specification, data included."""
        return vega_lite(self.figure)

    def to_altair(self) -> Any:
        """Return an `altair.Chart` to go on with; raises `RunFailed` where altair is not installed."""
        return library("altair", extra="altair").Chart.from_dict(self.to_vega_lite())

    def _repr_html_(self) -> str:
        return self.to_html()

    def to_html(self) -> str:
        """Return the drawing with its title and caption as one HTML element that brings no style sheet."""
        title, words = html.escape(self.figure.title), html.escape(f"{self.figure.finding} {self.caption.text}")
        return (
            "<figure style='background:#fff;color:#1c2430;margin:0;padding:.75em;max-width:52em'>"
            f"<div style='font-weight:600'>{title}</div>{_scaled(to_svg(self.figure))}"
            f"<figcaption style='color:#55606e;font-size:.875em'>{words}</figcaption></figure>"
        )

    def __repr__(self) -> str:
        return f"{self.figure.title}. {self.figure.finding} ({self.caption.text})"


@dataclass(frozen=True)
class Picture:
    """A format of charts: the ending of its files, and how a figure at a scale becomes the bytes of one."""

    name: str
    draw: Callable[[Figure, float], bytes]


def _scaled(svg: str) -> str:
    """Let an SVG shrink with a narrow cell of a notebook."""
    return svg.replace("<svg ", "<svg style='height:auto;max-width:100%' ", 1)


def _vega_lite_file(figure: Figure, _: float) -> bytes:
    return (json.dumps(vega_lite(figure), indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode("utf-8")


PICTURES: Registry[Picture] = Registry(
    "pictures",
    (
        Picture(".svg", lambda figure, _: to_svg(figure).encode("utf-8")),
        Picture(".png", lambda figure, scale: to_png(figure, scale=scale)),
        Picture(".json", _vega_lite_file),
    ),
)
