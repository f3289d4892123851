"""The one door to the library of gradient boosting, which is an extra and is loaded when it is first needed."""

from __future__ import annotations

from types import ModuleType

from regulars.errors import NotApplicable


def lightgbm() -> ModuleType:
    """Return the library; raises `NotApplicable` with what to install where it is not there."""
    try:
        import lightgbm as library  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise NotApplicable(f'learners need the extra "ml": pip install "regulars[ml]" ({error})') from error
    return library
