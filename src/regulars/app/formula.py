"""The textbook formulas for a customer's value, side by side: no data, no model, only the numbers given."""

from __future__ import annotations

import dataclasses
import textwrap
from dataclasses import dataclass
from typing import Any

from regulars.metrics.formula_inputs import Inputs
from regulars.metrics.formula_lines import Line, lines_of


@dataclass(frozen=True, repr=False)
class Formula:
    """What the textbook formulas give at the same inputs: `lines`, or a value by its name, `answer["textbook LTV"]`."""

    inputs: Inputs
    lines: tuple[Line, ...]

    def __getitem__(self, name: str) -> float | None:
        """Return the value of the line called `name`, None where it is undefined; raises `KeyError`."""
        return {line.name: line.value for line in self.lines}[name]

    def to_json(self) -> dict[str, Any]:
        """Return inputs and lines as JSON values; what is undefined is null, with its reason."""
        return {
            "inputs": dataclasses.asdict(self.inputs),
            "lines": [dataclasses.asdict(line) for line in self.lines],
        }

    def __repr__(self) -> str:
        return as_text(self)


def formula(
    order_value: float,
    frequency: float,
    lifespan: float | None = None,
    *,
    margin: float | None = None,
    cac: float | None = None,
    churn: float | None = None,
    retention: float | None = None,
    discount: float | None = None,
) -> Formula:
    """Return the textbook formulas at money per order, orders per year and years per customer, side by side.

    `margin`, `churn`, `retention` and `discount` are shares (0.4 is 40 %), the last three per year; `cac` is money
    per customer. Raises `InputError` for inputs that cannot be used.

    >>> formula(60, 4, 3)["textbook LTV"]
    720.0
    >>> [round(line.value) for line in formula(100, 1, retention=0.8, discount=0.1).lines if line.value]
    [100, 500, 367, 267, 333]
    """
    inputs = Inputs(order_value, frequency, lifespan, margin, cac, churn, retention, discount)
    return Formula(inputs, lines_of(inputs))


def as_text(answer: Formula) -> str:
    """Return the lines as text for a terminal: each value with how it is made, then what they leave out."""
    names = max(len(line.name) for line in answer.lines)
    numbers = max(len(_number(line)) for line in answer.lines)
    units = max(len(line.unit) for line in answer.lines)
    told = [
        f"{line.name:<{names}}  {_number(line):>{numbers}}  {line.unit:<{units}}  = {_made(line)}"
        for line in answer.lines
    ]
    told += ["", "What they leave out"]
    by_text: dict[str, list[str]] = {}
    for line in answer.lines:
        by_text.setdefault(line.leaves_out, []).append(line.name)
    for text, who in by_text.items():
        told.append(textwrap.fill(f"{'; '.join(who)}: {text}", 100, initial_indent="  ", subsequent_indent="    "))
    return "\n".join(told) + "\n"


def _number(line: Line) -> str:
    return "–" if line.value is None else f"{line.value:,.2f}"


def _made(line: Line) -> str:
    return line.made if line.value is not None else f"{line.made} (not defined: {line.reason})"
