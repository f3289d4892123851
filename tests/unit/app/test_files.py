"""The files of a run appear together or not at all, wherever it is stopped."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from regulars.app import files
from regulars.app.files import NAMES, RUN_FILE, fingerprint, published
from regulars.errors import InputError

OLD = ("customers.parquet", "quarantine.csv")
NEW = ("customers.parquet", "report.html")


def write_run(out: Path, names: tuple[str, ...], text: str) -> None:
    with published(out) as folder:
        for name in names:
            (folder / name).write_text(f"{text} {name}")
        hashes = {name: fingerprint(folder / name) for name in names}
        (folder / RUN_FILE).write_text(json.dumps({"run": text, "files": hashes}))


def whole_set(out: Path) -> str | None:
    """Which run the files belong to, None without run.json; a hash that does not hold fails."""
    if not (out / RUN_FILE).exists():
        return None
    run = json.loads((out / RUN_FILE).read_text())
    assert run["files"] == {name: fingerprint(out / name) for name in run["files"]}
    assert {name for name in NAMES if (out / name).exists()} == {*run["files"], RUN_FILE}
    return str(run["run"])


def beside(out: Path) -> list[str]:
    return sorted(path.name for path in out.parent.iterdir())


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "results"


def test_files_arrive_and_nothing_else_is_left(out: Path) -> None:
    write_run(out, NEW, "first")
    assert whole_set(out) == "first"
    assert beside(out) == ["results"]


def test_missing_parents_are_made(tmp_path: Path) -> None:
    write_run(tmp_path / "a" / "b", NEW, "first")
    assert whole_set(tmp_path / "a" / "b") == "first"


def test_a_later_run_replaces_and_removes_only_its_own_names(out: Path) -> None:
    write_run(out, OLD, "old")
    (out / "notes.txt").write_text("mine")
    write_run(out, NEW, "new")
    assert whole_set(out) == "new"
    assert (out / "notes.txt").read_text() == "mine"
    assert not (out / "quarantine.csv").exists()


def test_a_failure_while_building_leaves_the_earlier_files(out: Path) -> None:
    write_run(out, OLD, "old")
    with pytest.raises(FileNotFoundError), published(out) as folder:
        (folder / "report.html").write_text(str((folder / "missing").read_bytes()))
    assert whole_set(out) == "old"
    assert beside(out) == ["results"]


def test_a_failed_first_run_leaves_no_folder(out: Path) -> None:
    with pytest.raises(ZeroDivisionError), published(out):
        raise ZeroDivisionError
    assert beside(out) == []


def test_a_stop_before_the_folder_is_held_leaves_no_folder(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(_: Path) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(files, "_lock", stopped)
    with pytest.raises(KeyboardInterrupt):
        write_run(out, OLD, "first")
    assert beside(out) == []


@pytest.mark.parametrize("stop", range(5))
def test_a_failure_between_the_moves_gives_the_earlier_files_back(
    out: Path, stop: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_run(out, OLD, "old")
    move, moves = files._move, iter(range(99))

    def failing(source: Path, target: Path) -> None:
        if next(moves) == stop:
            raise OSError(28, "No space left on device")
        move(source, target)

    monkeypatch.setattr(files, "_move", failing)
    with pytest.raises(OSError, match="No space"):
        write_run(out, NEW, "new")
    assert whole_set(out) == "old"
    assert beside(out) == ["results"]


KILLED = """
import os, pathlib, signal, sys
from regulars.app import files

out, stop, *names = sys.argv[1:]
move, moves = files._move, iter(range(99))

def deadly(source, target):
    if next(moves) == int(stop):
        os.kill(os.getpid(), signal.SIGKILL)
    move(source, target)

files._move = deadly
with files.published(pathlib.Path(out)) as folder:
    for name in names:
        (folder / name).write_text("new " + name)
    hashes = {name: files.fingerprint(folder / name) for name in names}
    (folder / "run.json").write_text(__import__("json").dumps({"run": "new", "files": hashes}))
"""


def run_killed(out: Path, stop: int) -> int:
    """Write the new files in a process that gets kill -9 just before move number `stop`."""
    return subprocess.run([sys.executable, "-c", KILLED, str(out), str(stop), *NEW], check=False).returncode


@pytest.mark.parametrize("stop", range(7))
def test_a_run_killed_between_the_moves_never_shows_mixed_files(out: Path, stop: int) -> None:
    write_run(out, OLD, "old")
    ended = run_killed(out, stop)
    assert ended == (-signal.SIGKILL if stop < 6 else 0)
    assert whole_set(out) == {0: "old", 6: "new"}.get(stop)
    with pytest.raises(ZeroDivisionError), published(out):
        raise ZeroDivisionError
    assert whole_set(out) == ("old" if stop < 6 else "new")
    assert beside(out) == ["results"]


def test_a_killed_recovery_can_be_repeated(out: Path) -> None:
    write_run(out, OLD, "old")
    run_killed(out, 5)
    assert whole_set(out) is None
    run_killed(out, 1)  # dies while it puts the earlier files back
    assert whole_set(out) is None
    write_run(out, NEW, "new")
    assert whole_set(out) == "new"
    assert beside(out) == ["results"]


def test_the_folder_of_a_run_at_work_is_left_alone(out: Path) -> None:
    with published(out) as folder:
        write_run(out, OLD, "meanwhile")
        assert folder.is_dir()
        (folder / RUN_FILE).write_text(json.dumps({"run": "slow", "files": {}}))
    assert whole_set(out) == "slow"


def test_out_that_is_a_file(out: Path) -> None:
    out.write_text("a file")
    with pytest.raises(InputError, match="is a file; give another name"), published(out):
        pass
    assert out.read_text() == "a file"


def test_out_below_a_file(out: Path) -> None:
    out.write_text("a file")
    with pytest.raises(InputError, match="cannot write to the output folder"), published(out / "deeper"):
        pass


def test_out_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "TemporaryDirectory", refused)
    with pytest.raises(InputError, match="Permission denied"), published(tmp_path / "results"):
        pass


def test_a_folder_in_the_place_of_a_file(out: Path) -> None:
    (out / "report.html").mkdir(parents=True)
    with pytest.raises(InputError, match="is a folder where a file is to be written"), published(out):
        pass


def test_a_mounted_folder_is_built_in_from_within(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out.mkdir()
    monkeypatch.setattr(files, "_can_move", lambda home, _: home != out.parent)
    with published(out) as folder:
        assert folder.parent == out
        (folder / RUN_FILE).write_text(json.dumps({"run": "inside", "files": {}}))
    assert whole_set(out) == "inside"
    assert [path.name for path in out.iterdir()] == [RUN_FILE]


@pytest.mark.parametrize("name", ["it's", 'quo"te', "-rf", "a b", "[x]*", "línea\nbreak", "=1+1"])
def test_hostile_folder_names(tmp_path: Path, name: str) -> None:
    write_run(tmp_path / name, OLD, "old")
    write_run(tmp_path / name, NEW, "new")
    assert whole_set(tmp_path / name) == "new"
    assert beside(tmp_path / name) == [name]
