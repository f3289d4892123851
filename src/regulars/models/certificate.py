"""The certificate of a fit: can its numbers be believed, in words and in figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Standing = Literal["good", "note", "warning"]


@dataclass(frozen=True)
class Finding:
    """One thing that was checked: how it stands, in a plain sentence, and the figure behind it."""

    check: str
    standing: Standing
    sentence: str
    figure: float | None = None


@dataclass(frozen=True)
class Certificate:
    """Everything that was checked about one fit."""

    findings: tuple[Finding, ...]

    @property
    def standing(self) -> Standing:
        """The worst standing among the findings."""
        order: tuple[Standing, ...] = ("warning", "note", "good")
        return next((level for level in order if any(f.standing == level for f in self.findings)), "good")

    def sentences(self) -> list[str]:
        """Return the findings as sentences, the gravest first."""
        order = {"warning": 0, "note": 1, "good": 2}
        return [finding.sentence for finding in sorted(self.findings, key=lambda f: order[f.standing])]
