"""The address of a database, as SQLAlchemy writes it: sqlite:///PATH, duckdb:///PATH, postgresql://USER@HOST/NAME.

A password stands in it, which nobody must read in a message, a receipt or a report.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from regulars.errors import InputError

FILES = ("sqlite", "duckdb")
FORMS = ("sqlite:///PATH", "duckdb:///PATH", "postgresql://USER:PASSWORD@HOST:PORT/NAME")

_ALSO = {"postgres": "postgresql"}
_MARKS = r"(?:[^@/?%:\s]|%[0-9A-Fa-f]{2})"
_LOGIN = re.compile(rf"{_MARKS}*(?::(?:{_MARKS}|:)*)?")
_HIDDEN_SETTING = re.compile(r"(?<=password=)[^&]*")


@dataclass(frozen=True)
class Address:
    """Where a database is: its kind, and what follows "://"."""

    kind: str
    rest: str

    @property
    def path(self) -> Path:
        """The file of a database that is one."""
        return Path(self.rest.removeprefix("/"))

    @property
    def name(self) -> str:
        """What messages, receipt and report call it: no password, no settings, of a file only its name."""
        if self.kind in FILES:
            return self.path.name
        login, at, place = self.rest.partition("?")[0].rpartition("@")
        return f"{self.kind}://{login.partition(':')[0]}{at}{place}"

    def without_secrets(self, text: str) -> str:
        """Return `text` with the password hidden, should it stand there in any form.

        >>> Address("postgresql", "shop:s%21x@host/db").without_secrets("no: s!x, s%21x")
        'no: ***, ***'
        """
        login = self.rest.partition("?")[0].rpartition("@")[0]
        secrets = [login.partition(":")[2], *_HIDDEN_SETTING.findall(self.rest)]
        for secret in filter(None, secrets):
            text = text.replace(secret, "***").replace(unquote(secret), "***")
        return text


def is_address(given: object) -> bool:
    """Return whether what the caller gave is no path but an address."""
    return isinstance(given, str) and "://" in given and not Path(given).exists()


def address_of(given: str) -> Address:
    """Return the parts of an address; raises `InputError`, without its password, for one that leads nowhere.

    >>> address_of("postgres://shop:secret@localhost:5432/orders?sslmode=require").name
    'postgresql://shop@localhost:5432/orders'
    """
    scheme, _, rest = given.partition("://")
    kind = scheme.partition("+")[0].lower()  # SQLAlchemy names its driver after a plus
    address = Address(_ALSO.get(kind, kind), rest)
    if address.kind in FILES:
        _check_file(address, given)
    elif address.kind == "postgresql":
        _check_login(address)
    else:
        raise InputError(
            f"orders are not read from {scheme}:// addresses; give a file, a folder or a database: {', '.join(FORMS)}"
        )
    return address


def refuse_query_without_database(orders: Iterable[object], query: str | None) -> None:
    """Raise `InputError` if there is a query and nothing to ask."""
    if query is not None and not any(is_address(one) for one in orders):
        raise InputError(f"--query is a question to a database, and none is given; write one of {', '.join(FORMS)}")


def _check_file(address: Address, given: str) -> None:
    if not address.rest.startswith("/") or address.rest in {"/", "/:memory:"}:
        raise InputError(
            f"{given!r} names no file; write {address.kind}:///PATH, with a fourth slash where the path is absolute"
        )
    try:
        there = address.path.is_file()
    except OSError as error:
        raise InputError(f"cannot look for {str(address.path)!r}: {error.strerror}; check who may read it") from error
    if not there:
        raise InputError(f"there is no file {str(address.path)!r} to read as a {address.kind} database")


def _check_login(address: Address) -> None:
    """Refuse a password that PostgreSQL's library would take for something else, and show in its message."""
    before, _, settings = address.rest.partition("?")
    if not _LOGIN.fullmatch(before.rpartition("@")[0]) or re.match("[^=&]*@", settings):
        raise InputError(
            "the user or password in the postgresql:// address holds a mark that must be written as a code there, "
            "such as %40 for @, %2F for /, %3F for ?, %25 for %; or leave the password out and set PGPASSWORD"
        )
