"""Dates as people write them, read as the local moment of the business.

ISO dates and times, YYYYMMDD, dates with a month's English name, the numbers that spreadsheets and
computers count days and seconds by, and dates such as 3/4/2011, whose order of day and month must
be known: from `--date-order`, or because some day in the file is above 12.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from regulars.engines.base import Engine, literal
from regulars.errors import InputError

DATE_ORDERS = ("dmy", "mdy", "ymd")
EARLIEST = "1970-01-02"  # programs write 1900-01-01 and 1970-01-01 for "unknown"
END_OF_TIME = "9999-01-01"  # what databases write for "never"

_ISO = r"\d{4}[-/]\d{1,2}[-/]\d{1,2}"
_COMPACT = r"\d{8}"
_SHORT = r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})"
_OFFSET = r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)? ?(?:Z|z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)"
_NAMED = r"(?:[A-Za-z]+,? +)?(?:\d{1,2}[- ][A-Za-z]{3,9}[- ,]+\d{2,4}|[A-Za-z]{3,9} \d{1,2},? +\d{4})"
_NAMED_FORMS = ("%d %b %y", "%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y")
# Days since 30 December 1899 (1954 to 2119), and seconds, thousandths and millionths since 1970 (2001 on).
_SERIAL = r"[2-7]\d{4}(?:\.\d+)?"
_SECONDS, _MILLISECONDS, _MICROSECONDS = r"[1-9]\d{9}(?:\.\d+)?", r"[1-9]\d{12}(?:\.0*)?", r"[1-9]\d{15}(?:\.0*)?"
_NO_SECONDS = r"([ T]\d{1,2}:\d{2})([+-])"
_TIMES = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p")
_DAYS = {"dmy": ("%d-%m-%y", "%d-%m-%Y"), "mdy": ("%m-%d-%y", "%m-%d-%Y"), "ymd": ("%y-%m-%d",)}


@dataclass(frozen=True)
class DateReading:
    """How the texts of a column become local moments: the business's time zone, and the order of short dates."""

    timezone: str
    order: str | None = None


def looks_like_a_date(text: str) -> bool:
    """Return whether `text` starts as a date does.

    >>> [looks_like_a_date(text) for text in ("19970101", "2011-12-09T10:00Z", "1/2/11 8:26", "InvoiceDate", "11.77")]
    [True, True, True, False, False]
    """
    return re.match(rf"({_ISO}|{_COMPACT}$|{_SHORT})(?!\d)", text.strip()) is not None


def is_short(texts: Iterable[str]) -> bool:
    """Return whether some of the dates are written such as 3/4/2011.

    >>> is_short(["2011-04-03"]), is_short(["3/4/2011 10:15"])
    (False, True)
    """
    return any(re.match(rf"{_SHORT}(?!\d)", text.strip()) for text in texts)


def moment(column: str, sql_type: str, reading: DateReading) -> str:
    """Return the SQL expression that reads a column of `sql_type` as a local timestamp; null where it cannot."""
    if sql_type == "TIMESTAMP WITH TIME ZONE":
        return f"timezone({literal(reading.timezone)}, {column})"
    if sql_type.startswith(("DATE", "TIMESTAMP")):
        return f"try_cast({column} as timestamp)"
    text = column if sql_type == "VARCHAR" else f"({column}::varchar)"
    # The first form covers nearly every row and needs no pattern: a date, or a time to the second without an offset.
    is_plain = f"strlen({text}) = 10 or (strlen({text}) = 19 and {text}[17] = ':')"
    plain = f"case when {is_plain} then try_cast({text} as timestamp) end"
    return f"coalesce({plain}, {_unusual(f'trim({text})', reading)})"


def order_of_dates(engine: Engine, texts: str, what: str) -> str | None:
    """Return dmy or mdy for the short dates in the relation `texts` (column `date`), whichever the days above 12 show.

    None if there are no short dates. Raises `InputError` where both readings are possible, or neither for all.
    """
    (first, second, either) = engine.rows(
        f"""
        select min(date) filter (first > 12), min(date) filter (second > 12), min(date)
        from (
            select date, try_cast(regexp_extract(trim(date), '^{_SHORT}', 1) as integer) as first,
                try_cast(regexp_extract(trim(date), '^{_SHORT}', 2) as integer) as second
            from {texts}
        )
        where first is not null
        """
    )[0]
    if first is not None and second is not None:
        raise InputError(
            f"the dates of {what} are not written in one order: {first!r} has the day first, {second!r} the month; "
            "say --date-order dmy or --date-order mdy, and the others are quarantined"
        )
    if first is None and second is None and either is not None:
        raise InputError(_ambiguous(either, what))
    return None if either is None else "dmy" if first is not None else "mdy"


def _ambiguous(date: str, what: str) -> str:
    found = re.match(_SHORT, date.strip())
    one, two, year = found.groups() if found else ("", "", "")
    return (
        f"the dates of {what} can be read two ways: {date!r} is day {int(one)} of month {int(two)} in {year} (dmy), "
        f"or day {int(two)} of month {int(one)} (mdy), and no day above 12 decides; "
        "say --date-order dmy or --date-order mdy"
    )


def _unusual(text: str, reading: DateReading) -> str:
    """Return the expression for texts that are not a plain date or time."""
    with_offset = _replaced(text, (r" ?(?:Z|z|UTC|GMT)$", "+00"), (r" ([+-]\S+)$", r"\1"), (_NO_SECONDS, r"\1:00\2"))
    zone = literal(reading.timezone)
    return f"""case
        when regexp_full_match({text}, '{_COMPACT}') then try_strptime({text}, '%Y%m%d')
        when regexp_matches({text}, '^{_ISO}.*{_OFFSET}$') then timezone({zone}, try_cast({with_offset} as timestamptz))
        when regexp_matches({text}, '^{_ISO}($|[ T])') then try_cast({text} as timestamp)
        when regexp_full_match({text}, '{_SERIAL}') then {_serial(text)}
        {_since_1970(text, zone)}
        when regexp_matches({text}, '^{_NAMED}') then {_named(text, zone)}
        {_short_branch(text, reading.order)}
        end"""


def _serial(text: str) -> str:
    """Return the expression for a spreadsheet's number of days, to the second."""
    return f"timestamp '1899-12-30' + to_seconds(cast(round(try_cast({text} as double) * 86400) as bigint))"


def _since_1970(text: str, zone: str) -> str:
    counted = ((_SECONDS, "1e6"), (_MILLISECONDS, "1e3"), (_MICROSECONDS, "1"))
    return " ".join(
        f"when regexp_full_match({text}, '{pattern}') "
        f"then timezone({zone}, timezone('UTC', make_timestamp(cast(try_cast({text} as double) * {factor} as bigint))))"
        for pattern, factor in counted
    )


def _named(text: str, zone: str) -> str:
    """Return the expression for a date such as 9 Dec 2011 or Fri, 09 Dec 2011 10:15:00 GMT."""
    weekday = r"^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? +"
    bare = _replaced(text, (weekday, ""), (r" ?(?:GMT|UTC|Z|[+]0000)$", ""))
    plain = f"regexp_replace(replace(replace({bare}, ',', ' '), '-', ' '), ' +', ' ', 'g')"
    formats = ", ".join(literal(day + time) for day in _NAMED_FORMS for time in _TIMES)
    read = f"try_strptime({plain}, [{formats}])"
    universal = f"regexp_matches({text}, '(?:GMT|UTC|Z|[+]0000)$')"
    return f"case when {universal} then timezone({zone}, timezone('UTC', {read})) else {read} end"


def _replaced(text: str, *replacements: tuple[str, str]) -> str:
    for pattern, new in replacements:
        text = f"regexp_replace({text}, '{pattern}', '{new}')"
    return text


def _short_branch(text: str, order: str | None) -> str:
    if order is None:
        return ""
    pattern = r"(\d{2})[-/.](\d{1,2})[-/.](\d{1,2})" if order == "ymd" else _SHORT
    formats = ", ".join(literal(day + time) for day in _DAYS[order] for time in _TIMES)
    same_marks = rf"regexp_replace({text}, '^{pattern}', '\1-\2-\3')"
    return f"when regexp_matches({text}, '^{pattern}($| )') then try_strptime({same_marks}, [{formats}])"
