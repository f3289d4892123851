"""A run whose outcome is files: the customers, the report, what was refused, and the account of it all."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from regulars.app.customers import write_customers
from regulars.app.files import (
    CUSTOMERS_FILE,
    NAMES,
    PDF_FILE,
    QUARANTINE_FILE,
    REPORT_FILE,
    RUN_FILE,
    fingerprint,
    published,
)
from regulars.app.request import Request
from regulars.app.value import Valued, valued
from regulars.engines.base import Engine
from regulars.errors import InputError
from regulars.progress import Progress

if TYPE_CHECKING:
    from regulars.app.run_file import Content
    from regulars.reporting.study import Study
    from regulars.valuation.valuation import Valuation

# Spreadsheets take a cell that begins like this for a formula; an apostrophe makes it a text.
_FORMULA_STARTS = "'=', '+', '-', '@', chr(9), chr(13)"


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
    spare_the_input(orders, out)
    if pdf and not report:
        raise InputError("report.pdf is made from the report; leave --no-report or --pdf out")
    with published(out) as folder:
        with valued(orders, request, today=today, progress=progress, report=report, spill=folder) as found:
            _write_tables(found.engine, found.valuation, folder, progress)
        shown = _write_report(found.the_study, folder, progress, pdf=pdf) if report else None
        return _close_account(found, request, shown, folder, progress)


def spare_the_input(orders: Iterable[str | Path], out: Path) -> None:
    """Refuse to overwrite a file of orders, and to read the files of an earlier run as orders."""
    own = [_real(out / name) for name in NAMES]
    for path in orders:
        given = _real(Path(path))
        if given in own:
            raise InputError(f"the run would overwrite its own input {str(path)!r}; give another --out")
        if given.is_dir() and any(file.is_relative_to(given) and file.exists() for file in own):
            raise InputError(
                f"the files of an earlier run in {str(out)!r} lie in the folder of orders {str(path)!r} and would be "
                "read as orders; move them, or give an --out outside that folder"
            )


def _real(path: Path) -> Path:
    """Return the path without links; one of links that lead in a circle as it is, which `Path.resolve` refuses."""
    return Path(os.path.realpath(path))


def _write_tables(engine: Engine, valuation: Valuation, folder: Path, progress: Progress) -> None:
    with progress.step("write the customers") as counted:
        write_customers(engine, folder / CUSTOMERS_FILE)
        counted.text = f"{valuation.totals.customers:,} customers"
    refused = valuation.receipt.rows("quarantined")
    if refused:
        with progress.step("write what was refused") as counted:
            engine.write_csv(quarantine_query(), folder / QUARANTINE_FILE)
            counted.text = f"{refused:,} rows"


def quarantine_query() -> str:
    """Return the select of the refused rows, with no text in it that a spreadsheet takes for a formula."""
    columns = f"{_harmless('file')} as file, line, {_harmless('reason')} as reason, {_harmless('content')} as content"
    return f"select {columns} from quarantine order by quarantine.file, line"


def _harmless(column: str) -> str:
    return f"case when left({column}, 1) in ({_FORMULA_STARTS}) then '''' || {column} else {column} end"


def _write_report(study: Study, folder: Path, progress: Progress, *, pdf: bool) -> Content:
    """Write the report and return what it shows, for run.json."""
    with progress.step("write the report"):
        from regulars.reporting.json_document import content  # noqa: PLC0415 - loaded by now, beside the reading
        from regulars.reporting.rendering import write  # noqa: PLC0415 - as above
        from regulars.reporting.report import report_of  # noqa: PLC0415 - as above

        report = report_of(study)
        write(report, folder / REPORT_FILE)
    if pdf:
        with progress.step("write the report as a PDF"):
            write(report, folder / PDF_FILE)
    return content(report)


def _close_account(found: Valued, request: Request, shown: Content | None, folder: Path, progress: Progress) -> Written:
    from regulars.app.run_file import as_json, describe  # noqa: PLC0415 - little that the valuation has not loaded

    names = [name for name in NAMES if (folder / name).exists()]
    files = {name: fingerprint(folder / name) for name in names}
    acquisition = found.study.economics.acquisition if found.study else None
    content = describe(
        found.valuation, request, acquisition=acquisition, report=shown, files=files, steps=progress.steps
    )
    account = as_json(content)
    (folder / RUN_FILE).write_bytes(account)
    return Written(found.valuation, (*names, RUN_FILE), account)
