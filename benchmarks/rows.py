"""The rows of the table: what is compared, on which data, and what this project asks of itself."""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pyarrow import parquet

from environment import CACHE, HERE, lifetimes_python, pymc_python
from measure import Command, NotMeasured, Usage, in_pairs, run

SIDES = HERE / "sides"
SEED = 2
# The Pareto/NBD fit of the other side and its runs on five million customers take minutes.
LIMIT = 3600.0
SCAN = "DuckDB, one scan"
PYMC = "pymc-marketing"
CDNOW = "CDNOW sample, 2,357 customers, weeks"
TOLD = "regulars --model bg-nbd"
THINNEST = "CSV to scored customers, the thinnest program in place of regulars"
# The most of DuckDB's memory that leaves the whole process below half of what lifetimes takes at five million.
WITHIN = "800MB"


@dataclass(frozen=True)
class Required:
    """What the project asks of a row: how many times faster, in what share of the memory, in what seconds and MB.

    `more_seconds` is what our side may take beyond the other, `page_megabytes` what the file it writes may weigh,
    `effective` how many effective draws it gives at the least.
    """

    faster: float | None = None
    memory: float | None = None
    seconds: float | None = None
    more_seconds: float | None = None
    page_megabytes: float | None = None
    megabytes: float | None = None
    effective: float | None = None


@dataclass(frozen=True)
class Cost:
    """One side's cost: seconds, processor seconds and memory where it is a whole process, log-likelihood of a fit.

    `page_megabytes` is the size of the report that our side wrote, `effective` the effective draws of a posterior.
    """

    seconds: float
    processor_seconds: float | None = None
    megabytes: float | None = None
    log_likelihood: float | None = None
    page_megabytes: float | None = None
    effective: float | None = None


@dataclass(frozen=True)
class Settings:
    """How to measure: a smoke test or in earnest, how often, where the public data lies."""

    quick: bool
    times: int
    data: Path


@dataclass(frozen=True)
class Row:
    """One comparison: its name, what is done, how it is measured, what is asked of it."""

    name: str
    title: str
    measure: Callable[[Settings], tuple[str, Cost, Cost]]
    required: Required = Required()
    other: str = "lifetimes"


def whole_run(customers: int, quick_customers: int) -> Callable[[Settings], tuple[str, Cost, Cost]]:
    """Return the measurement of orders on disk to scored customers on disk."""

    def measure(settings: Settings) -> tuple[str, Cost, Cost]:
        source = simulated(quick_customers if settings.quick else customers, "bg-nbd", "csv")
        # The first start of either side compiles and reads its libraries: it is not counted.
        tiny = simulated(2_000, "bg-nbd", "csv")
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            in_pairs(*_sides(tiny, Path(folder)), times=1, limit=LIMIT)
            ours, theirs = in_pairs(*_sides(source, Path(folder)), times=settings.times, limit=LIMIT)
        return describe(source), _cost(ours), _cost(theirs)

    return measure


def floor(customers: int, quick_customers: int) -> Callable[[Settings], tuple[str, Cost, Cost]]:
    """Return the measurement of our whole run against DuckDB's reading, summarising and writing alone."""

    def measure(settings: Settings) -> tuple[str, Cost, Cost]:
        source = simulated(quick_customers if settings.quick else customers, "bg-nbd", "csv")
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            ours = _sides(source, Path(folder))[0]
            least = [sys.executable, str(SIDES / "duckdb_summary.py"), str(source), str(Path(folder) / "floor.parquet")]
            run(least, limit=LIMIT)
            one, other = in_pairs(ours, least, times=settings.times, limit=LIMIT)
        return describe(source), _cost(one), _cost(other)

    return measure


def bound(customers: int, quick_customers: int, side: str, *limit: str) -> Callable[[Settings], tuple[str, Cost, Cost]]:
    """Return the measurement of the thinnest program in our place, its engine within `limit`, against lifetimes."""

    def measure(settings: Settings) -> tuple[str, Cost, Cost]:
        source = simulated(quick_customers if settings.quick else customers, "bg-nbd", "csv")
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            theirs = _sides(source, Path(folder))[1]
            thinnest = [sys.executable, str(SIDES / side), str(source), str(Path(folder) / "bound.parquet"), *limit]
            run(thinnest, limit=LIMIT)
            one, other = in_pairs(thinnest, theirs, times=settings.times, limit=LIMIT)
        return describe(source), _cost(one), _cost(other)

    return measure


def written_report(
    customers: int, quick_customers: int, *, ours: list[str], other: list[str], page: str
) -> Callable[[Settings], tuple[str, Cost, Cost]]:
    """Return the measurement of a whole run with the options `ours`, which write `page`, beside one with `other`."""

    def measure(settings: Settings) -> tuple[str, Cost, Cost]:
        source = simulated(quick_customers if settings.quick else customers, "bg-nbd", "csv")
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            longer = _run_command(source, Path(folder) / "longer", *ours)
            shorter = _run_command(source, Path(folder) / "shorter", *other)
            run(longer, limit=LIMIT)
            one, two = in_pairs(longer, shorter, times=settings.times, limit=LIMIT)
            megabytes = (Path(folder) / "longer" / page).stat().st_size / 1e6
        return describe(source), replace(_cost(one), page_megabytes=megabytes), _cost(two)

    return measure


def at_size(customers: int, memory: str) -> Callable[[Settings], tuple[str, Cost, Cost]]:
    """Return the measurement of a run over a large export within `memory`, against one scan of it by DuckDB."""

    def measure(settings: Settings) -> tuple[str, Cost, Cost]:
        source, orders = exported(40_000 if settings.quick else customers)
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            ours = run(sized_run(source, Path(folder), memory), limit=LIMIT)
        scan = run([sys.executable, str(SIDES / "duckdb_scan.py"), str(source)], limit=LIMIT)
        return f"{orders:,} orders, Parquet, seed {SEED}, --memory-limit {memory}", _cost(ours), _cost(scan)

    return measure


def left_to_choose(customers: int, quick_customers: int, *options: str) -> Callable[[Settings], tuple[str, Cost, Cost]]:
    """Return the measurement of a run that tests every model on the past, beside one that is told its model."""

    def measure(settings: Settings) -> tuple[str, Cost, Cost]:
        source = simulated(quick_customers if settings.quick else customers, "bg-nbd", "csv")
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            chosen = _run_command(source, Path(folder) / "chosen", "--no-report", *options, model="auto")
            told = _run_command(source, Path(folder) / "told", "--no-report")
            run(told, limit=LIMIT)
            one, other = in_pairs(chosen, told, times=settings.times, limit=LIMIT)
        return describe(source), _cost(one), _cost(other)

    return measure


def sized_run(source: Path, folder: Path, memory: str) -> Command:
    """Return the command that values the orders in `source` with every option at its default but the memory."""
    regulars = [sys.executable, "-c", "import sys; from regulars.cli.main import main; sys.exit(main())"]
    return [*regulars, "run", str(source), "--memory-limit", memory, "--quiet", "--out", str(folder / "ours")]


def exported(customers: int) -> tuple[Path, int]:
    """Return a shop's export as Parquet, made where it is not there yet, and how many orders it holds."""
    file = CACHE / f"export-{customers}-seed{SEED}.parquet"
    generator = HERE / "exports.py"
    if not file.exists() or file.stat().st_mtime < generator.stat().st_mtime:
        CACHE.mkdir(exist_ok=True)
        run(
            [sys.executable, str(generator), str(file), "--customers", str(customers), "--seed", str(SEED)], limit=LIMIT
        )
    return file, parquet.read_metadata(file).num_rows


def simulated_fit(model: str, customers: int, quick_customers: int) -> Callable[[Settings], tuple[str, Cost, Cost]]:
    """Return the measurement of one fit to simulated histories, inside the process, from the arrays on."""

    def measure(settings: Settings) -> tuple[str, Cost, Cost]:
        source = simulated(quick_customers if settings.quick else customers, model, "npz")
        return (describe(source), *_fits(model, source, ours=max(3, settings.times), theirs=1))

    return measure


def cdnow_fit(model: str) -> Callable[[Settings], tuple[str, Cost, Cost]]:
    """Return the measurement of one warm fit to the CDNOW sample."""

    def measure(settings: Settings) -> tuple[str, Cost, Cost]:
        return (CDNOW, *_fits(model, cdnow(settings), ours=50, theirs=5))

    return measure


def cdnow_draws(model: str) -> Callable[[Settings], tuple[str, Cost, Cost]]:
    """Return the measurement of a fit with its posterior beside the fit alone."""

    def measure(settings: Settings) -> tuple[str, Cost, Cost]:
        source = cdnow(settings)
        alone = [sys.executable, str(SIDES / "regulars_fit.py"), model, str(source), "9"]
        return CDNOW, _draws(model, source), _fit_cost(run(alone, limit=LIMIT))

    return measure


def cdnow_against_pymc(method: str) -> Callable[[Settings], tuple[str, Cost, Cost]]:
    """Return the measurement of BG/NBD against pymc-marketing: our fit for its mode, our posterior for its chains."""

    def measure(settings: Settings) -> tuple[str, Cost, Cost]:
        source = cdnow(settings)
        theirs = run([pymc_python(), str(SIDES / "pymc_fit.py"), method, str(source)], limit=LIMIT)
        if method == "mcmc":
            return CDNOW, _draws("bg-nbd", source), _fit_cost(theirs)
        ours = [sys.executable, str(SIDES / "regulars_fit.py"), "bg-nbd", str(source), "9"]
        return CDNOW, _fit_cost(run(ours, limit=LIMIT)), _fit_cost(theirs)

    return measure


def cdnow(settings: Settings) -> Path:
    """Return the file with the histories of the CDNOW sample; raises `NotMeasured` where the data are not there."""
    summary = settings.data / "cdnow" / "btyd_cdnowSummary_cbs.csv"
    if not summary.exists():
        raise NotMeasured(f"no {summary.name}: give the folder that holds cdnow/ with --data")
    source = CACHE / "cdnow.npz"
    run([sys.executable, str(HERE / "cdnow.py"), str(summary), str(source)], limit=60)
    return source


def simulated(customers: int, buying: str, kind: str) -> Path:
    """Return the file of a simulated shop, made where it is not there yet."""
    file = CACHE / f"{buying}-{customers}-seed{SEED}.{kind}"
    generator = HERE / "simulate.py"
    if not file.exists() or file.stat().st_mtime < generator.stat().st_mtime:
        CACHE.mkdir(exist_ok=True)
        # A process of its own: what this one holds in memory would count as the first memory of the measured ones.
        sizes = ["--customers", str(customers), "--seed", str(SEED), "--buying", buying]
        run([sys.executable, str(generator), str(file), *sizes], limit=LIMIT)
    return file


def describe(file: Path) -> str:
    """Say what a simulated file holds: customers, and orders where they are in it."""
    buying, customers = file.stem.rsplit("-seed", 1)[0].rsplit("-", 1)
    orders = f", {_count_lines(file) - 1:,} orders" if file.suffix == ".csv" else ""
    return f"{int(customers):,} customers{orders}, simulated {buying}, seed {SEED}"


def _count_lines(file: Path) -> int:
    with file.open("rb") as lines:
        return sum(block.count(b"\n") for block in iter(lambda: lines.read(1 << 20), b""))


def _sides(source: Path, folder: Path) -> tuple[Command, Command]:
    """Return the two commands of a whole run over `source` that write into `folder`."""
    ours = _run_command(source, folder / "ours", "--no-report")
    return ours, [lifetimes_python(), str(SIDES / "lifetimes_value.py"), str(source), str(folder / "theirs.parquet")]


def _run_command(source: Path, out: Path, *options: str, model: str = "bg-nbd") -> Command:
    regulars = str(Path(sys.executable).with_name("regulars"))
    return [regulars, "run", str(source), "--model", model, "--quiet", "--out", str(out), *options]


def _fits(model: str, source: Path, *, ours: int, theirs: int) -> tuple[Cost, Cost]:
    """Return both sides' cost of fitting `model` to the histories in `source`, each in its own environment."""
    one = run([sys.executable, str(SIDES / "regulars_fit.py"), model, str(source), str(ours)], limit=LIMIT)
    other = run([lifetimes_python(), str(SIDES / "lifetimes_fit.py"), model, str(source), str(theirs)], limit=LIMIT)
    return _fit_cost(one), _fit_cost(other)


def _draws(model: str, source: Path) -> Cost:
    """Return our cost of fitting `model` and drawing its posterior."""
    return _fit_cost(run([sys.executable, str(SIDES / "regulars_posterior.py"), model, str(source), "5"], limit=LIMIT))


def _fit_cost(usage: Usage) -> Cost:
    """Return the median of the seconds that a fitting process printed."""
    printed = json.loads(usage.printed.splitlines()[-1])
    seconds, likelihood = statistics.median(printed["seconds"]), printed["log_likelihood"]
    return Cost(seconds, log_likelihood=likelihood, effective=printed.get("effective"))


def _sized_fits() -> Iterator[Row]:
    """Yield the fits that grow: every model that both sides have, at three sizes."""
    models = {"bg-nbd": "BG/NBD", "mbg-nbd": "MBG/NBD", "pareto-nbd": "Pareto/NBD", "bg-bb": "BG/BB"}
    for model, title in models.items():
        faster = 100 if model == "pareto-nbd" else 10
        for customers, size in ((1_000, "1k"), (100_000, "100k"), (1_000_000, "1m")):
            required = Required(faster=faster) if customers == 100_000 else Required()
            name = f"{model.partition('-nbd')[0]}-{size}"
            yield Row(name, f"{title} fit", simulated_fit(model, customers, 2_000), required)


def _cost(usage: Usage) -> Cost:
    return Cost(usage.seconds, usage.processor_seconds, usage.megabytes)


ROWS = (
    Row("run-1m", "CSV to scored customers", whole_run(1_000_000, 20_000), Required(faster=8, memory=1)),
    Row("run-5m", "CSV to scored customers", whole_run(5_000_000, 50_000), Required(faster=12, memory=0.5)),
    *_sized_fits(),
    Row("cdnow-bg", "BG/NBD fit, warm", cdnow_fit("bg-nbd"), Required(seconds=0.010)),
    Row("cdnow-pareto", "Pareto/NBD fit, warm", cdnow_fit("pareto-nbd"), Required(seconds=0.040)),
    Row(
        "cdnow-posterior",
        "Pareto/NBD fit and posterior, warm",
        cdnow_draws("pareto-nbd"),
        Required(seconds=3, effective=1000),
        other="regulars, the fit alone",
    ),
    Row("cdnow-map", "BG/NBD fit", cdnow_against_pymc("map"), Required(faster=100), other=PYMC),
    Row("cdnow-mcmc", "BG/NBD posterior", cdnow_against_pymc("mcmc"), Required(faster=100), other=PYMC),
    Row("floor-1m", "CSV to scored customers", floor(1_000_000, 20_000), other="DuckDB, no judging, no mathematics"),
    Row("bound-1m", THINNEST, bound(1_000_000, 20_000, "thinnest_run.py")),
    Row("bound-5m", f"{THINNEST}, {WITHIN} for DuckDB", bound(5_000_000, 50_000, "thinnest_run.py", WITHIN)),
    Row("bound-5m-free", THINNEST, bound(5_000_000, 50_000, "thinnest_run.py")),
    Row("arrays-1m", f"{THINNEST}, no engine", bound(1_000_000, 20_000, "thinnest_arrays.py")),
    Row("arrays-5m", f"{THINNEST}, no engine", bound(5_000_000, 50_000, "thinnest_arrays.py")),
    Row(
        "report-1m",
        "the same and report.html",
        written_report(1_000_000, 20_000, ours=[], other=["--no-report"], page="report.html"),
        Required(more_seconds=4, page_megabytes=3),
        other="regulars --no-report",
    ),
    Row(
        "pdf-1m",
        "the same and report.pdf",
        written_report(1_000_000, 20_000, ours=["--pdf"], other=[], page="report.pdf"),
        Required(more_seconds=2, page_megabytes=3),
        other="regulars without --pdf",
    ),
    Row(
        "auto-100k",
        "models tested on the past and chosen",
        left_to_choose(100_000, 20_000),
        Required(seconds=10),
        other=TOLD,
    ),
    Row(
        "auto-1m",
        "models tested on the past and chosen",
        left_to_choose(1_000_000, 20_000),
        Required(seconds=180),
        other=TOLD,
    ),
    Row("size-20m", "8 million customers", at_size(8_000_000, "4GB"), Required(megabytes=4000), other=SCAN),
    Row(
        "size-100m",
        "40 million customers",
        at_size(40_000_000, "8GB"),
        Required(seconds=300, megabytes=8000),
        other=SCAN,
    ),
)
