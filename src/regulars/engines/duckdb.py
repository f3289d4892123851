"""DuckDB as the engine: in this process, in memory, spilling to a folder when it must."""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

import duckdb

from regulars.engines.base import Parameters, literal, quoted
from regulars.engines.memory import enough_for
from regulars.errors import InputError, RunFailed, Unreadable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from regulars.engines.base import Arrays

Fetched = TypeVar("Fetched")
Reached = Callable[[float, float], object]

# How the engine says that a file is not whole, in the class of errors that it has for disks too.
_DISK_FULL = "No space left on device"
_DAMAGED = ("GZIP", "Could not read enough bytes")
# A column of a Parquet file with more values than this gets no dictionary: for sums of money, nearly all different,
# one was built for nothing until it was full at 24,576 values (a tenth of the time of writing customers).
_DICTIONARY = 4096


@dataclass(frozen=True)
class _ArrowStream:
    """Passes on a dataframe's Arrow stream, so that no Arrow library has to be installed."""

    frame: Any

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.frame.__arrow_c_stream__(requested_schema)


class DuckDBEngine:
    """One in-memory DuckDB session with a bounded number of threads and, if asked, bounded memory.

    What does not fit goes to a folder made in `spill` (by default where the system keeps temporary files, which on
    some of them is memory again), up to nine tenths of the free disk; it is gone when the session closes.
    `reached` hears several times a second how much of a query is done and for how many seconds it has run.
    """

    name = "duckdb"

    def __init__(
        self,
        threads: int | None = None,
        memory_limit: str | None = None,
        *,
        spill: Path | None = None,
        reached: Reached | None = None,
    ) -> None:
        self._spill = tempfile.TemporaryDirectory(prefix="regulars-spill-", dir=spill)
        self._reached = reached
        self._limited, self._spares = memory_limit is not None, False
        self._threads = threads or available_threads()
        settings: dict[str, Any] = {"threads": self._threads, "temp_directory": self._spill.name}
        if memory_limit is not None:
            settings["memory_limit"] = memory_limit
        try:
            self._connection = duckdb.connect(config=settings)
        except duckdb.Error as error:
            self._spill.cleanup()
            raise InputError(f"the engine refuses these settings: {first_line(error)}") from error
        # Frames are attached by name only; a table missing from the SQL must never be taken
        # from some Python variable that happens to have its name.
        self._connection.execute("set python_enable_replacements = false")
        # Without a bar DuckDB does not say how far it is; drawn, it would stand on stdout, which belongs to the caller.
        self._connection.execute("set enable_progress_bar = true")
        self._connection.execute("set enable_progress_bar_print = false")
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="duckdb")

    @property
    def threads(self) -> int:
        """Number of threads that queries and mathematics may use."""
        return self._threads

    def spare_memory(self) -> None:
        """Spill what outgrows the memory that is enough for tables as large as those of now; a given limit stays.

        A statement that cannot do with it gets all that it would have had without, and so do those after it.
        """
        if self._limited:
            return
        taken = "select coalesce(sum(memory_usage_bytes), 0) from duckdb_memory()"
        allowed = "select parse_formatted_bytes(current_setting('memory_limit'))"
        enough = enough_for(int(self.rows(taken)[0][0]))
        self._spares = enough < int(self.rows(allowed)[0][0])
        if self._spares:
            self.execute(f"set memory_limit = '{enough}B'")

    def execute(self, sql: str, parameters: Parameters = ()) -> None:
        """Run a statement that returns nothing."""
        self._run(sql, parameters, _nothing)

    def rows(self, sql: str, parameters: Parameters = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a small result as Python values."""
        return self._run(sql, parameters, duckdb.DuckDBPyConnection.fetchall)

    def arrays(self, sql: str, parameters: Parameters = ()) -> dict[str, NDArray[Any]]:
        """Return the columns of a result as NumPy arrays; a null in a float column is NaN."""
        columns = self._run(sql, parameters, duckdb.DuckDBPyConnection.fetchnumpy)
        return {name: _without_mask(values) for name, values in columns.items()}

    def columns_of(self, relation: str) -> dict[str, str]:
        """Return the column names of a table, view or table function with their types."""
        return {name: kind for name, kind, *_ in self.rows(f"describe select * from {relation}")}

    def load(self, table: str, columns: Arrays) -> None:
        """Create `table` from arrays of equal length, replacing an earlier one."""
        self._connection.register("arrays_to_load", dict(columns))
        try:
            self._run(f"create or replace table {quoted(table)} as select * from arrays_to_load", (), _nothing)
        finally:
            self._connection.unregister("arrays_to_load")

    def attach(self, name: str, frame: Any) -> None:
        """Make a dataframe or relation of the caller readable under `name`."""
        streamed = hasattr(frame, "__arrow_c_stream__") and not _is_pandas(frame)
        try:
            try:
                self._connection.register(name, _ArrowStream(frame) if streamed else frame)
            except duckdb.Error:
                if not _is_pandas(frame):
                    raise
                # The columns of a frame turned around lie backwards in memory, which the engine does not read.
                self._connection.register(name, frame.copy())
        except duckdb.Error as error:
            raise InputError(
                f"cannot read a {type(frame).__module__}.{type(frame).__name__} as a table: {first_line(error)}; "
                "give a path, a pandas, polars or pyarrow table, or a DuckDB relation"
            ) from error

    def copy_stream(self, table: str, select: str, opened: Callable[[], object], stop: Callable[[], None]) -> None:
        """Make the temporary `table` of what `select` takes from the stream of batches that `opened` returns.

        `opened` runs beside this thread, as the copying does; `stop` ends either from this one.
        """

        def copied() -> None:
            self._connection.register("stream_to_copy", opened())
            try:
                self._connection.execute(
                    f"create or replace temp table {quoted(table)} as select {select} from stream_to_copy"
                )
            finally:
                self._connection.unregister("stream_to_copy")

        with self._in_a_sentence():
            self._stoppable(copied, stop)

    @contextmanager
    def within(self, path: Path) -> Iterator[None]:
        """Let the names in the SQL of the block be those of a DuckDB file, which is only read."""
        name = "given_database"
        try:
            self._connection.execute(f"attach {literal(str(path))} as {quoted(name)} (type duckdb, read_only)")
        except duckdb.Error as error:
            raise InputError(first_line(error)) from error
        try:
            self._connection.execute(f"use {quoted(name)}")
            yield
        except duckdb.Error as error:
            raise InputError(first_line(error)) from error
        finally:
            self._connection.execute("use memory")
            self._connection.execute(f"detach {quoted(name)}")

    def write_parquet(self, query: str, path: Path) -> None:
        """Write the result of `query` to a Parquet file."""
        self._run(
            f"copy ({query}) to {literal(str(path))} "
            f"(format parquet, compression zstd, compression_level 1, dictionary_size_limit {_DICTIONARY})",
            (),
            _nothing,
        )

    def write_csv(self, query: str, path: Path) -> None:
        """Write the result of `query` to a CSV file with a header."""
        self._run(f"copy ({query}) to {literal(str(path))} (format csv, header)", (), _nothing)

    def close(self) -> None:
        """Release everything; the session cannot be used afterwards."""
        self._worker.shutdown()
        self._connection.close()
        self._spill.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self, sql: str, parameters: Parameters, fetch: Callable[[duckdb.DuckDBPyConnection], Fetched]) -> Fetched:
        values = dict(parameters) if isinstance(parameters, Mapping) else list(parameters)
        with self._in_a_sentence():
            try:
                return self._stoppable(lambda: fetch(self._connection.execute(sql, values)))
            except duckdb.OutOfMemoryException:
                if not self._spares:
                    raise
                self._spares = False
                self._connection.execute("reset memory_limit")
                return self._stoppable(lambda: fetch(self._connection.execute(sql, values)))

    @contextmanager
    def _in_a_sentence(self) -> Iterator[None]:
        """Say what went wrong with the data or the machine as an error of ours."""
        try:
            yield
        except duckdb.OutOfMemoryException as error:
            raise RunFailed(self._out_of_memory(first_line(error))) from error
        except duckdb.IOException as error:
            if any(said in str(error) for said in _DAMAGED):
                raise Unreadable(first_line(error)) from error
            if _DISK_FULL in str(error):
                raise RunFailed(f"the disk is full: {first_line(error)}; free space there and run again") from error
            raise RunFailed(f"a file could not be read or written: {first_line(error)}") from error
        except duckdb.Error as error:
            # Those without a class of their own come from the depths of a damaged Parquet file.
            if type(error) is duckdb.Error or isinstance(error, duckdb.InvalidInputException):
                raise Unreadable(first_line(error).removeprefix("Invalid Input Error: ")) from error
            raise

    def _out_of_memory(self, said: str) -> str:
        found = re.search(r"\(.*\)", said)
        used = f" {found[0]}" if found else ""
        if "offload" in said:
            folder = Path(self._spill.name).parent
            return f"the disk is full: what outgrows memory goes to {folder}{used}; free space there and run again"
        return f"the memory the engine may use is too small{used}; raise --memory-limit, or lower --threads"

    def _stoppable(self, work: Callable[[], Fetched], stop: Callable[[], None] = lambda: None) -> Fetched:
        """Run `work` beside this thread, so that Ctrl-C is heard at once.

        In the main thread DuckDB heard it after 3 to 9 seconds of reading one large gzip file,
        after minutes of one large generated series.
        """
        future, begun = self._worker.submit(work), time.perf_counter()
        try:
            while not wait([future], timeout=0.2).done:  # a signal is looked at between two waits
                share = self._connection.query_progress() / 100.0
                if self._reached is not None and share >= 0.0:
                    self._reached(share, time.perf_counter() - begun)
        except BaseException:
            stop()
            self._connection.interrupt()
            wait([future])
            raise
        return future.result()


def available_threads() -> int:
    """Return the number of processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def first_line(error: Exception) -> str:
    r"""Return the first line of an engine's message, which is the sentence a person can use.

    >>> first_line(Exception('IO Error: {"exception_message":"Could not write \\"a\\"","errno":"28"}'))
    'Could not write "a"'
    """
    line = str(error).splitlines()[0]
    wrapped = re.search(r'"exception_message":"((?:[^"\\]|\\.)*)"', line)
    return re.sub(r"\\(.)", r"\1", wrapped[1]) if wrapped else line


def _nothing(_: duckdb.DuckDBPyConnection) -> None:
    """Fetch no result."""


def _is_pandas(frame: object) -> bool:
    return type(frame).__module__.split(".", 1)[0] == "pandas"


def _without_mask(values: NDArray[Any]) -> NDArray[Any]:
    import numpy as np  # noqa: PLC0415 - loaded beside the first reading, which it would keep waiting

    if not isinstance(values, np.ma.MaskedArray):
        return values
    if not values.mask.any():
        return np.asarray(values.data)
    if values.dtype.kind in "iuf":
        return np.ma.filled(values.astype(np.float64), np.nan)
    return np.ma.filled(values, np.datetime64("NaT") if values.dtype.kind == "M" else None)
