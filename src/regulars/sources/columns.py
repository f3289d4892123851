"""Which column each field is read from: by its name, or as `--map` says."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence

from regulars.contract.orders import ORDER_FIELDS, Field, best_column, field_named, normalised
from regulars.errors import InputError
from regulars.sources.dates import looks_like_a_date

Layout = Mapping[str, int]  # field → position of its column, from 0
SHOWN_COLUMNS = 40
SHOWN_LETTERS = 60


def layout_of(
    source: str, columns: Sequence[str], mapping: Mapping[str, str], fields: Sequence[Field] = ORDER_FIELDS
) -> Layout:
    """Return where each of `fields` stands in a source with these columns; no column serves two of them.

    A mapped column is a name or a position from 1. Raises `UnknownName` for a field that does not
    exist and `InputError` for a column that does not, or a required field without one.

    >>> layout_of("orders.csv", ["Cust", "Date", "Price"], {})
    {'customer_id': 0, 'ordered_at': 1, 'amount': 2}
    """
    mapped = {
        field_named(name, fields).name: _column(source, columns, name, wanted) for name, wanted in mapping.items()
    }
    found = _price_as_amount({**mapped, **_recognised(columns, mapped, fields)})
    missing = [field for field in fields if field.required and field.name not in found]
    if missing:
        unused = [column for place, column in enumerate(columns) if place not in found.values()]
        raise InputError(_missing(source, columns, unused, missing))
    for field, place in found.items():
        if field not in mapped:
            _refuse_twice(source, columns, field, columns[place])
    return {field.name: found[field.name] for field in fields if field.name in found}


def _recognised(columns: Sequence[str], mapped: Mapping[str, int], fields: Sequence[Field]) -> dict[str, int]:
    """Return where the fields stand that were not mapped, by the names of the columns that no other field took."""
    free = [("" if place in mapped.values() else column) for place, column in enumerate(columns)]
    found: dict[str, int] = {}
    for field in fields:
        if field.name not in mapped and (place := best_column(field, free)) is not None:
            found[field.name] = place
            free[place] = ""
    return found


def _price_as_amount(found: dict[str, int]) -> dict[str, int]:
    """Take the price for the amount where nothing says how many pieces were bought."""
    if "amount" in found or "quantity" in found or "unit_price" not in found:
        return found
    return {("amount" if field == "unit_price" else field): place for field, place in found.items()}


def _column(source: str, columns: Sequence[str], field: str, wanted: str) -> int:
    """Return the position of the column that `--map` names for `field`."""
    if wanted in columns:
        _refuse_twice(source, columns, field, wanted)
        return list(columns).index(wanted)
    alike = [place for place, column in enumerate(columns) if normalised(column) == normalised(wanted)]
    if len(alike) == 1:
        return alike[0]
    if re.fullmatch(r"[1-9]\d*", wanted) and int(wanted) <= len(columns):
        return int(wanted) - 1
    close = difflib.get_close_matches(wanted, columns, n=3, cutoff=0.5)
    raise InputError(
        f"{source} has no column {wanted!r} to read {field} from{_closest(close)}; {_present(columns)}. "
        f"Write --map {field}=COLUMN with a name or a position from 1"
    )


def _refuse_twice(source: str, columns: Sequence[str], field: str, name: str) -> None:
    places = [str(place) for place, column in enumerate(columns, start=1) if column == name]
    if len(places) > 1:
        raise InputError(
            f"{source} has {len(places)} columns called {_shown(name)}, {_ordinals(places)}; "
            f"say which holds {field} by its position: --map {field}={places[0]} or --map {field}={places[-1]}"
        )


def _missing(source: str, columns: Sequence[str], unused: Sequence[str], missing: Sequence[Field]) -> str:
    wanted = " and ".join(f"{field.name} ({field.meaning})" for field in missing)
    close = [column for field in missing for column in _closest_to(field, unused)]
    maps = " ".join(f"--map {field.name}=COLUMN" for field in missing)
    headless = "; the first row looks like data, and positions say so" if any(map(looks_like_a_date, columns)) else ""
    return (
        f"{source} has no column known as {wanted}{_closest(close)}; {_present(columns)}. "
        f"Say which with {maps}, a name or a position from 1{headless}"
    )


def _closest_to(field: Field, columns: Sequence[str]) -> list[str]:
    """Return the columns whose names come nearest to the field's."""
    names = (normalised(field.name), *field.synonyms)
    return [column for column in columns if difflib.get_close_matches(normalised(column), names, n=1, cutoff=0.7)]


def _closest(columns: Sequence[str]) -> str:
    return f" (closest: {', '.join(map(_shown, dict.fromkeys(columns)))})" if columns else ""


def _present(columns: Sequence[str]) -> str:
    more = f" and {len(columns) - SHOWN_COLUMNS:,} more" if len(columns) > SHOWN_COLUMNS else ""
    return "its columns are " + ", ".join(map(_shown, columns[:SHOWN_COLUMNS])) + more


def _shown(column: str) -> str:
    return repr(column if len(column) <= SHOWN_LETTERS else column[:SHOWN_LETTERS] + "…")


def _ordinals(places: Sequence[str]) -> str:
    return f"columns {', '.join(places[:-1])} and {places[-1]}"
