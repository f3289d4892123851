"""What every chart file provides: a name, the question it answers, and its figure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from regulars.reporting.document import Figure
from regulars.reporting.study import Study


@dataclass(frozen=True)
class Chart:
    """A registered chart: the name a user types, the question it answers, and how a study becomes its figure."""

    name: str
    question: str
    figure: Callable[[Study], Figure]

    @property
    def method(self) -> str:
        """The name in Python: `result.charts.METHOD()`."""
        return self.name.replace("-", "_")

    @property
    def first_line(self) -> str:
        """The question alone, where its file says more beside it."""
        return " ".join(self.question.strip().partition("\n\n")[0].split())
