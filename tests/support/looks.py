"""What a reader would see on a page: cut or overlapping text, empty charts, raw numbers, what axe-core objects to."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from playwright.sync_api import Page

_LAYOUT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
# A few rows of each long table stand for the rest, which would take minutes. Of a drawing axe-core knows nothing:
# it is hidden from screen readers behind its description, and its colours are no CSS text colours.
_LEFT_OUT = {"exclude": [["tbody tr:nth-child(n+6)"], ["svg"]]}
_NO_NUMBER = re.compile(r"\b(NaN|nan|inf|Infinity|None|null|undefined)\b")
_RAW_FLOAT = re.compile(r"\d\.0*[1-9]\d{6,}|\d[eE][+-]?\d{2}\b")


def layout_troubles(page: Page) -> list[str]:
    """Say what is cut, overlaps, leaves its frame or is empty, at the size the page has now."""
    found: list[str] = page.evaluate(_LAYOUT)
    return found


def text_troubles(page: Page) -> list[str]:
    """Say which words and numbers on the page only a machine would write."""
    shown = page.inner_text("body") + "\n" + "\n".join(page.locator("svg text").all_text_contents())
    return [
        f"{what}: …{shown[max(0, match.start() - 30) : match.end() + 30]}…"
        for what, pattern in (("no number", _NO_NUMBER), ("a raw float", _RAW_FLOAT))
        for match in pattern.finditer(shown)
    ]


def accessibility_troubles(page: Page, *rules: str, but: tuple[str, ...] = ()) -> list[str]:
    """Say which rules of axe-core the page breaks and where: all rules `but` some, or those that are named."""
    options: dict[str, Any] = {"resultTypes": ["violations"], "rules": {rule: {"enabled": False} for rule in but}}
    if rules:
        options["runOnly"] = {"type": "rule", "values": list(rules)}
    violations = Axe().run(page, context=_LEFT_OUT, options=options).response["violations"]
    return [
        f"{violation['id']}: {violation['help']}: {node['target']}: {node['html'][:120]}"
        for violation in violations
        for node in violation["nodes"][:3]
    ]
