"""Every link of the documentation resolves, and every block of code in it runs."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")])
PROSE = {"text", "json"}

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """One fenced block of a page."""

    language: str
    code: str


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def blocks(page: Path, *languages: str) -> list[str]:
    found = [Block(*match.groups()) for match in FENCE.finditer(page.read_text())]
    return [block.code for block in found if block.language in languages]


def anchors(page: Path) -> set[str]:
    """The names under which the headings of a page can be linked to."""
    headings = HEADING.findall(FENCE.sub("", page.read_text()))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def is_broken(page: Path, link: str) -> bool:
    if link.startswith(("https://", "http://", "mailto:")):
        return False
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    return not target.exists() or (bool(anchor) and target.suffix == ".md" and anchor not in anchors(target))


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to run in that holds the examples, so that nothing is written into the project."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_resolves(page: Path) -> None:
    assert [link for link in LINK.findall(FENCE.sub("", page.read_text())) if is_broken(page, link)] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_block_says_what_it_is(page: Path) -> None:
    known = {"python", "sh", *PROSE}
    assert {match.group(1) for match in FENCE.finditer(page.read_text())} <= known


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "python")], ids=name_of)
def test_every_python_block_runs(page: Path, clone: Path) -> None:
    """The blocks of a page are one session, as a reader would type them."""
    session = "\n".join(blocks(page, "python"))
    test = doctest.DocTestParser().get_doctest(session, {}, name_of(page), str(page), 0)
    assert test.examples, f"the Python of {name_of(page)} has no prompt (>>>), so it would not run"
    heard: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    runner.run(test, out=heard.append)
    assert runner.failures == 0, "".join(heard)


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "sh")], ids=name_of)
def test_every_command_exists(page: Path) -> None:
    """`make` commands are in the Makefile; `regulars` commands and options are known to the command line."""
    lines = [line for block in blocks(page, "sh") for line in block.splitlines() if line and not line.startswith("#")]
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    for line in lines:
        program, command, *rest = line.split()
        assert program in {"make", "regulars"}, line
        if program == "make":
            assert command in targets, line
        else:
            assert unknown_options(command, rest) == [], line


def unknown_options(command: str, words: list[str]) -> list[str]:
    program = Path(sys.executable).with_name("regulars")
    surroundings = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"}
    arguments = [str(program), command, "--help"]
    page = subprocess.run(arguments, check=True, capture_output=True, text=True, env=surroundings).stdout
    return [word for word in words if word.startswith("--") and word not in page.split()]
