from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def contracts(root: Path) -> dict[str, dict[str, Any]]:
    settings = tomllib.loads((root / "pyproject.toml").read_text())
    return {contract["id"]: contract for contract in settings["tool"]["importlinter"]["contracts"]}


def rooms(root: Path) -> set[str]:
    """Every folder and file at the top of the package, except its list of public names."""
    entries = (root / "src" / "regulars").iterdir()
    return {
        entry.stem
        for entry in entries
        if (entry.is_dir() and any(entry.rglob("*.py"))) or (entry.suffix == ".py" and not entry.stem.startswith("__"))
    }


def test_every_room_stands_on_the_ladder(root: Path, contracts: dict[str, dict[str, Any]]) -> None:
    on_the_ladder = {
        room for layer in contracts["ladder"]["layers"] for room in layer.replace("|", " ").replace(":", " ").split()
    }
    assert on_the_ladder == rooms(root)


@pytest.mark.parametrize(
    ("contract", "owner"),
    [
        ("engines-own-sql", "engines"),
        ("sources-own-dataframes", "sources"),
        ("reporting-owns-charts", "reporting"),
        ("cli-owns-the-terminal", "cli"),
    ],
)
def test_a_library_is_forbidden_to_every_room_but_its_owner(
    root: Path, contracts: dict[str, dict[str, Any]], contract: str, owner: str
) -> None:
    forbidden_to = {module.removeprefix("regulars.") for module in contracts[contract]["source_modules"]}
    assert forbidden_to == rooms(root) - {owner}


def test_the_architecture_page_names_every_room(root: Path) -> None:
    page = (root / "docs" / "architecture.md").read_text()
    assert [room for room in sorted(rooms(root)) if f"`{room}" not in page] == []
