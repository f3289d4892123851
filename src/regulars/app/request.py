"""What a user asks for: everything the numbers depend on besides the orders, checked at the door.

One frozen value is made by every face (command line, Python) and passed whole.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from regulars.errors import InputError, UnknownName

DATE_ORDERS = ("dmy", "mdy", "ymd")
DECIMAL_MARKS = ("comma", "point")
ZERO_AMOUNTS = ("exclude", "keep")
BASES = ("net_sales", "net_revenue", "cm1", "cm2")
ENGINES = ("duckdb",)
UNITS = ("day", "week")
AS_GIVEN = "net_sales (as given)"

_MEMORY = re.compile(r"\d+(\.\d+)?\s*([kmgt]i?)?b", re.IGNORECASE)


@dataclass(frozen=True)
class Request:
    """The options of one valuation; a wrong one raises `InputError` with what to write instead.

    `horizon` is in days, `discount` is a rate per year, `interval` and `margin` are shares (0.8 is 80 %),
    `cac` is money per customer.

    >>> Request(horizon=90, margin=0.4).basis
    'margin'
    """

    query: str | None = None
    as_of: dt.date | None = None
    horizon: int = 365
    unit: str = "week"
    mapping: Mapping[str, str] = field(default_factory=dict)
    date_order: str | None = None
    decimal: str | None = None
    timezone: str = "UTC"
    zero_amount: str = "exclude"
    model: str = "auto"
    margin: float | None = None
    discount: float = 0.10
    declared_basis: str | None = None
    interval: float = 0.8
    cac: float | None = None
    engine: str = "duckdb"
    threads: int | None = None
    memory_limit: str | None = None
    seed: int = 0
    time_budget: float | None = None
    learners: bool = False

    def __post_init__(self) -> None:
        _check_time(self)
        _check_money(self)
        _check_reading(self)
        _check_machine(self)

    @property
    def basis(self) -> str:
        """What an amount means: "margin" with a margin, else the name given, else net sales as given."""
        if self.margin is not None:
            return "margin"
        return self.declared_basis or AS_GIVEN


def _check_time(request: Request) -> None:
    if not hasattr(request.horizon, "__index__"):
        raise InputError(f"the horizon must be a whole number of days, got {request.horizon!r}")
    if request.horizon < 1:
        raise InputError(f"the horizon must be at least 1 day, got {request.horizon}")
    if request.unit not in UNITS:
        raise UnknownName("unit", request.unit, UNITS)


def _check_money(request: Request) -> None:
    if request.margin is not None and not 0.0 < request.margin <= 1.0:
        raise InputError(f"the margin must be above 0 and at most 1 (0.4 is 40 %), got {request.margin:g}")
    if not 0.0 <= request.discount < math.inf:
        raise InputError(f"the discount must be zero or more (0.10 is 10 % a year), got {request.discount:g}")
    if not 0.0 < request.interval < 1.0:
        raise InputError(f"the interval must lie between 0 and 1 (0.8 is 80 %), got {request.interval:g}")
    if request.cac is not None and not 0.0 < request.cac < math.inf:
        raise InputError(f"the cost of acquiring a customer must be above 0, got {request.cac:g}")
    if request.declared_basis is not None:
        _known("basis", request.declared_basis, BASES)


def _check_reading(request: Request) -> None:
    if request.date_order is not None:
        _known("date order", request.date_order, DATE_ORDERS)
    if request.decimal is not None:
        _known("decimal mark", request.decimal, DECIMAL_MARKS)
    _known("treatment of zero amounts", request.zero_amount, ZERO_AMOUNTS)


def _check_machine(request: Request) -> None:
    if request.engine == "spark":
        raise InputError("the engine 'spark' is not built in this version; known: duckdb")
    _known("engine", request.engine, ENGINES)
    if request.threads is not None and request.threads < 1:
        raise InputError(f"the number of threads must be at least 1, got {request.threads}")
    if request.memory_limit is not None and not _MEMORY.fullmatch(request.memory_limit.strip()):
        raise InputError(f"not a size of memory: {request.memory_limit!r}; write it like 4GB or 800MB")
    if request.learners and request.model != "auto":
        raise InputError(f"learners are tried beside all models: leave out the model {request.model!r}")
    if request.time_budget is not None and not request.time_budget > 0.0:
        raise InputError(f"the time budget must be more than 0 seconds, got {request.time_budget:g}")
    if request.seed < 0:
        raise InputError(f"the seed must be zero or more, got {request.seed}")


def _known(kind: str, name: str, names: Iterable[str]) -> None:
    if name not in names:
        raise UnknownName(kind, name, names)
