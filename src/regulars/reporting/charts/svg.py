"""A figure drawn as one inline SVG: no script, no outside address, scaled by the page around it."""

from __future__ import annotations

import re

import vl_convert

from regulars.errors import RunFailed
from regulars.reporting.document import Figure
from regulars.reporting.theme import Theme

_ROOT = re.compile(r'^<svg [^>]*\bwidth="(?P<width>[\d.]+)"[^>]*\bviewBox="(?P<box>[^"]*)"[^>]*>')
_LEFT_OUT = (
    (re.compile(r' (?:pointer-events|class|role|stroke-miterlimit|aria-[a-z]+)="[^"]*"| (?:stroke-)?opacity="1"'), ""),
    (re.compile(r'<path d="[^"]*"(?: display="none")?/>'), ""),  # neither filled nor stroked
    (re.compile(r'<text [^>]*opacity="0"[^>]*>[^<]*</text>'), ""),  # labels that had no room
    (re.compile(r"<g></g>"), ""),
)
_TAG = re.compile(r"<[^>]*>")
_LONG_DECIMALS = re.compile(r"(\d\.\d\d)\d+")
_LARGEST_ENLARGEMENT = 1.2


def svg(figure: Figure, theme: Theme) -> str:
    """Return the figure as the text of one `<svg>` element that scales with the page.

    What the drawing library leaves for its own scripts, and what draws nothing, is left out: a third of the bytes.
    """
    drawn = vl_convert.vegalite_to_svg(figure.specification(theme), allowed_base_urls=[])
    root = _ROOT.match(drawn)
    if root is None:
        raise RunFailed(f"the chart {figure.name} was drawn as {drawn[:80]!r}, which is no SVG with a size")
    inner = drawn[root.end() :]
    for pattern, instead in _LEFT_OUT:
        inner = pattern.sub(instead, inner)
    # In the tags only: a label between them is a number that is read.
    inner = _TAG.sub(lambda tag: _LONG_DECIMALS.sub(r"\1", tag[0]), inner)
    width = float(root["width"])
    size = f"--width:{width:.0f}px;max-width:{_LARGEST_ENLARGEMENT * width:.0f}px"
    return f'<svg viewBox="{root["box"]}" style="{size}" aria-hidden="true">{inner}'
