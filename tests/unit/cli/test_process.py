"""The whole command as a process of its own: stopped, with a full disk, on a terminal and in a pipe.

Tests in `broken` kill it.
"""

from __future__ import annotations

import hashlib
import json
import os
import pty
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

# A warning is an error, except that a folder was cleared late: that is so when the stop comes while it is made.
WARNINGS = ["-W", "error", "-W", "ignore::ResourceWarning"]
COMMAND = [sys.executable, *WARNINGS, "-c", "import sys; from regulars.cli.main import main; sys.exit(main())"]
# Where it does not matter how the model is chosen, nothing is tested on the past: a tenth of the seconds.
ONE_MODEL = ("--model", "bg-nbd")
# And where the page does not matter, none is drawn: half of what is left.
SHORT = (*ONE_MODEL, "--no-report")
NAMES = {"customers.parquet", "report.html", "quarantine.csv", "run.json"}


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Orders of 400 customers: a run over them lasts long enough to be stopped."""
    return orders_of(400, tmp_path_factory.mktemp("shop"))


@pytest.fixture
def few_orders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return orders_of(150, tmp_path_factory.mktemp("shop"))


def orders_of(customers: int, folder: Path) -> Path:
    """Orders over a year, one line that is no order among them."""
    draw = random.Random(7)  # noqa: S311 - made-up orders
    path = folder / "it's orders.csv"
    lines = ["customer_id,order_id,order_date,amount"]
    for customer in range(customers):
        first, often = draw.randrange(1, 200), draw.randrange(0, 6)
        for day in sorted({first, *(draw.randrange(first, 366) for _ in range(often))}):
            date = time.strftime("%Y-%m-%d", time.gmtime(86_400 * (19_723 + day)))
            lines.append(f"c{customer},{len(lines)},{date},{draw.uniform(5, 90):.2f}")
    lines.append("=1+1,x,no date,7.00")
    path.write_text("\n".join(lines) + "\n")
    return path


def run(orders: Path, *options: str, **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, "run", str(orders), *options], check=False, capture_output=True, text=True, timeout=300, **more
    )


def start(orders: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, "run", str(orders), *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def whole(out: Path) -> str | None:
    """The horizon of the run whose files these are; None without run.json. A hash that does not hold fails."""
    if not (out / "run.json").exists():
        return None
    account = json.loads((out / "run.json").read_text())
    assert {path.name for path in out.iterdir()} & NAMES == {*account["files"], "run.json"}
    for name, file in account["files"].items():
        assert file["sha256"] == hashlib.sha256((out / name).read_bytes()).hexdigest()
    return str(account["settings"]["horizon"])


@pytest.fixture
def out(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "out"
    assert {path.name for path in tmp_path.iterdir()} <= {"out", "other"}


@pytest.mark.smoke
def test_orders_to_files_in_a_pipe_with_the_same_bytes_on_one_thread(few_orders: Path, out: Path) -> None:
    done = run(few_orders, "--out", str(out), "--threads", "2")
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    assert whole(out) == "365"
    assert {path.name for path in out.iterdir()} == NAMES
    assert "'=1+1" in (out / "quarantine.csv").read_text()
    assert done.stdout.count("\n") == 4
    other = out.with_name("other")
    assert run(few_orders, "--out", str(other), "--threads", "1", "--quiet").returncode == 0
    for name in NAMES - {"run.json"}:
        assert (out / name).read_bytes() == (other / name).read_bytes()
    two, one = (json.loads((folder / "run.json").read_text()) for folder in (out, other))
    assert {**one, "run": None} == {**two, "run": None}


@pytest.mark.parametrize("later", [0.0, 0.4])
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_stopped_quietly_and_without_remains(orders: Path, out: Path, number: int, status: int, later: float) -> None:
    process = start(orders, *ONE_MODEL, "--out", str(out))
    while process.poll() is None and not any(out.parent.iterdir()):
        time.sleep(0.01)
    time.sleep(later)
    process.send_signal(number)
    told, complained = process.communicate(timeout=60)
    assert process.returncode == status
    assert told == ""
    assert "Traceback" not in complained
    assert not out.exists()


def test_a_disk_that_is_full(orders: Path, out: Path) -> None:
    assert run(orders, *SHORT, "--out", str(out), "--horizon", "30", "--quiet").returncode == 0

    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))

    done = run(orders, *SHORT, "--out", str(out), "--quiet", preexec_fn=small_files)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("regulars: ")
    assert done.stderr.count("\n") == 1
    assert whole(out) == "30"


def test_a_reader_that_goes_away(orders: Path, out: Path) -> None:
    process = start(orders, *SHORT, "--out", str(out), "--json")
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    complained = process.stderr.read()
    process.stderr.close()
    process.wait(60)
    assert "Traceback" not in complained
    assert whole(out) == "365"


def test_a_live_list_on_a_terminal(orders: Path, out: Path) -> None:
    screen, terminal = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    process = subprocess.Popen(
        [*COMMAND, "run", str(orders), *ONE_MODEL, "--out", str(out)],
        stdout=subprocess.PIPE,
        stderr=terminal,
        env=environment,
    )
    os.close(terminal)
    seen = b""
    while True:
        try:
            part = os.read(screen, 65536)
        except OSError:  # the terminal closes when the process ends
            break
        seen += part
    os.close(screen)
    told, _ = process.communicate(timeout=60)
    shown = seen.decode()
    assert process.returncode == 0
    assert "✓" in shown
    assert "read the orders" in shown
    assert "write the report" in shown
    assert b"\x1b" not in told
