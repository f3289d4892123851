"""What the value of a customer is counted in: money, or purchases where the data hold no amounts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from regulars.reporting import formats
from regulars.valuation.valuation import Interval, Valuation

_NBSP = "\N{NO-BREAK SPACE}"
_LONGEST_CURRENCY = 12


@dataclass(frozen=True)
class Measure:
    """The unit of every value in one report; `currency` is None where the data name none."""

    money: bool
    currency: str | None

    @classmethod
    def of(cls, valuation: Valuation) -> Measure:
        """Return the measure of a valuation."""
        receipt = valuation.receipt
        if not receipt.has_money:
            return PURCHASES
        # A longer text is no currency, and would tear every heading apart; the notes show it whole.
        return cls(money=True, currency=(receipt.currency or "")[:_LONGEST_CURRENCY] or None)

    @classmethod
    def of_future(cls, valuation: Valuation) -> Measure:
        """Return the measure of sums over the future: purchases where the mean value of the base is undefined."""
        return PURCHASES if valuation.expectation == "expected_purchases" else cls.of(valuation)

    def heading(self, words: str) -> str:
        """Return a column heading that names the currency.

        >>> Measure(money=True, currency="GBP").heading("Expected value")
        'Expected value, GBP'
        """
        return f"{words}, {self.currency}" if self.currency else words

    @property
    def historic(self) -> str:
        """The name of what customers brought up to the as-of date."""
        return "Historic value" if self.money else "Purchases so far"

    @property
    def expected(self) -> str:
        """The name of what customers are expected to bring within the horizon."""
        return "Expected value" if self.money else "Expected purchases"

    def amount(self, number: float | None) -> str:
        """Write one value in words and figures.

        >>> Measure(money=True, currency=None).amount(1_234_567.0).split()
        ['1.23', 'million']
        """
        if number is None or not formats.known(number):
            return formats.MISSING
        (text,), word = formats.together(number, money=self.money)
        return self._with_unit(text, word)

    def amounts(self, *numbers: float) -> tuple[str, ...]:
        """Write values that are read side by side, all to the same digits.

        >>> Measure(money=True, currency=None).amounts(731.75, 1051.6)
        ('732', '1,052')
        """
        texts, word = formats.together(*numbers, money=self.money)
        return tuple(self._with_unit(text, word) for text in texts)

    def interval(self, interval: Interval, level: float) -> tuple[str, str]:
        """Write an expected value, and its interval rounded to the same digits.

        >>> texts = Measure(money=True, currency="GBP").interval(Interval(1.918e6, 1.803e6, 2.096e6), 0.8)
        >>> [text.replace(_NBSP, " ") for text in texts]
        ['GBP 1.92 million', '80 % interval 1.80 to 2.10 million']
        """
        numbers = (interval.expected, interval.low, interval.high)
        (expected, low, high), word = formats.together(*numbers, money=self.money)
        ending = f"{_NBSP}{word}" if word else ""
        return self._with_unit(expected, word), f"{formats.rate(level)} interval {low} to {high}{ending}"

    def column(self, numbers: Iterable[float | None]) -> Callable[[float], str]:
        """Return the way to write a column of values: the same number of decimals in each row."""
        decimals = formats.column_decimals(numbers, money=self.money)
        return lambda number: formats.fixed(number, decimals)

    def _with_unit(self, text: str, word: str) -> str:
        before = self.currency or ""
        after = "" if self.money else "purchases"
        return _NBSP.join(part for part in (before, text, word, after) if part)


def ranking(valuation: Valuation) -> str:
    """Return the name of the value that customers are ranked by: the median where the mean is undefined."""
    return "Median value" if valuation.totals.expected_value is None else Measure.of(valuation).expected


PURCHASES = Measure(money=False, currency=None)
