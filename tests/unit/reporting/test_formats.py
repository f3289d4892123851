"""Numbers as a reader sees them."""

from __future__ import annotations

import datetime as dt
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.reporting import formats

SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def number_of(text: str) -> float:
    """Read back what `significant` wrote."""
    mantissa, _, power = text.replace("−", "-").replace(",", "").partition(" × 10")
    return float(mantissa) * 10.0 ** int(power.translate(SUPERSCRIPTS) or 0)


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e300, max_value=1e300))
def test_significant_digits_are_right_for_any_number(number: float) -> None:
    text = formats.significant(number, 4)
    assert "e" not in text
    assert number_of(text) == pytest.approx(number, rel=6e-4, abs=1e-300)


@pytest.mark.parametrize("missing", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_a_dash(missing: float) -> None:
    texts = [formats.significant(missing), formats.share(missing), formats.fixed(missing, 2)]
    texts.extend(formats.together(missing, missing, money=True)[0])
    assert set(texts) == {formats.MISSING}


@given(st.floats(min_value=0.0, max_value=1.0))
def test_only_nothing_and_everything_are_0_and_100_percent(part: float) -> None:
    text = formats.share(part)
    assert (text == "0\N{NO-BREAK SPACE}%") == (part == 0.0)
    assert (text == "100\N{NO-BREAK SPACE}%") == (part == 1.0)


@given(st.floats(min_value=1e3, max_value=1e14), st.floats(min_value=1e-3, max_value=0.5))
def test_an_interval_is_never_rounded_to_nothing(expected: float, width: float) -> None:
    low, high = expected * (1.0 - width), expected * (1.0 + width)
    (_, low_text, high_text), _ = formats.together(expected, low, high, money=True)
    assert low_text != high_text


def test_neighbours_share_their_digits() -> None:
    assert formats.together(19_234_123.0, 19_210_000.0, 19_251_000.0, money=True) == (
        ("19.234", "19.210", "19.251"),
        "million",
    )
    assert formats.together(0.0, 0.0, 0.0, money=True) == (("0", "0", "0"), "")
    assert formats.together(-3_000_000.0, money=True) == (("−3.00",), "million")
    assert formats.together(1e16, money=True) == (("10,000",), "trillion")


def test_a_date_is_written_the_same_everywhere() -> None:
    assert formats.day(dt.date(2011, 12, 9)).replace("\N{NO-BREAK SPACE}", " ") == "9 December 2011"


def test_bands() -> None:
    assert formats.band(0.0, 0.05, 1.0) == "0 to 0.05"
    assert formats.band(1e6, 2.5e6, 1e7) == "1\N{NO-BREAK SPACE}million to 2.5\N{NO-BREAK SPACE}million"
    assert formats.band(0.0, 0.0, 0.0) == "0"
