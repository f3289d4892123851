"""The textbook formulas at the same inputs, a line each: what it gives, how it is made, what it leaves out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from regulars.metrics.definitions.annual_ltv import annual_ltv
from regulars.metrics.definitions.contractual_ltv import contractual_ltv
from regulars.metrics.definitions.discounted_ltv import discounted_ltv
from regulars.metrics.definitions.ltv_to_cac import ltv_to_cac
from regulars.metrics.definitions.net_value import net_value
from regulars.metrics.definitions.simple_ltv import simple_ltv
from regulars.metrics.formula_inputs import Inputs
from regulars.metrics.number import Number, combined, undefined

_AVERAGES = "that customers differ, and that money later is worth less"
_NO_MARGIN = f"the margin (it is revenue, not value), {_AVERAGES}"
_CONTRACTS = "that churn differs between customers (too low in a growing shop, too high in a shrinking one)"
_SHORTER_LIFE = "it would take {:,.2f} years, longer than the lifespan"


@dataclass(frozen=True)
class Line:
    """One number: its value (None with the `reason`), its unit, how it is made and what it leaves out."""

    name: str
    value: float | None
    unit: str
    made: str
    leaves_out: str
    reason: str


def lines_of(inputs: Inputs) -> tuple[Line, ...]:
    """Return every line that the inputs ask for; what they leave undefined is None with its reason."""
    year = Number(inputs.annual, 0)
    return (
        _line("revenue of a year", year, "revenue per customer", "order value × orders per year", _NO_MARGIN),
        *(_by_lifespan(inputs, inputs.lifespan) if inputs.lifespan is not None else ()),
        *(_by_churn(inputs) if inputs.stays is not None else ()),
        *(_against_cost(inputs) if inputs.cac is not None else ()),
    )


def _line(name: str, number: Number, unit: str, made: str, leaves_out: str) -> Line:
    return Line(name, number.value, unit, made, leaves_out, number.reason)


def _unit(inputs: Inputs) -> str:
    return "revenue per customer" if inputs.margin is None else "margin per customer"


def _times_margin(inputs: Inputs) -> str:
    return "" if inputs.margin is None else " × margin"


def _by_lifespan(inputs: Inputs, lifespan: float) -> Iterator[Line]:
    times, unit = _times_margin(inputs), _unit(inputs)
    leaves_out = _NO_MARGIN if inputs.margin is None else _AVERAGES
    made = "order value × orders per year × lifespan"
    if inputs.margin is not None:
        revenue = combined(simple_ltv, inputs.order_value, inputs.frequency, lifespan)
        yield _line("textbook LTV, revenue", revenue, "revenue per customer", made, _NO_MARGIN)
    simple = combined(simple_ltv, inputs.order_value, inputs.frequency, lifespan, inputs.share_kept)
    yield _line("textbook LTV", simple, unit, f"{made}{times}", leaves_out)
    annual = combined(annual_ltv, inputs.annual, lifespan, inputs.share_kept)
    yield _line("annual revenue × years", annual, unit, f"revenue of a year × lifespan{times}", leaves_out)


def _by_churn(inputs: Inputs) -> Iterator[Line]:
    times, unit = _times_margin(inputs), _unit(inputs)
    stays, name = inputs.stays or 0.0, "revenue / churn" if inputs.margin is None else "margin / churn"
    contract = combined(contractual_ltv, inputs.annual, 1.0 - stays, inputs.share_kept)
    yield _line(name, contract, unit, f"revenue of a year{times} / churn", _CONTRACTS)
    if inputs.discount is None:
        return
    for title, convention, made, leaves_out in (
        ("discounted, first payment today", "with_first", "m (1 + d) / (1 + d - r)", "the cost of winning a customer"),
        ("discounted, first payment left out", "without_first", "m r / (1 + d - r)", "the first payment"),
        ("discounted, paid at the end of the year", "at_year_end", "m / (1 + d - r)", "that many pay earlier"),
    ):
        yield _line(
            title,
            _discounted(inputs, stays, convention),
            unit,
            f"{made}, m = revenue of a year{times}",
            f"{leaves_out}, and {_CONTRACTS}",
        )


def _discounted(inputs: Inputs, stays: float, convention: str) -> Number:
    def value(annual: float) -> float:
        every = discounted_ltv(annual, stays, inputs.discount or 0.0, inputs.share_kept)
        return float(getattr(every, convention))

    return combined(value, inputs.annual)


def _against_cost(inputs: Inputs) -> Iterator[Line]:
    name = "textbook LTV" if inputs.lifespan is not None else "(margin / churn)"
    ltv, cac = _on_margin(inputs), inputs.cac or 0.0
    ratio, net = combined(ltv_to_cac, ltv, cac), combined(net_value, ltv, cac)
    yield _line("LTV:CAC", ratio, "ratio", f"{name} / CAC", "that the next customer costs more and brings less")
    yield _line("net value", net, "margin per customer", f"{name} - CAC", "costs that no single customer causes")
    yield _line("payback", _payback(inputs, cac), "years", "CAC / margin of a year", "that some leave before it")


def _on_margin(inputs: Inputs) -> Number:
    if inputs.margin is None:
        return undefined("it is computed on margin only: give a margin")
    if inputs.lifespan is None:
        return combined(contractual_ltv, inputs.annual, 1.0 - (inputs.stays or 0.0), inputs.margin)
    return combined(simple_ltv, inputs.order_value, inputs.frequency, inputs.lifespan, inputs.margin)


def _payback(inputs: Inputs, cac: float) -> Number:
    if inputs.margin is None:
        return _on_margin(inputs)
    if inputs.annual == 0.0:
        return undefined("a customer who brings nothing never pays back")
    years = cac / (inputs.annual * inputs.margin)
    if inputs.lifespan is not None and years > inputs.lifespan:
        return undefined(_SHORTER_LIFE.format(years))
    return Number(years, 0)
