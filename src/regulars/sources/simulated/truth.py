"""What only a simulation knows: each customer's life, what each brings in the year after, what was planted where."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from regulars.sources.simulated import goods, surveys
from regulars.sources.simulated.baskets import Lines
from regulars.sources.simulated.campaign import Assignment, extra_exposure
from regulars.sources.simulated.clock import SeasonClock
from regulars.sources.simulated.lives import Lives
from regulars.sources.simulated.marketing import Spending
from regulars.sources.simulated.orders import Orders
from regulars.sources.simulated.plan import Integers, Plan

DAY = "datetime64[D]"
SHOP = "a shop simulated by regulars"


@dataclass(frozen=True)
class Truth:
    """`customers` holds arrays of equal length, one entry per customer; `facts` is what is known of the whole shop."""

    customers: dict[str, NDArray[Any]]
    facts: dict[str, Any]

    @property
    def net_sales_after(self) -> float:
        """What the customers spend in the days after the files, less what they return of it."""
        return float(self.facts["after"]["net_sales"])

    @property
    def purchase_days_after(self) -> int:
        """Days with a purchase in the days after the files, summed over the customers."""
        return int(self.facts["after"]["purchase_days"])

    @property
    def margin(self) -> float:
        """Share of the sales in the files that is left after the cost of the goods."""
        return float(self.facts["margin"])

    @property
    def cac(self) -> float | None:
        """All marketing over all new customers; None where nothing was spent."""
        cost: float | None = self.facts["cac"]["blended"]
        return cost


def customers_truth(
    plan: Plan, lives: Lives, orders: Orders, kept: Integers, ids: NDArray[Any]
) -> dict[str, NDArray[Any]]:
    """Return each customer's rates per week, end, mean spend, and what the days after the files bring.

    `death` is null (NaT) for who stays longer than the simulation; `kept` is in cents per order.
    """
    after = orders.day >= plan.days
    days, cents = _by_customer_and_day(orders, kept, after)
    ends = np.where(lives.death < plan.all_days, lives.death, 0.0)
    death = plan.moments(ends).astype(DAY)
    death[lives.death >= plan.all_days] = np.datetime64("NaT")
    names = np.array([channel.name for channel in plan.channels], dtype=object)
    size = len(lives)
    value = np.bincount(days[cents != 0], weights=cents[cents != 0], minlength=size) / 100.0
    return {
        "customer_id": ids,
        "channel": names[lives.channel],
        "acquired_on": plan.moments(lives.arrival).astype(DAY),
        "purchases_per_week": lives.rate * 7.0,
        "dropout_per_week": lives.dropout * 7.0,
        "death": death,
        "alive": lives.death >= plan.days,
        "mean_spend": plan.spend_p / lives.spend_rate,
        "purchase_days_after": np.bincount(days[cents > 0], minlength=size),
        "net_sales_after": np.round(value, 2),
    }


def _by_customer_and_day(orders: Orders, kept: Integers, which: NDArray[np.bool_]) -> tuple[Integers, Integers]:
    """Return the customer of each day with an order, and what the day is worth net of returns, in cents."""
    width = 100_000
    key = orders.customer[which] * width + np.floor(orders.day[which]).astype(np.int64)
    unique, place = np.unique(key, return_inverse=True)
    cents = np.bincount(place, weights=kept[which], minlength=len(unique))
    return unique // width, np.rint(cents).astype(np.int64)


def facts(plan: Plan, customers: dict[str, NDArray[Any]], **parts: Any) -> dict[str, Any]:
    """Return what truth.json holds: the plan, what was planted, and what the days after the files bring in all."""
    return {
        "what": SHOP,
        "as_of": plan.last_day.isoformat(),
        "plan": {**dataclasses.asdict(plan), "first_day": plan.first_day.isoformat()},
        "after": {
            "days": plan.days_after,
            "net_sales": round(float(customers["net_sales_after"].sum()), 2),
            "purchase_days": int(customers["purchase_days_after"].sum()),
            "customers_alive": int(customers["alive"].sum()),
        },
        **parts,
    }


def margin_of(plan: Plan, orders: Orders, lines: Lines) -> float:
    """Return the share of the sales in the files that is left after the cost of the goods, to three digits."""
    sold = orders.day[lines.order] < plan.days
    cost = float((lines.quantity * goods.costs()[lines.product])[sold].sum())
    return round(1.0 - cost / float(lines.cents[sold].sum()), 3)


def cac_of(plan: Plan, lives: Lives, spending: Spending) -> dict[str, Any]:
    """Return the cost of a new customer, in all and by channel; null where nothing was spent or nobody came."""
    new = np.bincount(lives.channel, minlength=len(plan.channels))
    spent = np.bincount(spending.channel, weights=spending.cents, minlength=len(plan.channels)) / 100.0
    channels = {
        channel.name: {
            "new_customers": int(new[number]),
            "spent": round(float(spent[number]), 2),
            "cac": float(spent[number] / new[number]) if spent[number] and new[number] else None,
        }
        for number, channel in enumerate(plan.channels)
    }
    return {"blended": float(spent.sum() / len(lives)) if spent.sum() else None, "channels": channels}


def campaign_facts(
    assignment: Assignment | None, lives: Lives, clock: SeasonClock, plan: Plan
) -> dict[str, Any] | None:
    """Return the known effect of the campaign per customer assigned: orders, and money before returns."""
    if assignment is None:
        return None
    extra = extra_exposure(assignment, lives, clock)
    spend = plan.spend_p / lives.spend_rate[assignment.customer]
    return {
        "campaign_id": assignment.campaign.name,
        "assigned": int(assignment.customer.size),
        "treated": int(assignment.treated.sum()),
        "window_days": assignment.campaign.days,
        "extra_orders_per_customer": float(extra.mean()),
        "extra_sales_per_customer": float((extra * spend).mean()),
    }


def survey_facts(survey: surveys.Survey) -> dict[str, Any]:
    """Return how many were asked and answered, and the score that all and that only the answers give."""
    asked, said = survey.score, survey.score[survey.said]
    measure = surveys.net_promoter_score if survey.name == "nps" else _satisfied
    return {
        "invited": len(asked),
        "answered": len(said),
        "score_if_all_answered": measure(asked),
        "score_of_the_answers": measure(said),
    }


def _satisfied(score: Integers) -> float | None:
    """Return the share of 4 and 5, in percent."""
    return float(100.0 * np.mean(score >= 4)) if len(score) else None
