"""The receipt of an intake: every row read is valid, excluded by a named rule, or quarantined.

Nothing disappears: rows read = valid + excluded + quarantined, and so does the money
that stood in them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Verdict = Literal["valid", "excluded", "quarantined"]


@dataclass(frozen=True)
class ReceiptLine:
    """One group of rows: the verdict on them, the rule that gave it, how many and how much money.

    `amount` is None where the rows hold no readable amount (or the source has no money).
    """

    verdict: Verdict
    rule: str
    rows: int
    amount: Decimal | None
    meaning: str


@dataclass(frozen=True)
class Receipt:
    """What an intake read, what it accepted and why it refused the rest.

    `columns` maps each field of the contract to the column it was read from.
    `notes` are findings in plain words (an incomplete last day, one file of several without rows).
    """

    sources: tuple[str, ...]
    columns: dict[str, str]
    rows_read: int
    amount_read: Decimal | None
    lines: tuple[ReceiptLine, ...]
    orders: int
    customers: int
    first_day: str | None
    last_day: str | None
    currency: str | None
    has_money: bool
    notes: tuple[str, ...]

    def rows(self, verdict: Verdict) -> int:
        """Return the number of rows with this verdict."""
        return sum(line.rows for line in self.lines if line.verdict == verdict)

    def amount(self, verdict: Verdict) -> Decimal | None:
        """Return the money in the rows with this verdict; None where the source has no money."""
        return self._money(line for line in self.lines if line.verdict == verdict)

    def amount_of(self, *rules: str) -> Decimal | None:
        """Return the money under these valid rules: sale, discount, refund of an order, refund without its order."""
        return self._money(line for line in self.lines if line.verdict == "valid" and line.rule in rules)

    @property
    def adds_up(self) -> bool:
        """Whether rows and money read equal the sum over the lines."""
        total = self._money(self.lines)
        return self.rows_read == sum(line.rows for line in self.lines) and total == self.amount_read

    def _money(self, lines: Iterable[ReceiptLine]) -> Decimal | None:
        if not self.has_money:
            return None
        return sum((line.amount for line in lines if line.amount is not None), Decimal(0))
