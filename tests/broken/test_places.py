"""Where orders may lie and where files may go: folders, links, pipes, files that others write or forbid."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from attempts import HEADER, Attempt, csv

from regulars.engines.base import Engine
from regulars.sources.plans import Planned
from regulars.sources.staging import Staged, stage

Write = Callable[..., Path]

NOBODY = 65534
FILES = 200


def test_a_path_to_nothing(attempt: Attempt, write: Write) -> None:
    ended = attempt(write(csv()).with_name("order.csv"))
    assert ended.status == 2
    assert "there is no file or folder" in ended.complaint
    assert "did you mean 'orders.csv'?" in ended.complaint


def test_an_empty_folder_and_one_without_orders(attempt: Attempt, write: Write) -> None:
    folder = write("read me", "shop/read.me").parent
    assert "holds no .csv, .tsv" in attempt(folder).complaint
    (folder / "read.me").unlink()
    assert "holds no .csv, .tsv" in attempt(folder).complaint


def test_a_folder_called_like_a_file(attempt: Attempt, tmp_path: Path) -> None:
    (tmp_path / "x.csv").mkdir()
    assert "the folder" in attempt(tmp_path / "x.csv").complaint


def test_what_is_passed_over_in_a_folder_is_named(attempt: Attempt, write: Write) -> None:
    folder = write(csv(), "shop/orders.csv").parent
    write("no orders", "shop/read.me")
    write("soon", "shop/.hidden/orders.csv")
    (folder / "x.csv").mkdir()
    (folder / "again").symlink_to(folder)
    (folder / "self.csv").symlink_to("self.csv")
    (folder / "gone.csv").symlink_to("nowhere")
    os.mkfifo(folder / "pipe.csv")
    ended = attempt(folder)
    assert ended.groups == {"sale": 6}
    passed = "because they are no files of orders: again, gone.csv, pipe.csv, read.me, self.csv."
    assert passed in ended.notes


def test_an_empty_file_in_a_folder_is_named(attempt: Attempt, write: Write) -> None:
    write("", "shop/empty.csv")
    assert "Without any row: empty.csv." in attempt(write(csv(), "shop/orders.csv").parent).notes


def test_a_link_to_itself(attempt: Attempt, tmp_path: Path) -> None:
    (tmp_path / "self.csv").symlink_to("self.csv")
    assert "there is no file or folder" in attempt(tmp_path / "self.csv").complaint


def test_a_pipe_and_devices(attempt: Attempt, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "orders.csv")
    writer = threading.Thread(target=_write_if_opened, args=(tmp_path / "orders.csv",), daemon=True)
    writer.start()
    ended = attempt(tmp_path / "orders.csv")
    assert (ended.status, "is a pipe or a device" in ended.complaint) == (2, True)
    assert "is a pipe or a device" in attempt(Path("/dev/zero")).complaint
    assert "no orders to read" in attempt(Path("/dev/null")).complaint


def _write_if_opened(pipe: Path) -> None:
    pipe.write_text(csv())


@pytest.mark.parametrize("name", ["or*de?rs[1].csv", "or\nders'.csv", "50%;--.csv", "日本 😀.csv", "{x}.csv"])
def test_odd_names_of_files(attempt: Attempt, write: Write, name: str) -> None:
    ended = attempt(write(csv("7,d,soon,3"), name))
    assert ended.groups == {"sale": 6, "unreadable date": 1}
    assert ended.receipt["sources"] == [name]


def test_hundreds_of_files(attempt: Attempt, write: Write) -> None:
    for number in range(FILES):
        write(f"{HEADER}\n{number},c{number % 20},2024-01-{number % 28 + 1:02d},3\n", f"shop/{number}.csv")
    ended = attempt(write(f"{HEADER}\nx,c,soon,1\n", "shop/last.csv").parent)
    assert ended.groups == {"sale": FILES, "unreadable date": 1}
    assert len(ended.receipt["sources"]) == FILES + 1


def test_a_file_that_grows_while_it_is_read(attempt: Attempt, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(csv("7,d,soon,3"))

    def growing(engine: Engine, plans: Sequence[Planned]) -> list[Staged]:
        with path.open("a") as file:
            file.write("8,eve,2024-03-09,2.00\n")
        return stage(engine, plans)

    monkeypatch.setattr("regulars.sources.read.stage", growing)
    ended = attempt(path)
    assert ended.status == 2
    assert "orders.csv changed while it was read; wait until it is written to its end" in ended.complaint


def test_what_may_not_be_read_or_written(write: Write, tmp_path: Path) -> None:
    """As somebody without rights: the tests may run as root, whom nothing is forbidden."""
    if os.geteuid() != 0:
        pytest.skip("platform: only root can become somebody else")
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == 0 and folder != Path(folder.root):
            folder.chmod(folder.stat().st_mode | 0o055)
    orders = write(csv(), "shop/orders.csv")
    secret = write(csv(), "shop/secret.csv")
    secret.chmod(0)
    warm = write(csv(), "warm/orders.csv")
    closed = write(csv(), "closed/orders.csv").parent
    closed.chmod(0)
    free = tmp_path / "free" / "out"
    free.parent.mkdir()
    free.parent.chmod(0o777)
    assert _as_nobody(secret, free, warm) == (
        2,
        f"regulars: {str(secret)!r} may not be read: Permission denied; ask its owner for the right to\n",
    )
    assert _as_nobody(orders.parent, free, warm)[0] == 2
    assert _as_nobody(closed, free, warm)[1].startswith(
        f"regulars: the folder {str(closed)!r} cannot be listed: Permission"
    )
    status, said = _as_nobody(orders, tmp_path / "out", warm)
    assert (status, "cannot write to the output folder" in said) == (2, True)
    assert not free.exists()
    assert not (tmp_path / "out").exists()


def _as_nobody(orders: Path, out: Path, warm: Path) -> tuple[int, str]:
    """Run the command without rights, after a run that loads what nobody may read (the interpreter)."""
    script = "import os, sys; sys.path[:] = sys.argv.pop(1).split(os.pathsep); from regulars.cli.main import main; "
    rights = f"assert main(sys.argv[1:]) == 0; os.setgid({NOBODY}); os.setuid({NOBODY}); "
    options = ["--model", "bg-nbd", "--quiet", "--no-report"]
    again = f"sys.exit(main({['run', str(orders), '--out', str(out), *options]!r}))"
    words = ["run", str(warm), "--out", str(warm.parent / "warm"), *options]
    done = subprocess.run(
        [sys.executable, "-c", script + rights + again, os.pathsep.join(sys.path), *words],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout == ""
    return done.returncode, done.stderr
