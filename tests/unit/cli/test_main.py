"""The command line: exit statuses, what goes to stdout and what to stderr, and nothing heavy before a run."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from regulars.cli import run as run_command
from regulars.cli.main import main
from regulars.errors import InputError, NotApplicable, RunFailed

RUN = ["run", "orders.csv"]


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], None]:
    """Return the way to let the run itself end in an error."""

    def fail_with(error: BaseException) -> None:
        def fail(*_: object, **__: object) -> None:
            raise error

        monkeypatch.setattr(run_command, "_run", fail)

    return fail_with


def test_nothing_heavy_is_loaded_before_a_run(capsys: pytest.CaptureFixture[str]) -> None:
    heavy = {"numpy", "duckdb", "scipy", "altair", "pandas", "polars", "pyarrow", "narwhals", "rich", "vl_convert"}
    program = (
        "import sys; sys.argv = ['regulars', '--help']\n"
        f"from regulars.cli.main import main; main(); print(sorted({heavy!r} & set(sys.modules)))"
    )
    begun = time.perf_counter()
    answer = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    with capsys.disabled():
        sys.stdout.write(f"\nregulars --help, whole process: {time.perf_counter() - begun:.2f} s\n")
    assert answer.stdout.splitlines()[-1] == "[]"
    assert answer.stdout.startswith("Usage: regulars")


@pytest.mark.parametrize(("arguments", "status"), [(["--version"], 0), (["run", "nowhere.csv"], 2)])
def test_the_program_leaves_at_once_with_all_that_it_said(arguments: list[str], status: int) -> None:
    script = (
        f"import atexit, sys; sys.argv = ['regulars', *{arguments!r}]; atexit.register(print, 'cleared')\n"
        "from regulars.cli.main import program; program()"
    )
    answer = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True, text=True)
    assert answer.returncode == status
    assert "cleared" not in answer.stdout
    assert (answer.stdout if status == 0 else answer.stderr).startswith("regulars")
    assert (answer.stderr if status == 0 else answer.stdout) == ""


def test_the_program_ends_in_a_sentence_where_it_can_say_nothing() -> None:
    script = "import sys; from regulars.cli.main import program; sys.argv = ['regulars', '--version']; "
    answer = subprocess.run(
        [sys.executable, "-c", f"{script} sys.stdout = None; program()"], check=False, capture_output=True, text=True
    )
    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments", [[], ["--help"], ["run", "--help"], ["models", "--help"], ["--version"]])
def test_what_only_tells_is_done(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 0
    told = capsys.readouterr()
    assert "regulars" in told.out
    assert told.err == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run"], "Missing argument"),
        (["rnu"], "No such command 'rnu'"),
        ([*RUN, "--horizn", "9"], "No such option: --horizn"),
        ([*RUN, "--horizon", "soon"], "Invalid value for '--horizon'"),
        ([*RUN, "--horizon", "0"], "at least 1 day"),
        ([*RUN, "--margin", "40"], "0.4 is 40 %"),
        ([*RUN, "--as-of", "yesterday"], "write it as YYYY-MM-DD"),
        ([*RUN, "--engine", "spark"], "not built in this version"),
        ([*RUN, "--map", "customer_id"], "--map wants FIELD=COLUMN"),
        ([*RUN, "--map", "=x"], "--map wants FIELD=COLUMN"),
        ([*RUN, "--map", "amount=x", "--map", "amount=y"], "two columns for amount"),
        ([*RUN, "--memory-limit", "much"], "write it like 4GB"),
        ([*RUN, "--model", "bgnbd", "--quiet"], "did you mean 'bg-nbd'"),
        (["models", "bgnbd"], "did you mean 'bg-nbd'"),
        (["charts", "purchases-by-weak"], "did you mean 'purchases-by-week'"),
        ([*RUN, "--pdf", "--no-report", "--quiet"], "leave --no-report or --pdf out"),
    ],
)
@pytest.mark.usefixtures("small_shop")
def test_a_wrong_option_is_one_sentence(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("regulars: ")
    assert told.err.count("\n") == 1
    assert said in told.err


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (InputError("no such file: 'orders.csv'"), 2, "regulars: no such file: 'orders.csv'\n"),
        (NotApplicable("one customer is not enough"), 2, "regulars: one customer is not enough\n"),
        (RunFailed("the disk is full"), 1, "regulars: the disk is full\n"),
        (OSError(28, "No space left on device", "out"), 1, "regulars: No space left on device: out\n"),
        (MemoryError(), 1, "regulars: out of memory; use a machine with more of it, or --memory-limit\n"),
        (KeyboardInterrupt(), 130, ""),
        (BrokenPipeError(), 1, ""),
        (
            ZeroDivisionError("two\nlines"),
            1,
            "regulars: something unexpected happened: ZeroDivisionError: two\\nlines; --debug shows where\n",
        ),
    ],
)
def test_every_ending_has_a_status_and_at_most_a_sentence(
    error: BaseException,
    status: int,
    said: str,
    failing: Callable[[BaseException], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    failing(error)
    assert main(RUN) == status
    assert capsys.readouterr() == ("", said)


def test_debug_shows_the_traceback(
    failing: Callable[[BaseException], None], capsys: pytest.CaptureFixture[str]
) -> None:
    failing(RunFailed("the disk is full"))
    assert main([*RUN, "--debug"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_a_terminal_gets_no_control_characters(
    failing: Callable[[BaseException], None], capsys: pytest.CaptureFixture[str]
) -> None:
    failing(InputError("no column 'a\x1b[31mb\rc'"))
    main(RUN)
    assert capsys.readouterr().err == "regulars: no column 'a\\x1b[31mb\\rc'\n"


@pytest.mark.usefixtures("small_shop")
class TestARun:
    def test_progress_on_stderr_and_the_summary_on_stdout(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(RUN) == 0
        told = capsys.readouterr()
        steps = [line.split(" … ")[0] for line in told.err.splitlines()]
        assert steps[0] == "read the orders"
        assert steps[-1] == "write the report"
        assert "8 rows" in told.err
        assert "\x1b" not in told.out + told.err
        total, *others = told.out.splitlines()
        assert total.startswith("Expected value, next 365 days: GBP 120.00, 80 % interval 80.00 to 190.00")
        assert total.endswith("(model only, not yet back-tested)")
        assert others == [
            "Counted in: net_sales (as given), as of 9 December 2011, n = 3 customers",
            "Model: BG/NBD, time in weeks; certificate note: The parameters trade off against each other.",
            "Files: customers.parquet, report.html, quarantine.csv, run.json in regulars-out",
        ]

    def test_quiet(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main([*RUN, "--quiet"]) == 0
        assert capsys.readouterr() == ("", "")
        assert Path("regulars-out/run.json").exists()

    def test_json_is_the_account_and_nothing_else(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main([*RUN, "--json", "--out", "there"]) == 0
        told = capsys.readouterr().out
        assert told.encode() == Path("there/run.json").read_bytes()
        assert json.loads(told)["totals"]["customers"] == 3

    def test_no_report(self) -> None:
        assert main([*RUN, "--no-report", "--quiet"]) == 0
        assert not Path("regulars-out/report.html").exists()

    def test_every_option_arrives(self, capsys: pytest.CaptureFixture[str]) -> None:
        options = (
            "--query select --as-of 2011-12-09 --horizon 90 --unit day --date-order dmy --decimal comma "
            "--timezone Europe/London --zero-amount keep --model mbg-nbd --margin 0.4 --discount 0.2 --basis cm1 "
            "--interval 0.9 --cac 35 --engine duckdb --threads 1 --memory-limit 1GB --out o "
            "--seed 7 --time-budget 9 --no-report --json --quiet --debug"
        )
        maps = ["--map", "customer_id=Client", "--map", "amount=2"]
        assert main([*RUN, *options.split(), *maps]) == 0
        account: dict[str, Any] = json.loads(capsys.readouterr().out)
        assert account["settings"] == {
            "as_of": "2011-12-09",
            "horizon": 90,
            "unit": "day",
            "model": "mbg-nbd",
            "discount": 0.2,
            "interval": 0.9,
            "basis": "margin",
            "margin": 0.4,
            "cac": 35.0,
            "zero_amount": "keep",
            "timezone": "Europe/London",
            "seed": 7,
            "time_budget": 9.0,
            "learners": False,
            "query": "select",
            "map": {"customer_id": "Client", "amount": "2"},
            "date_order": "dmy",
            "decimal": "comma",
        }
        machine = {name: account["run"][name] for name in ("engine", "threads", "memory_limit")}
        assert machine == {"engine": "duckdb", "threads": 1, "memory_limit": "1GB"}

    @pytest.mark.parametrize("name", ["it's", 'quo"te', "a b", "[red]x[/red]", "lí\nne", "=1+1"])
    def test_hostile_names_of_folders(self, name: str, capsys: pytest.CaptureFixture[str]) -> None:
        assert main([*RUN, "--out", name]) == 0
        assert capsys.readouterr().out.count("\n") == 4
        assert (Path(name) / "run.json").exists()

    def test_out_that_is_a_file(self, capsys: pytest.CaptureFixture[str]) -> None:
        Path("taken").write_text("mine")
        assert main([*RUN, "--out", "taken"]) == 2
        assert capsys.readouterr().err.endswith("is a file; give another name to --out\n")
        assert Path("taken").read_text() == "mine"


@pytest.mark.parametrize("command", ["models", "sources", "charts"])
def test_what_is_registered(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command]) == 0
    assert capsys.readouterr().out.count("\n") > 1


def test_the_page_of_a_model(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "bg-nbd"]) == 0
    page = capsys.readouterr().out
    assert "Fader, Hardie & Lee (2005)" in page
    assert "Parameters: r, alpha, a, b" in page


def test_the_page_of_a_chart(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["charts", "purchases-by-week"]) == 0
    page = capsys.readouterr().out
    assert "Does the model follow the customers' repeat purchases from week to week?" in page
    assert "result.charts.purchases_by_week()" in page
