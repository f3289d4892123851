"""How long does a new customer stay, under the fitted model?"""

from __future__ import annotations

from regulars.metrics.metric import Metric

LIFESPAN_MODELLED = Metric(
    name="lifespan-modelled",
    title="Lifespan, modelled",
    formula="∫ P(still a customer at t) dt for the mean; the t with P(still a customer at t) = 1/2 for the median",
    meaning=(
        "The time from the first order of a new customer to the unseen dropout, under the fitted model. The "
        "median is the time by which half of the customers have left."
    ),
    pitfall=(
        "The mean is often infinite or longer than anybody lives, because a few customers hardly ever leave; "
        "then it is left out, with the reason. Nobody has observed such times: it is an extrapolation beyond "
        "the record."
    ),
    unit="years",
    source=(
        "BG/NBD: Fader, Hardie & Lee 2005, dropouts as a thinned Poisson process; Pareto/NBD: Schmittlein, "
        "Morrison & Colombo 1987"
    ),
)
