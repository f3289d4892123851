"""regulars formula and regulars metrics on the command line."""

from __future__ import annotations

import json

import pytest

from regulars.cli.main import main

TEXTBOOK = ["formula", "--order-value", "60", "--frequency", "4"]


def test_the_textbook_number_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*TEXTBOOK, "--lifespan", "3"]) == 0
    assert "720.00" in capsys.readouterr().out


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--lifespan", "3", "--margin", "0.4", "--cac", "0", "--json"]
    assert main([*TEXTBOOK, *options]) == 0
    answer = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    values = {line["name"]: line["value"] for line in answer["lines"]}
    assert values["textbook LTV, revenue"] == 720.0
    assert values["LTV:CAC"] is None
    assert answer["inputs"]["margin"] == 0.4


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["formula"], "Missing option"),
        (TEXTBOOK, "how long customers stay"),
        ([*TEXTBOOK, "--lifespan", "-3"], "zero or more"),
        ([*TEXTBOOK, "--lifespan", "nan"], "zero or more"),
        ([*TEXTBOOK, "--lifespan", "long"], "Invalid value"),
        (["metrics", "paybak"], "did you mean 'payback'"),
    ],
)
def test_a_wrong_option_is_one_sentence(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("regulars: ")
    assert told.err.count("\n") == 1
    assert said in told.err


def test_the_metrics_are_listed_and_each_has_its_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["metrics"]) == 0
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    for name in names:
        assert main(["metrics", name]) == 0
        page = capsys.readouterr().out
        assert page.startswith(f"{name}: ")
        assert "Formula: " in page
        assert "What goes wrong: " in page
