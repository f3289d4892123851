"""What a terminal shows of a running step: how far it is and how long it will take, once that can be said."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console
from rich.progress import Progress as Bars
from rich.progress import TextColumn

from regulars.cli.terminal import LiveList, PlainLines
from regulars.progress import Progress


def test_a_running_step_shows_its_share_and_the_time_left() -> None:
    shown = io.StringIO()
    columns = (TextColumn("{task.description}"), TextColumn("{task.fields[counted]}"))
    bars = Bars(*columns, console=Console(file=shown), auto_refresh=False)
    progress = Progress(LiveList(bars))
    with progress.step("read the orders") as counted:
        progress.reached(0.01, 0.4)
        assert bars.tasks[0].fields["counted"] == ""
        progress.reached(0.25, 20.0)
        assert bars.tasks[0].fields["counted"] == "25%, 60 s left"
        progress.reached(0.8, 400.0)
        assert bars.tasks[0].fields["counted"] == "80%, 2 min left"
        progress.reached(0.0, 0.2)  # the next pass of the same step
        assert bars.tasks[0].fields["counted"] == ""
        counted.text = "5 rows"
    assert bars.tasks[0].fields["counted"] == "5 rows"
    progress.reached(0.5, 10.0)  # between two steps nothing is shown


def test_plain_lines_hold_no_shares(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress(PlainLines())
    with progress.step("read the orders") as counted:
        progress.reached(0.25, 20.0)
        counted.text = "5 rows"
    assert re.fullmatch(r"read the orders … 5 rows … \d+\.\d s\n", capsys.readouterr().err)
