"""Which model of spend fits the money that was seen, and what its independence assumption costs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from regulars.engines.base import Engine
from regulars.errors import NotApplicable
from regulars.models.certificate import Certificate, Finding
from regulars.models.histories import Floats
from regulars.models.spend.base import SpendFit
from regulars.models.spend.constant import ConstantSpend
from regulars.models.spend.gamma_gamma import GammaGamma, GammaGammaFit
from regulars.models.spend.gamma_gamma_by_rate import UNLIKELY, GammaGammaByRate
from regulars.valuation.spend_seen import first_spend, observed_by_rate, observed_spend
from regulars.valuation.spend_way import ALL, BY_RATE, REPEAT, SpendWay

PURCHASES = "These orders hold no amounts, so a value is a number of purchases."
NOTES = {
    REPEAT: "Spend is fitted on the repeat purchase days; what a customer spent on the first day is not in it.",
    ALL: "Spend is fitted on all purchase days, the first included.",
}
GOES_WITH_RATE = "What everybody spends is taken at the customer's own purchase rate."
# A money error below this share of the value seen is not worth a word of warning.
NOTEWORTHY = 0.02


def fit_spend(engine: Engine, way: SpendWay, *, has_money: bool) -> tuple[SpendFit, str]:
    """Return the model of spend and a sentence about the values it was fitted on."""
    if has_money and way == BY_RATE and (fit := fit_by_rate(*observed_by_rate(engine))):
        return fit, f"{NOTES[ALL]} {GOES_WITH_RATE}"
    return _fit_alike(engine, way, has_money=has_money)


def fit_by_rate(
    number: Floats, mean: Floats, count: Floats, frequency: Floats, age: Floats, *, alike: GammaGammaFit | None = None
) -> SpendFit | None:
    """Return the fit of spend that goes with the purchase rate; None where it does not, or not beyond chance."""
    try:
        fit = GammaGammaByRate().fit(number, mean, count, frequency=frequency, age=age, alike=alike)
    except NotApplicable:
        return None
    return fit if fit.gain.p_value < UNLIKELY else None


def _fit_alike(engine: Engine, way: SpendWay, *, has_money: bool) -> tuple[SpendFit, str]:
    """Return the same with spend that does not go with the purchase rate."""
    if not has_money:
        return ConstantSpend(1.0, because=PURCHASES), PURCHASES
    number, mean, count = observed_spend(engine)
    note = NOTES[REPEAT if way == REPEAT else ALL]
    if not number.size:
        number, mean, count = first_spend(engine)
        note = "Nobody has bought twice, so spend is fitted on first purchase days."
    if not number.size:
        return ConstantSpend(0.0, because="Every order kept is worth nothing."), "Every order kept is worth nothing."
    try:
        fit = GammaGamma().fit(number, mean, count)
    except NotApplicable as reason:
        price = float(mean[0])
        because = f"Every purchase seen is worth {price:,.2f}: constant spend."
        return ConstantSpend(price, customers=float(count.sum()), because=because), str(reason)
    return with_dependence(fit, number, mean, count), note


def mean_spend(spend: SpendFit) -> float | None:
    """Return what one purchase of a new customer is worth on average; None where infinite."""
    mean = float(spend.intercept(np.zeros(1), np.zeros(1))[0]) * float(spend.mean_factor(np.zeros(1))[0])
    return mean if np.isfinite(mean) else None


def with_dependence(fit: GammaGammaFit, number: Floats, mean: Floats, count: Floats) -> GammaGammaFit:
    """Return the fit with a finding on how far spend depends on frequency, and what that costs in money.

    The cost is what the model's spend per customer says the purchases seen were worth, minus what they
    were worth: Σ n E[z | n, z̄] - Σ n z̄. Independence makes it close to zero.
    """
    correlation = _correlation(number, mean, count)
    seen = float(count @ (number * mean))
    modelled = float(count @ (number * fit.expected_spend(number, mean)))
    if not np.isfinite(correlation) or not np.isfinite(modelled):
        return fit
    share = modelled / seen - 1.0
    direction = "above" if share > 0.0 else "below"
    finding = Finding(
        "spend and frequency",
        "note" if abs(share) >= NOTEWORTHY else "good",
        f"Spend and frequency have a correlation of {correlation:.2f}; treating them as independent puts the value of "
        f"the purchases seen {abs(share):.1%} {direction} what it was ({modelled - seen:+,.0f} on {seen:,.0f}).",
        share,
    )
    return replace(fit, certificate=Certificate((*fit.certificate.findings, finding)))


def _correlation(x: Floats, y: Floats, weight: Floats) -> float:
    """Return Pearson's correlation with weights; NaN where one of them does not vary."""
    total = weight.sum()
    dx, dy = x - weight @ x / total, y - weight @ y / total
    spread = float(np.sqrt((weight @ dx**2) * (weight @ dy**2)))
    return float(weight @ (dx * dy)) / spread if spread > 0.0 else float("nan")
