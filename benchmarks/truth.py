"""How often the truth itself misses the league's first line: what that line can ask of anybody.

    python benchmarks/truth.py [--leagues N] [--draws N]

A league is held on seven simulated shops about as large as the public sets (`contest/true_shop.py`). The truth
forecasts with the parameters that made the shop: no forecast from the same histories has a better CRPS in the long
run. Its rivals are BG/NBD, MBG/NBD and Pareto/NBD with Gamma-Gamma on repeat purchases, fitted to the shop: the
optimum that lifetimes reaches too. Prints how often the truth is worse than the best of these three at 95 %, by the
same measures and paired bootstrap as the league, and in how many leagues at least once.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import numpy as np

from contest.bootstrap import MEASURES, Forecasted, Measure, difference
from contest.true_shop import Size, TrueShop, true_shop
from regulars.models.certificate import Certificate
from regulars.models.fit import Fit
from regulars.models.histories import Floats
from regulars.models.scoring import Question, Scores, score_each
from regulars.models.spend.base import SpendFit
from regulars.models.spend.constant import ConstantSpend
from regulars.models.spend.gamma_gamma import GammaGamma, GammaGammaFit
from regulars.models.transactions import MODELS
from regulars.periods import Unit, days
from regulars.valuation.backtest.forecast import LEVELS, Forecast, Spread
from regulars.valuation.backtest.measures import measured

RIVALS = ("bg-nbd", "mbg-nbd", "pareto-nbd")
# Of the public sets; pairs of more than 5,000 customers would take the time of all others.
SIZES = (
    Size(5_000, 39.0, 39.0),
    Size(1_525, 104.0, 52.0),
    Size(1_194, 26.0, 26.0),
    Size(2_791, 27.0, 26.0),
    Size(5_000, 26.0, 26.0),
    Size(2_705, 47.0, 51.0),
    Size(600, 104.0, 207.0),
)


def main() -> None:
    """Hold the leagues and print how often the truth is worse than the best of its rivals."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--leagues", type=int, default=30, help="leagues to hold (default 30)")
    parser.add_argument("--draws", type=int, default=400, help="draws of the paired bootstrap (default 400)")
    options = parser.parse_args()
    missed: list[list[str]] = []
    for league in range(options.leagues):
        rng = np.random.default_rng(league)
        found = [one for size in SIZES for one in _compared(true_shop(rng, size), league, options.draws)]
        missed.append([name for name, worse in found if worse])
        print(f"league {league}: the truth misses {len(missed[-1])} of {len(found)} comparisons", flush=True)
    each = [len(names) for names in missed]
    print(f"{np.mean(each):.1f} on average, at most {max(each)}, at least one in {np.mean(np.sign(each)):.0%}")
    for measure in MEASURES:
        times = sum(names.count(measure.name) for names in missed)
        print(f"  {measure.name}: {times / (2 * len(SIZES) * options.leagues):.1%} of its comparisons")


def _compared(shop: TrueShop, seed: int, draws: int) -> Iterator[tuple[str, bool]]:
    """Yield each measure of purchases and of money, and whether the truth is worse than the best of its rivals."""
    spend = _fitted_spend(shop)
    sides = [_forecasts(shop, _true_fit(shop), shop.spend)]
    sides += [_forecasts(shop, MODELS.get(name).fit(shop.histories), spend) for name in RIVALS]
    for place, actual in enumerate((shop.purchases_later, shop.value_later)):
        truth, *rivals = (
            Forecasted(side[place].mean, measured(side[place], actual, seed=seed).scores) for side in sides
        )
        for measure in MEASURES:
            found = difference(measure, truth, _best(measure, rivals, actual), actual, seed=seed, draws=draws)
            if found is not None:
                yield measure.name, found.worse


def _best(measure: Measure, rivals: list[Forecasted], actual: Floats) -> Forecasted:
    finite = [rival for rival in rivals if np.isfinite(rival.mean).all()]
    return max(finite, key=lambda rival: measure.sign * (measure.of(rival, actual) or 0.0))


def _true_fit(shop: TrueShop) -> Fit:
    return Fit(
        model=MODELS.get(shop.model),
        theta=shop.theta,
        unit=Unit.WEEK,
        log_likelihood=float("nan"),
        customers=1.0,
        covariance=np.zeros((4, 4)),
        certificate=Certificate(()),
    )


def _fitted_spend(shop: TrueShop) -> GammaGammaFit:
    number = shop.histories.frequency
    return GammaGamma().fit(number, _repeat_value(shop) / np.maximum(number, 1.0))


def _repeat_value(shop: TrueShop) -> Floats:
    """Return what each customer spent so far; anything above nothing where that was not observed."""
    return np.where(shop.histories.frequency > 0.0, shop.spent, 1.0)


def _forecasts(shop: TrueShop, fit: Fit, spend: GammaGammaFit) -> tuple[Forecast, Forecast]:
    """Return what a fit says of purchases and of money."""
    number = shop.histories.frequency
    spends: list[tuple[SpendFit, Floats]] = [(ConstantSpend(1.0), np.zeros(number.size)), (spend, number)]
    question = Question(days(round(shop.weeks * 7.0)), LEVELS, 0.0)
    bought, worth = score_each(fit, spends, shop.histories, question)
    scale = spend.gamma + shop.spent
    mean = bought.purchases * scale * spend.mean_factor(number)
    return Forecast(bought.purchases, _spread(bought, np.ones(number.size))), Forecast(mean, _spread(worth, scale))


def _spread(scores: Scores, scale: Floats) -> Spread:
    return Spread(np.ascontiguousarray(scores.quantile.T), np.arange(scale.size), scale)


if __name__ == "__main__":
    main()
