"""What a user of Python holds after a run: the customers, the fit, the receipt, and a report on demand."""

from __future__ import annotations

import html
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from regulars.app.customers import Customers
from regulars.app.summary import summary
from regulars.contract.receipt import Receipt
from regulars.reporting.study import Study
from regulars.valuation.valuation import FittedModel, Totals, Valuation

if TYPE_CHECKING:
    from regulars.models.fit import Fit


@dataclass(frozen=True, eq=False, repr=False)
class Result:
    """The value of a customer base as of a day; made by `value`."""

    study: Study
    customers: Customers

    @property
    def valuation(self) -> Valuation:
        """Everything that was computed about the value of the base."""
        return self.study.valuation

    @property
    def fit(self) -> Fit:
        """The model of purchases that was chosen: its parameters and certificate, and any further prediction."""
        return self.valuation.fit

    @property
    def spend(self) -> FittedModel | None:
        """The model of spend, None where the orders hold no money or nobody came back."""
        return self.valuation.spend

    @property
    def receipt(self) -> Receipt:
        """What was read, what was accepted and why the rest was not."""
        return self.valuation.receipt

    @property
    def totals(self) -> Totals:
        """The sums over all customers, with their intervals."""
        return self.valuation.totals

    def report(self, path: str | Path) -> Path:
        """Write the report as one HTML file that opens offline; returns its path."""
        from regulars.reporting.report import render_html  # noqa: PLC0415 - the drawing library takes a second to load

        target = Path(path)
        target.write_text(render_html(self.study), encoding="utf-8")
        return target

    def __repr__(self) -> str:
        return "\n".join(f"{label}: {text}" for label, text in summary(self.valuation))

    def _repr_html_(self) -> str:
        cells = "".join(
            f"<tr><th style='text-align:left'>{html.escape(label)}</th><td>{html.escape(text)}</td></tr>"
            for label, text in summary(self.valuation)
        )
        return f"<table>{cells}</table>"
