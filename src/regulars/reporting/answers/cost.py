"""What does a customer cost and pay back, or, where no cost is given, what is a new customer worth?"""

from __future__ import annotations

from regulars.metrics.acquisition import Acquisition
from regulars.metrics.economics import NewCustomer
from regulars.reporting import formats
from regulars.reporting.document import KeyNumber, Sentence
from regulars.reporting.measure import PURCHASES, Measure
from regulars.reporting.study import Study
from regulars.valuation.valuation import Valuation

COSTS = "What does a customer cost and pay back?"
WORTH = "What is a new customer worth?"


def cost(study: Study) -> Sentence:
    """Return cost against return where the cost of a customer is given, else the value of a new customer."""
    bought = study.economics.acquisition
    if bought is None:
        return _new_customer(study.valuation, study.economics.new_customer)
    return _acquired(bought, Measure.of(study.valuation))


def _acquired(bought: Acquisition, measure: Measure) -> Sentence:
    price = measure.amount(bought.cac)
    ratio, ltv = bought.ltv_to_cac, bought.ltv
    if ratio.value is None or ltv is None or ltv.value.value is None:
        figure = KeyNumber("LTV:CAC", "unknown", f"at {price} a customer", None)
        return Sentence(
            COSTS, f"A customer costs {price}; what comes back is unknown: {ratio.reason}.", figure, "economics"
        )
    age = formats.counted(ltv.days, "day")
    detail = f"at {price} a customer, n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{formats.counted(ltv.value.n, 'customer')}"
    figure = KeyNumber(f"LTV:CAC, first {age}", formats.fixed(ratio.value, 2), detail, ratio.value)
    text = (
        f"A customer costs {price} and brought a margin of {measure.amount(ltv.value.value)} in the first {age}, "
        f"{formats.fixed(ratio.value, 2)} times the cost. {_paid_back(bought)}"
    )
    return Sentence(COSTS, text, figure, "economics")


def _paid_back(bought: Acquisition) -> str:
    if bought.payback.value is not None:
        return f"The cost had come back by day {formats.count(round(bought.payback.value))}."
    if bought.recovered.value is None or bought.recovered_days is None:
        return f"Whether it has come back is unknown: {bought.payback.reason}."
    by = formats.counted(bought.recovered_days, "day")
    return f"The cost has not come back yet: {formats.share(bought.recovered.value)} of it had after {by}."


def _new_customer(valuation: Valuation, new: NewCustomer) -> Sentence:
    age = formats.counted(valuation.settings.horizon, "day")
    name = f"A new customer, first {age}"
    measure = Measure.of(valuation)
    if not measure.money:
        return _counted(new, name, age)
    if new.value.value is None:
        figure = KeyNumber(name, "unknown", "on average", None)
        return Sentence(WORTH, f"Unknown: {new.value.reason}.", figure, "economics")
    figure = KeyNumber(name, measure.amount(new.value.value), "on average, by the model", new.value.value)
    text = (
        f"A customer won today is expected to bring {measure.amount(new.value.value)} in the first {age}: "
        f"{measure.amount(new.first_value.value)} with the first purchase and "
        f"{PURCHASES.amount(new.purchases.value)} more of {measure.amount(new.repeat_value.value)} each. "
        "What winning one may cost can be held against this."
    )
    return Sentence(WORTH, text, figure, "economics")


def _counted(new: NewCustomer, name: str, age: str) -> Sentence:
    more = PURCHASES.amount(new.purchases.value)
    figure = KeyNumber(name, more, "after the first one, by the model", new.purchases.value)
    text = f"A customer won today is expected to make {more} after the first one in the first {age}."
    return Sentence(WORTH, text, figure, "economics")
