"""The customers and their lives: when and through which channel each came, how often each buys, how long each stays.

New customers come at a rate that grows by `growth` a year and follows the season. As in Pareto/NBD, a
customer of channel c buys at rate λ ~ Gamma(r, r / λ_c) and stays for a time ~ Exponential(μ) with
μ ~ Gamma(s, s / μ_c), where λ_c and μ_c are the channel's means; over one channel that is Pareto/NBD with
α = r / λ_c and β = s / μ_c exactly, over several it is a mixture of four. What an order is worth is
Gamma-Gamma: z ~ Gamma(p, ν), ν ~ Gamma(q, γ), independent of how often the customer buys.

Schmittlein, Morrison & Colombo (1987), Management Science 33(1); Fader, Hardie & Lee (2005), JMR 42(4).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from regulars.sources.simulated.clock import YEAR, SeasonClock
from regulars.sources.simulated.plan import Floats, Integers, Plan


@dataclass(frozen=True)
class Lives:
    """One entry per customer, in the order of arrival; days count from the opening, rates are per day.

    `mood` is how fond of the shop the customer is, standard normal, and moves nothing but survey answers.
    """

    arrival: Floats
    channel: Integers
    rate: Floats
    dropout: Floats
    death: Floats
    spend_rate: Floats
    mood: Floats

    def __len__(self) -> int:
        return len(self.arrival)


def lives_of(plan: Plan, clock: SeasonClock) -> Lives:
    """Draw the customers of a shop."""
    rng, count = plan.draws(1), plan.customers
    arrival = np.sort(_arrivals(plan, clock, rng))
    shares = np.array([channel.share for channel in plan.channels])
    channel = rng.choice(len(plan.channels), size=count, p=shares / shares.sum())
    rates = np.array([one.purchases_per_week for one in plan.channels]) / 7.0
    dropouts = np.array([one.dropout_per_week for one in plan.channels]) / 7.0
    rate = rng.gamma(plan.rate_shape, size=count) * rates[channel] / plan.rate_shape
    # A draw of a small shape can underflow to 0: such a customer stays forever.
    dropout = np.maximum(rng.gamma(plan.dropout_shape, size=count), 1e-300) * dropouts[channel] / plan.dropout_shape
    return Lives(
        arrival=arrival,
        channel=channel.astype(np.int64),
        rate=rate,
        dropout=dropout,
        death=arrival + rng.exponential(size=count) / dropout,
        spend_rate=rng.gamma(plan.spend_q, size=count) / plan.spend_gamma,
        mood=rng.normal(size=count),
    )


def _arrivals(plan: Plan, clock: SeasonClock, rng: np.random.Generator) -> Floats:
    day = np.arange(plan.days, dtype=np.float64)
    density = (1.0 + plan.growth) ** (day / YEAR) * clock.mood(day)
    return rng.choice(plan.days, size=plan.customers, p=density / density.sum()) + rng.random(plan.customers)
