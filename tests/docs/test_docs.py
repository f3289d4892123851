"""Every link of the documentation resolves, every block of code in it runs, every picture is that of its page."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pages import FENCE, IMAGE, ROOT, blocks, drawn, run, with_picture

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")])
PROSE = {"text", "json", "math"}

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


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
    _, failed = run(page)
    assert failed == [], "".join(failed)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_picture_is_there_and_has_words(page: Path) -> None:
    pictures = IMAGE.findall(FENCE.sub("", page.read_text()))
    assert [target for _, target in pictures if not (page.parent / target).is_file()] == []
    assert [target for words, target in pictures if not words.strip()] == []


def test_every_picture_is_shown() -> None:
    shown = {(page.parent / target).resolve() for page in PAGES for _, target in IMAGE.findall(page.read_text())}
    assert {picture.resolve() for picture in (ROOT / "docs").glob("**/*.svg")} <= shown


@pytest.mark.parametrize("page", with_picture(), ids=name_of)
def test_every_picture_is_that_of_its_page(page: Path, clone: Path) -> None:
    """To a pixel, because the last digits may differ between machines; `python tests/support/pages.py` draws anew."""
    names, _ = run(page)
    committed, now = page.with_suffix(".svg").read_text(encoding="utf-8").strip(), drawn(page, names)
    assert NUMBER.sub("", committed) == NUMBER.sub("", now)
    np.testing.assert_allclose(numbers(committed), numbers(now), atol=1.0)


def numbers(picture: str) -> list[float]:
    return [float(number) for number in NUMBER.findall(picture)]


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
