from __future__ import annotations

import doctest
import inspect
import subprocess
import sys

import pytest

import regulars


def public() -> list[str]:
    return list(getattr(regulars, "__all__", []))


def test_there_are_public_names() -> None:
    assert {"value", "Histories", "BGNBD", "ParetoNBD", "GammaGamma"} <= set(public())


@pytest.mark.parametrize("name", public())
def test_a_public_name_is_explained_with_an_example(name: str) -> None:
    thing = getattr(regulars, name)
    explanation = inspect.getdoc(thing) or ""
    assert explanation, f"regulars.{name} has no docstring"
    if callable(thing):
        assert doctest.DocTestParser().get_examples(explanation), f"the docstring of regulars.{name} has no example"


def test_importing_the_package_loads_nothing_heavy() -> None:
    heavy = {"altair", "duckdb", "narwhals", "numpy", "rich", "scipy", "typer", "vl_convert"}
    program = f"import sys, regulars; print(sorted({heavy!r} & set(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert answer.stdout.strip() == "[]"
