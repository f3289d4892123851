"""`regulars demo`: what it says, where, and with which exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from regulars.cli.main import main


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


DEMO = ["demo", "--customers", "60"]


def test_progress_on_stderr_and_the_summary_on_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(DEMO) == 0
    told = capsys.readouterr()
    assert told.err.startswith("simulate a shop … 60 customers")
    lines = told.out.splitlines()
    assert lines[0].startswith("Expected value, next 365 days: EUR ")
    assert lines[1].startswith("Known truth, next 365 days: EUR ")
    assert lines[1].endswith(("too high", "too low"))
    assert lines[-1].startswith("The shop: orders.csv, customers.csv")
    assert lines[-1].endswith("in regulars-demo/shop")
    assert Path("regulars-demo/report.html").exists()


@pytest.mark.usefixtures("one_model")
def test_json_is_the_account_with_the_truth_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*DEMO, "--json", "--quiet", "--out", "there", "--seed", "4"]) == 0
    told = capsys.readouterr()
    assert told.err == ""
    content = json.loads(told.out)
    demo = content.pop("demo")
    assert content == json.loads(Path("there/run.json").read_text())
    assert demo["folder"] == "there"
    assert all((Path("there") / name).exists() for name in demo["shop"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--customers", "0"], "at least 1 customer"),
        (["--seed", "-1"], "seed must be zero or more"),
        (["--customers", "many"], "Invalid value for '--customers'"),
        (["--out", "taken"], "is a file; give another name to --out"),
    ],
)
def test_a_wrong_option_is_one_sentence(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("taken").write_text("mine")
    assert main(["demo", *arguments, "--quiet"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("regulars: ")
    assert told.err.count("\n") == 1
    assert said in told.err
    assert [path.name for path in Path().iterdir()] == ["taken"]
