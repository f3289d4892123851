"""The whole simulated shop: its tables as the contract declares them, and the truth behind them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.sources.simulated import contacts, trade
from regulars.sources.simulated.baskets import lines_of
from regulars.sources.simulated.campaign import assignment_of
from regulars.sources.simulated.clock import SeasonClock
from regulars.sources.simulated.columns import Columns, customer_ids
from regulars.sources.simulated.export import counts, exported
from regulars.sources.simulated.lives import lives_of
from regulars.sources.simulated.marketing import spending_of
from regulars.sources.simulated.orders import orders_of
from regulars.sources.simulated.plan import Plan
from regulars.sources.simulated.points import ledger_of
from regulars.sources.simulated.returns import kept_cents, returns_of
from regulars.sources.simulated.service import tickets_of
from regulars.sources.simulated.surveys import survey_of
from regulars.sources.simulated.truth import (
    Truth,
    cac_of,
    campaign_facts,
    customers_truth,
    facts,
    margin_of,
    survey_facts,
)


@dataclass(frozen=True)
class Shop:
    """A simulated shop: `tables` by the names of the contract, columns as NumPy arrays, and the truth.

    Nothing in `tables` is dated after the plan's last day; the days after it stand in the truth alone.
    """

    plan: Plan
    tables: dict[str, Columns]
    truth: Truth


def simulated_shop(plan: Plan | None = None) -> Shop:
    """Simulate a shop; the same plan gives the same shop, to the byte.

    >>> shop = simulated_shop(Plan(customers=50, seed=1))
    >>> len(shop.tables["customers"]["customer_id"]), shop.truth.net_sales_after > 0
    (50, True)
    """
    plan = plan or Plan()
    clock = SeasonClock(plan.season, plan.all_days)
    lives = lives_of(plan, clock)
    assignment = assignment_of(plan, lives)
    orders = orders_of(plan, lives, clock, assignment)
    lines = lines_of(plan, orders)
    returns = returns_of(plan, lives, orders, lines)
    kept = kept_cents(lines, returns, len(orders))
    ledger = ledger_of(plan, lives, orders, kept)
    came_back = np.zeros(len(orders), dtype=np.bool_)
    came_back[lines.order[returns.line]] = True
    asked = tickets_of(plan, lives, orders, came_back, clock)
    surveys = tuple(survey_of(plan, lives, orders, name) for name in ("nps", "csat"))
    spending = spending_of(plan, lives)
    rows = exported(plan, orders, lines, returns, ledger.spent[0])
    ids = customer_ids(np.arange(len(lives)))
    people = customers_truth(plan, lives, orders, kept, ids)
    known = facts(
        plan,
        people,
        margin=margin_of(plan, orders, lines),
        cac=cac_of(plan, lives, spending),
        campaign=campaign_facts(assignment, lives, clock, plan),
        surveys={survey.name: survey_facts(survey) for survey in surveys},
        receipt=counts(rows),
    )
    return Shop(
        plan,
        {
            "order_lines": trade.order_lines(plan, rows),
            "customers": trade.customers(plan, lives, ledger),
            "products": trade.products(plan),
            "spend": trade.spend(plan, spending),
            "campaigns": contacts.assignments(plan, assignment),
            "interactions": contacts.interactions(plan, assignment, lives),
            "tickets": contacts.tickets(plan, orders, asked),
            "feedback": contacts.feedback(plan, orders, surveys),
            "loyalty_entries": contacts.loyalty_entries(plan, orders, ledger),
        },
        Truth(people, known),
    )
