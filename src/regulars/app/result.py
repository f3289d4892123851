"""What a user of Python holds after a run: the customers, the fit, the receipt, and a report on demand."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from regulars.app.customers import Customers
from regulars.app.summary import summary
from regulars.contract.receipt import Receipt
from regulars.valuation.valuation import FittedModel, Totals, Valuation

if TYPE_CHECKING:
    from regulars.models.fit import Fit
    from regulars.models.pooled import PooledFit
    from regulars.reporting.charts.gallery import Gallery
    from regulars.reporting.study import Study


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
    def fit(self) -> Fit | PooledFit:
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

    @property
    def charts(self) -> Gallery:
        """The charts, one method each: `result.charts.purchases_by_week()`; `result.charts` lists them."""
        from regulars.reporting.charts.gallery import Gallery  # noqa: PLC0415 - the drawing library loads half a second

        return Gallery(self.study)

    def report(self, path: str | Path) -> Path:
        """Write the report in the format of the ending (.html, .pdf, .md, .json) and return its path.

        Raises `InputError` for another ending, `RunFailed` for .pdf where the extra `pdf` is not installed.
        """
        from regulars.reporting.rendering import write  # noqa: PLC0415 - as above
        from regulars.reporting.report import report_of  # noqa: PLC0415 - as above

        target = Path(path)
        write(report_of(self.study), target)
        return target

    def __repr__(self) -> str:
        return "\n".join(f"{label}: {text}" for label, text in summary(self.valuation))

    def _repr_html_(self) -> str:
        from regulars.reporting.notebook import to_notebook  # noqa: PLC0415 - as above
        from regulars.reporting.report import report_of  # noqa: PLC0415 - as above

        return to_notebook(report_of(self.study))
