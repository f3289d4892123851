"""What runs over orders and over contracts write alike: the tables, the report, and the fingerprints of both."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from regulars.app.customers import write_customers
from regulars.app.files import CUSTOMERS_FILE, NAMES, PDF_FILE, QUARANTINE_FILE, REPORT_FILE, fingerprint
from regulars.engines.base import Engine
from regulars.errors import InputError
from regulars.progress import Progress

if TYPE_CHECKING:
    from regulars.app.run_file import Content
    from regulars.contract.receipt import Receipt
    from regulars.reporting.document import Report

# Spreadsheets take a cell that begins like this for a formula; an apostrophe makes it a text.
_FORMULA_STARTS = "'=', '+', '-', '@', chr(9), chr(13)"


def check_outputs(given: Iterable[str | Path], out: Path, *, report: bool, pdf: bool) -> None:
    """Refuse to overwrite a file that is read, to read the files of an earlier run, and a PDF without its report."""
    _spare_the_input(given, out)
    if pdf and not report:
        raise InputError("report.pdf is made from the report; leave --no-report or --pdf out")


def _spare_the_input(given: Iterable[str | Path], out: Path) -> None:
    own = [_real(out / name) for name in NAMES]
    for path in given:
        read = _real(Path(path))
        if read in own:
            raise InputError(f"the run would overwrite its own input {str(path)!r}; give another --out")
        if read.is_dir() and any(file.is_relative_to(read) and file.exists() for file in own):
            raise InputError(
                f"the files of an earlier run in {str(out)!r} lie in the folder of orders {str(path)!r} and would be "
                "read as orders; move them, or give an --out outside that folder"
            )


def _real(path: Path) -> Path:
    """Return the path without links; one of links that lead in a circle as it is, which `Path.resolve` refuses."""
    return Path(os.path.realpath(path))


def write_tables(
    engine: Engine, columns: Sequence[str], customers: int, receipt: Receipt, *, folder: Path, progress: Progress
) -> None:
    """Write these columns of the customers, and what was refused where anything was."""
    with progress.step("write the customers") as counted:
        write_customers(engine, folder / CUSTOMERS_FILE, columns)
        counted.text = f"{customers:,} customers"
    refused = receipt.rows("quarantined")
    if refused:
        with progress.step("write what was refused") as counted:
            engine.write_csv(_quarantine_query(), folder / QUARANTINE_FILE)
            counted.text = f"{refused:,} rows"


def _quarantine_query() -> str:
    """Return the select of the refused rows, with no text in it that a spreadsheet takes for a formula."""
    columns = f"{_harmless('file')} as file, line, {_harmless('reason')} as reason, {_harmless('content')} as content"
    return f"select {columns} from quarantine order by quarantine.file, line"


def _harmless(column: str) -> str:
    return f"case when left({column}, 1) in ({_FORMULA_STARTS}) then '''' || {column} else {column} end"


def write_report(made: Callable[[], Report], folder: Path, progress: Progress, *, pdf: bool) -> Content:
    """Write the report that is `made`, as a PDF too where asked, and return what it shows, for run.json."""
    with progress.step("write the report"):
        from regulars.reporting.json_document import content  # noqa: PLC0415 - only where a report is asked for
        from regulars.reporting.rendering import write  # noqa: PLC0415 - as above

        report = made()
        write(report, folder / REPORT_FILE)
    if pdf:
        with progress.step("write the report as a PDF"):
            write(report, folder / PDF_FILE)
    return content(report)


def fingerprints(folder: Path) -> dict[str, dict[str, str | int]]:
    """Return size and SHA-256 of each file of a run that is in the folder, by name."""
    return {name: fingerprint(folder / name) for name in NAMES if (folder / name).exists()}
