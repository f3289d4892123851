"""The value of every customer: predictions per distinct history, joined back and scaled in SQL."""

from __future__ import annotations

import numpy as np

from regulars.engines.base import Engine
from regulars.models.predictions import Uncertain
from regulars.models.scoring import Scores, score
from regulars.models.spend.base import SpendFit
from regulars.valuation.corrections import Corrections, question_of
from regulars.valuation.histories import Summary
from regulars.valuation.valuation import Settings

# `margin` multiplies money and nothing else; `scale` is what one unit of a history's multiples is worth.
CUSTOMERS = """
create or replace view customers as
select customer_id, first_order, last_order,
    cast(orders as bigint) as orders, purchase_days, frequency, recency, age, monetary,
    historic_value * margin as historic_value,
    probability_alive, expected_purchases, probability_purchase,
    scale * mean_factor * expected_purchases * margin as expected_value,
    scale * low * margin as value_low,
    scale * median * margin as value_median,
    scale * high * margin as value_high,
    scale * mean_factor * discounted_purchases * margin as clv,
    scale * mean_factor * residual_purchases * margin as residual_value
from (
    select s.customer_id, s.first_order, s.last_order, s.orders, s.purchase_days, s.frequency, s.recency, s.age,
        case when s.observed > 0 then cast(s.observed_value as double) / s.observed end as monetary,
        cast(s.historic_value as double) as historic_value,
        f.intercept + p.slope * cast(s.observed_value as double) as scale, p.margin,
        f.probability_alive, f.expected_purchases, f.probability_purchase, f.discounted_purchases,
        nullif(f.residual_purchases, 'nan'::double) as residual_purchases,
        nullif(f.mean_factor, 'nan'::double) as mean_factor, f.low, f.median, f.high
    from summaries s
    join scores f on s.frequency = f.frequency and s.recency = f.recency and s.age = f.age and s.observed = f.observed
    cross join scaling p
)
"""


def score_customers(
    engine: Engine, fit: Uncertain, spend: SpendFit, summary: Summary, settings: Settings, *, corrections: Corrections
) -> Scores:
    """Make the view `customers`, a row per customer, and return the scores of the distinct histories."""
    base, question, ahead = summary.base, question_of(settings, corrections), corrections.ahead(fit)
    scores = corrections.of(score(ahead, spend, base.histories, base.n_obs, question, threads=engine.threads))
    low, median, high = scores.quantile
    columns = {
        **summary.days,
        "probability_alive": scores.probability_alive,
        "expected_purchases": scores.purchases,
        "probability_purchase": scores.probability_purchase,
        "discounted_purchases": scores.discounted,
        "residual_purchases": scores.residual,
        "intercept": spend.intercept(base.histories.frequency, base.age_in_days) * corrections.spend,
        "mean_factor": spend.mean_factor(base.n_obs),
        "low": low,
        "median": median,
        "high": high,
    }
    engine.load("scores", columns)
    margin = 1.0 if settings.margin is None else settings.margin
    scaling = {"slope": spend.slope * corrections.spend, "margin": margin}
    engine.load("scaling", {name: np.array([value]) for name, value in scaling.items()})
    engine.execute(CUSTOMERS)
    return scores
