"""What is no saved fit is refused; what is comes back whole, which the contract of all models checks."""

from __future__ import annotations

from pathlib import Path

import pytest

from regulars.errors import InputError
from regulars.models.saving import load

NO_FITS = [
    "",
    "[]",
    "{}",
    '{"schema": 1}',
    '{"schema": 1, "model": "nbd", "parameters": 3}',
    '{"schema": 1, "kind": "spend", "model": "gamma-gamma"}',
    '{"schema": 9, "kind": "renewals", "model": "sbg"}',
    '{"schema": 1, "kind": ["renewals"]}',
]


@pytest.mark.parametrize("content", NO_FITS)
def test_what_is_no_saved_fit(content: str, tmp_path: Path) -> None:
    (tmp_path / "fit.json").write_text(content)
    with pytest.raises(InputError):
        load(tmp_path / "fit.json")
