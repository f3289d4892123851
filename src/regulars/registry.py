"""Names to things: one tuple per room, and strangers' things through an entry point.

A room writes its own things as one tuple; a package outside adds to the same names by
declaring an entry point in the group ``regulars.<kind>``. An unknown name is answered
with the names that are known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.metadata import entry_points
from typing import Generic, Protocol, TypeVar

from regulars.errors import UnknownName


class Named(Protocol):
    """Anything with the name it is registered under."""

    @property
    def name(self) -> str:
        """The name a user types."""
        ...


Thing = TypeVar("Thing", bound=Named)


class Registry(Generic[Thing]):
    """The things of one kind, in the order they were written down."""

    def __init__(self, kind: str, things: Iterable[Thing]) -> None:
        self.kind = kind
        self._own = tuple(things)

    def __iter__(self) -> Iterator[Thing]:
        yield from self._own
        for entry in entry_points(group=f"regulars.{self.kind}"):
            yield entry.load()

    def names(self) -> list[str]:
        """Return the registered names in order."""
        return [thing.name for thing in self]

    def get(self, name: str) -> Thing:
        """Return what is registered under `name`; an unknown name raises `UnknownName`."""
        for thing in self:
            if thing.name == name:
                return thing
        raise UnknownName(self.kind.removesuffix("s"), name, self.names())
