from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

# Written in pieces, so that this file does not hold what it looks for.
REGISTRY_ADDRESS = re.compile(
    r"pyp[i]\.org|pythonhost[e]d|n[p]mjs|d[e]b\.debian|[-]-(extra-)?index-url|[-]-find-links|fil[e]:///|\[\[tool\.uv\.index"
)
MACHINE_PATH = re.compile(r"(?<![A-Za-z0-9_.~-])/(w[o]rk|t[m]p|r[o]ot|h[o]me|U[s]ers)/[A-Za-z0-9.]")
LOCK_FILE = re.compile(r"(^|/)(uv\.lock|package-lock\.json|pylock.*\.toml|poetry\.lock)$")
LARGEST = 1_500_000


@pytest.fixture(scope="module")
def committed(root: Path) -> list[Path]:
    if not (root / ".git").exists():
        pytest.skip("platform: this copy is no git checkout")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, check=True, capture_output=True, text=True).stdout
    return [root / name for name in listed.split("\0") if name and (root / name).is_file()]


def text_of(path: Path) -> str:
    """The file as text; empty for a binary one."""
    content = path.read_bytes()
    return "" if b"\0" in content else content.decode(errors="replace")


@pytest.mark.parametrize("pattern", [REGISTRY_ADDRESS, MACHINE_PATH], ids=["registry address", "machine path"])
def test_no_file_names_an_address_or_a_machine(committed: list[Path], root: Path, pattern: re.Pattern[str]) -> None:
    found = [
        f"{path.relative_to(root)}:{number}: {line.strip()[:100]}"
        for path in committed
        for number, line in enumerate(text_of(path).splitlines(), start=1)
        if pattern.search(line)
    ]
    assert found == []


def test_no_lock_file_with_addresses_is_committed(committed: list[Path], root: Path) -> None:
    names = [str(path.relative_to(root)) for path in committed]
    assert [name for name in names if LOCK_FILE.search(name)] == []


def test_no_large_file_is_committed(committed: list[Path], root: Path) -> None:
    assert [str(path.relative_to(root)) for path in committed if path.stat().st_size > LARGEST] == []


@pytest.mark.parametrize("name", ["run.txt", "test.txt"])
def test_every_requirement_is_pinned_with_a_hash(root: Path, name: str) -> None:
    entries = re.split(r"\n(?=[a-z])", (root / "requirements" / name).read_text().strip())
    assert [entry.splitlines()[0] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_what_runs_is_pinned_to_the_same_versions_in_the_tests(root: Path) -> None:
    def pins(name: str) -> set[str]:
        lines = (root / "requirements" / name).read_text().splitlines()
        return {line.removesuffix(" \\") for line in lines if "==" in line}

    assert pins("run.txt") <= pins("test.txt")
