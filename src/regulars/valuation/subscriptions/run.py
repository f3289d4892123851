"""From contracts to a value per customer: spells, a model per billing period, scores, totals, a look back."""

from __future__ import annotations

import importlib.metadata
import platform

from regulars.engines.base import Engine
from regulars.progress import Progress
from regulars.sources.subscriptions.read import SubscriptionIntake
from regulars.valuation.subscriptions.customers import make_customers, top_subscribers
from regulars.valuation.subscriptions.fits import fit_periods
from regulars.valuation.subscriptions.look_back import look_back
from regulars.valuation.subscriptions.score import load_scores, outlook, situations_of
from regulars.valuation.subscriptions.spells import SPELLS, make_spells
from regulars.valuation.subscriptions.totals import plan_rows, total_up
from regulars.valuation.subscriptions.valuation import SubscriptionSettings, SubscriptionValuation

PACKAGES = ("regulars", "duckdb", "numpy", "scipy")


def value_contracts(
    engine: Engine, intake: SubscriptionIntake, settings: SubscriptionSettings, progress: Progress
) -> SubscriptionValuation:
    """Return the valuation of the contracts in `engine`, and leave the table `customers` there, a row per customer."""
    with progress.step("follow the contracts") as counted:
        make_spells(engine, settings.as_of, settings.horizon)
        number = int(engine.rows(f"select count(*) from {SPELLS}")[0][0])
        counted.text = f"{number:,} contracts"
    with progress.step("fit the renewals") as counted:
        fits = fit_periods(engine, settings.model)
        counted.text = ", ".join(fit.fit.model.title for fit in fits if fit.fit is not None) or "no model"
    with progress.step("score the customers") as counted:
        known = [situations_of(engine, fit) for fit in fits]
        outlooks = [outlook(one, settings) for one in known]
        load_scores(engine, known, outlooks)
        make_customers(engine, settings.margin)
        totals = total_up(engine, known, outlooks, settings)
        counted.text = f"{totals.customers:,} customers"
    with progress.step("look back"):
        looked, reason = look_back(engine, settings)
    return SubscriptionValuation(
        settings=settings,
        receipt=intake.receipt,
        fits=fits,
        totals=totals,
        plans=plan_rows(engine, settings),
        top_customers=top_subscribers(engine),
        look_back=looked,
        look_back_reason=reason,
        versions={"python": platform.python_version(), **{name: importlib.metadata.version(name) for name in PACKAGES}},
    )
