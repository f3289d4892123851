"""What the tests of broken input share: the command line run in this process over a file of theirs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from attempts import Attempt, Ended, adds_up, fingerprints, whole

from regulars.cli.main import main


@pytest.fixture
def attempt(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Attempt:
    """Run the command line over orders into a folder with the files of an earlier run, which must survive a failure."""
    out = tmp_path / "out"

    def attempting(*orders: Path, options: tuple[str, ...] = (), report: bool = False) -> Ended:
        out.mkdir(exist_ok=True)
        (out / "run.json").write_text("{}")
        (out / "report.html").write_text("earlier")
        before = fingerprints(out)
        words = ["run", *map(str, orders), "--out", str(out), "--quiet", "--model", "pareto-nbd", *options]
        status = main(words if report else [*words, "--no-report"])
        told, complaint = capsys.readouterr()
        assert status in {0, 1, 2}
        assert told == ""
        assert {path.name for path in tmp_path.iterdir() if path.name.startswith(".out")} == set()
        if status:
            assert complaint.startswith("regulars: ")
            assert complaint.count("\n") == 1
            assert "Error" not in complaint
            assert fingerprints(out) == before
            return Ended(status, complaint, {}, out)
        assert complaint == ""
        receipt = whole(out)["receipt"]
        assert adds_up(receipt)
        return Ended(status, complaint, receipt, out)

    return attempting


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a file of orders."""

    def writing(content: str | bytes, name: str = "orders.csv") -> Path:
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return writing
