"""A run whose outcome is files: the customers, the report, what was refused, and the account of it all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from regulars.app.customers import COLUMNS
from regulars.app.files import RUN_FILE, published
from regulars.app.request import Request
from regulars.app.value import Valued, valued
from regulars.app.writing import check_outputs, fingerprints, write_report, write_tables
from regulars.progress import Progress

if TYPE_CHECKING:
    from regulars.app.run_file import Content
    from regulars.reporting.document import Report
    from regulars.valuation.valuation import Valuation


@dataclass(frozen=True)
class Written:
    """What a run left behind: the valuation, the names of the files, and the bytes of run.json."""

    valuation: Valuation
    files: tuple[str, ...]
    account: bytes


def run(
    orders: Sequence[str | Path],
    request: Request,
    out: Path,
    *,
    report: bool,
    pdf: bool = False,
    today: dt.date,
    progress: Progress,
) -> Written:
    """Value the customers in `orders` and write the files into the folder `out`, all or none.

    `pdf` asks for the report as a PDF too. Raises `InputError` for orders or options that cannot be used,
    and for an `out` that cannot be written.
    """
    check_outputs(orders, out, report=report, pdf=pdf)
    with published(out) as folder:
        with valued(orders, request, today=today, progress=progress, report=report, spill=folder) as found:
            customers, receipt = found.valuation.totals.customers, found.valuation.receipt
            write_tables(found.engine, COLUMNS, customers, receipt, folder=folder, progress=progress)
        shown = write_report(partial(_report, found), folder, progress, pdf=pdf) if report else None
        return _close_account(found, request, shown, folder, progress)


def _report(found: Valued) -> Report:
    from regulars.reporting.report import report_of  # noqa: PLC0415 - loaded by now, beside the reading

    return report_of(found.the_study)


def _close_account(found: Valued, request: Request, shown: Content | None, folder: Path, progress: Progress) -> Written:
    from regulars.app.run_file import as_json, describe  # noqa: PLC0415 - little that the valuation has not loaded

    files = fingerprints(folder)
    acquisition = found.study.economics.acquisition if found.study else None
    content = describe(
        found.valuation, request, acquisition=acquisition, report=shown, files=files, steps=progress.steps
    )
    account = as_json(content)
    (folder / RUN_FILE).write_bytes(account)
    return Written(found.valuation, (*files, RUN_FILE), account)
