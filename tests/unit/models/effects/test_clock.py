"""A calendar clock: against brute force by days, its Jacobian, and every answer in clock time."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from artificial_calendar import OPENED, clocked_shop
from scipy import integrate, special
from scored_with_effects import in_its_own_time, score_with_effects

from regulars.errors import InputError, NotApplicable
from regulars.models import parameter_draws
from regulars.models.certificate import Certificate
from regulars.models.effects.clock import Clock
from regulars.models.effects.covariates import Covariates
from regulars.models.effects.fit import EffectsFit
from regulars.models.effects.fitting import WithEffects
from regulars.models.effects.likelihood import EffectsLikelihood
from regulars.models.effects.moves import moves_of, row_of
from regulars.models.fit import Fit
from regulars.models.histories import Floats, Histories
from regulars.models.likelihood import Likelihood
from regulars.models.saving import load
from regulars.models.scoring import Question, score_each
from regulars.models.spend.constant import ConstantSpend
from regulars.models.transaction_model import TransactionModel
from regulars.models.transactions import MODELS
from regulars.periods import Unit, days

TRUTH = {
    "nbd": [0.9, 8.0],
    "bg-nbd": [0.6, 6.0, 0.8, 2.4],
    "mbg-nbd": [0.8, 6.0, 0.7, 1.9],
    "pareto-nbd": [0.8, 8.0, 0.7, 12.0],
}
SALE = [dt.date(2019, 6, 1) + dt.timedelta(days=day) for day in range(28)]
CLOCK = Clock(season=1, trend=True, days={"sale": SALE})
EFFECTS = np.array([0.5, -0.3, 0.4, 0.7])
AS_OF = dt.date(2020, 12, 31)


@pytest.fixture(params=list(TRUTH))
def model(request: pytest.FixtureRequest) -> TransactionModel:
    return MODELS.get(request.param)


# Slower to fit than all others together, so it is held to its derivatives here and to a published fit elsewhere.
WITH_GOMPERTZ = TRUTH | {"gompertz-nbd": [0.8, 8.0, 0.05, 0.7, 0.6]}


def shop(model: TransactionModel, customers: int, seed: int = 3) -> Histories:
    return clocked_shop(model, TRUTH[model.name], CLOCK, EFFECTS, customers=customers, days=900, seed=seed)


def known(model: TransactionModel, effects: Floats, clock: Clock = CLOCK) -> EffectsFit:
    """A fit at the true parameters, with the effects given."""
    size = len(model.parameters) + effects.size
    return EffectsFit(
        spec=WithEffects(model, clock=clock),
        theta=np.array(TRUTH[model.name]),
        effects=effects,
        unit=Unit.WEEK,
        log_likelihood=0.0,
        penalised_mean=0.0,
        customers=1.0,
        covariance=np.eye(size),
        certificate=Certificate(()),
        as_of=AS_OF,
    )


def plain(model: TransactionModel) -> Fit:
    theta = np.array(TRUTH[model.name])
    return Fit(model, theta, Unit.WEEK, 0.0, 1.0, np.zeros((theta.size,) * 2), Certificate(()))


@pytest.mark.parametrize("name", WITH_GOMPERTZ)
def test_gradient_is_the_derivative_with_covariates_beside_the_clock(name: str) -> None:
    model = MODELS.get(name)
    h = shop(MODELS.get("bg-nbd"), 60)
    near = np.random.default_rng(1).normal(5.0, 2.0, len(h))
    h = Histories(
        frequency=h.frequency,
        recency=h.recency,
        age=h.age,
        as_of=h.as_of,
        purchases_by_day=h.purchases_by_day,
        covariates={"near": near},
    )
    clock = Clock(season=1, trend=True, days={"sale": SALE}, penalty=0.2)
    height = EffectsLikelihood(model, Covariates(("near",)), clock, h, threads=1)
    rng = np.random.default_rng(2)
    for _ in range(3):
        point = np.concatenate([np.log(WITH_GOMPERTZ[name]), np.zeros(5)])
        point += rng.normal(0.0, 0.4, point.size)
        _, gradient = height(point)
        for i, step in enumerate(np.eye(point.size) * 1e-5):
            slope = (height(point + step)[0] - height(point - step)[0]) / 2e-5
            assert gradient[i] == pytest.approx(slope, rel=2e-6, abs=1e-7)


def test_recovers_the_season_that_it_simulates(model: TransactionModel) -> None:
    fit = WithEffects(model, clock=CLOCK).fit(shop(model, 8_000))
    truth = dict(zip(fit.params, [*TRUTH[model.name], *EFFECTS], strict=True))
    for name, value in truth.items():
        assert abs(fit.params[name] - value) < 4.0 * fit.standard_errors[name], (name, fit.params, fit.standard_errors)
    assert fit.certificate.standing == "good"


def rates_of(first: dt.date, last: dt.date) -> Floats:
    """Return how fast the clock runs on each day after `first`, one day at a time."""
    rates = []
    for ordinal in range(first.toordinal() + 1, last.toordinal() + 1):
        day, angle = dt.date.fromordinal(ordinal), 2.0 * np.pi * ordinal / 365.25
        effect = EFFECTS[0] * np.cos(angle) + EFFECTS[1] * np.sin(angle)
        effect += EFFECTS[2] * min(ordinal - AS_OF.toordinal(), 0) / 365.25
        rates.append(np.exp(effect + (EFFECTS[3] if day in SALE else 0.0)))
    return np.array(rates)


# First day and purchase days of a few customers: often, once, never again.
DIARIES: tuple[tuple[dt.date, list[dt.date]], ...] = (
    (dt.date(2019, 3, 1), [dt.date(2019, 6, 3), dt.date(2019, 6, 20), dt.date(2020, 1, 8)]),
    (dt.date(2020, 2, 29), [dt.date(2020, 12, 31)]),
    (dt.date(2019, 11, 5), []),
)


def by_brute_force(name: str, first: dt.date, bought: list[dt.date]) -> float:
    """Return the log-likelihood of one diary: the customer's own rates, integrated numerically, day by day."""
    rates = rates_of(first, AS_OF)
    places = [(day - first).days for day in bought]
    x, end = len(places), rates.sum() / 7.0
    last = rates[: places[-1]].sum() / 7.0 if places else 0.0
    density = np.sum(np.log([rates[place - 1] for place in places]))
    r, alpha, *leaving = TRUTH[name]

    def purchases(rate: float, until: float) -> float:
        return rate ** (r + x - 1.0) * np.exp(-rate * (alpha + until)) * alpha**r

    if name == "pareto-nbd":
        s, beta = leaving
        # Alive at the end, or gone in between: both integrals over the rates in closed form, the time left over.
        rise = np.exp(special.gammaln(r + x) - special.gammaln(r)) * alpha**r * beta**s
        alive = (alpha + end) ** -(r + x) * (beta + end) ** -s
        gone = integrate.quad(lambda c: s * (alpha + c) ** -(r + x) * (beta + c) ** -(s + 1.0), last, end)[0]
        return float(np.log(rise * (alive + gone)) + density)
    a, b = leaving
    survived = x + (1 if name == "mbg-nbd" else 0)
    stays = special.beta(a, b + survived) / special.beta(a, b)
    goes = special.beta(a + 1.0, b + survived - 1.0) / special.beta(a, b) if survived else 0.0
    over_rates = [integrate.quad(lambda rate, u=u: purchases(rate, u), 0.0, np.inf)[0] for u in (end, last)]
    total = (stays * over_rates[0] + goes * over_rates[1]) / np.exp(special.gammaln(r))
    return float(np.log(total) + density)


@pytest.mark.parametrize("name", ["bg-nbd", "mbg-nbd", "pareto-nbd"])
def test_the_likelihood_by_days(name: str) -> None:
    h = Histories(
        frequency=[len(bought) for _, bought in DIARIES],
        recency=[(max(bought, default=first) - first).days for first, bought in DIARIES],
        age=[(AS_OF - first).days for first, _ in DIARIES],
        unit="day",
        as_of=AS_OF,
        purchases_by_day={day: 1.0 for _, bought in DIARIES for day in bought},
    )
    in_weeks = Histories(
        frequency=h.frequency,
        recency=h.recency / 7.0,
        age=h.age / 7.0,
        as_of=AS_OF,
        purchases_by_day=h.purchases_by_day,
    )
    height = EffectsLikelihood(MODELS.get(name), Covariates(), CLOCK, in_weeks, threads=1)
    reported = np.concatenate([np.log(TRUTH[name]), EFFECTS])
    value, _ = height(np.linalg.solve(height.to_reported, reported))
    brute = sum(by_brute_force(name, first, bought) for first, bought in DIARIES)
    assert 3.0 * value == pytest.approx(brute, rel=1e-9)


def test_without_its_jacobian_a_clock_wins_by_nothing(model: TransactionModel) -> None:
    """A clock that runs faster on every day alike changes nothing but the unit: no gain, and no loss."""
    h = shop(model, 400)
    assert h.as_of is not None
    every = [OPENED + dt.timedelta(days=day) for day in range(1, 901)]
    height = EffectsLikelihood(model, Covariates(), Clock(days={"every": every}), h, threads=1)
    theta, times = np.log(TRUTH[model.name]), row_of(model, moves_of(model).time)
    without = Likelihood(model, h)(theta)[0]
    for speed in (-1.0, 0.7):
        value, _ = height(np.concatenate([theta + speed * times, [speed]]))
        assert value == pytest.approx(without, rel=1e-12)
        # The same in clock time alone: each purchase makes the slower clock look better by one, for nothing.
        factor = np.exp(speed)
        alone = Histories(frequency=h.frequency, recency=h.recency * factor, age=h.age * factor)
        per_customer = h.frequency.sum() / len(h)
        in_clock_time = Likelihood(model, alone)(theta + speed * times)[0]
        assert in_clock_time == pytest.approx(without - speed * per_customer, rel=1e-12)
        assert per_customer > 0.5


def test_what_a_season_gains_is_misjudged_without_the_jacobian() -> None:
    model = MODELS.get("bg-nbd")
    h = shop(model, 3000)
    fit, without = WithEffects(model, clock=CLOCK).fit(h), model.fit(h)
    assert fit.log_likelihood > without.log_likelihood + 100.0
    timed, _ = fit.in_clock_time(h)
    in_clock_time = Likelihood(model, timed)(np.log(fit.theta))[0] * len(h)
    assert h.as_of is not None
    rates = CLOCK.regressors(OPENED + dt.timedelta(days=1), 900, h.as_of) @ fit.effects
    jacobian = sum(number * rates[(day - OPENED).days - 1] for day, number in h.purchases_by_day.items())
    assert in_clock_time + jacobian == pytest.approx(fit.log_likelihood, rel=1e-12)
    gained = fit.log_likelihood - without.log_likelihood
    assert abs(in_clock_time - without.log_likelihood - gained) > 2.0 * gained


def test_a_clock_without_effects_is_the_plain_fit(model: TransactionModel) -> None:
    h = shop(model, 2000)
    fit = WithEffects(model, clock=Clock(season=1, trend=True, penalty=1e9)).fit(h)
    without = model.fit(h)
    assert fit.effects == pytest.approx(np.zeros(3), abs=1e-6)
    assert fit.log_likelihood == pytest.approx(without.log_likelihood, abs=1e-4)
    assert fit.theta == pytest.approx(without.theta, rel=1e-3)


def test_answers_without_effects_are_those_of_the_plain_model(model: TransactionModel) -> None:
    h = shop(model, 40)
    fit, same = known(model, np.zeros(4)), plain(model)
    assert fit.probability_alive(h) == pytest.approx(same.probability_alive(h), rel=1e-10)
    assert fit.expected_purchases(h, 26) == pytest.approx(same.expected_purchases(h, 26), rel=1e-9)
    assert fit.purchases_pmf(h, 26, range(5)) == pytest.approx(same.purchases_pmf(h, 26, range(5)), rel=1e-9)
    assert fit.discounted_purchases(h, 26, 0.1) == pytest.approx(same.discounted_purchases(h, 26, 0.1), rel=1e-5)
    assert fit.residual_purchases(h, 0.1) == pytest.approx(same.residual_purchases(h, 0.1), rel=1e-4)
    assert fit.expected_purchases_new(52) == pytest.approx(same.expected_purchases_new(52), rel=1e-10)


def test_discounting_follows_the_calendar(model: TransactionModel) -> None:
    """Against a sum over days of what each day is expected to bring, discounted to its middle."""
    fit, h = known(model, EFFECTS), shop(model, 6)
    so_far = np.stack([fit.expected_purchases(h, days(day)) for day in range(201)])
    worth = np.exp(-np.log(1.15) / 365.25 * (np.arange(200) + 0.5))
    by_days = (np.diff(so_far, axis=0) * worth[:, None]).sum(axis=0)
    assert fit.discounted_purchases(h, days(200), 0.15) == pytest.approx(by_days, rel=1e-6)
    # Fifty years are nearly all there is at such a discount, and more than ten.
    ever = fit.residual_purchases(h, 0.15)
    assert ever == pytest.approx(fit.discounted_purchases(h, days(365.25 * 50), 0.15), rel=2e-3)
    assert (ever > fit.discounted_purchases(h, days(365.25 * 10), 0.15)).all()


def test_the_future_is_what_is_simulated() -> None:
    """New customers of a day before a sale: their purchases by week, against the expectation."""
    model, first = MODELS.get("mbg-nbd"), dt.date(2019, 5, 20)
    fit = known(model, EFFECTS)
    bought = fit.simulate(60_000, 12.0, seed=4, first_day=first)
    assert (np.diff(bought.customer) >= 0).all()
    for week in range(1, 13):
        expected = fit.expected_purchases_new(week, first_day=first)
        seen = (bought.time <= week).sum() / 60_000
        assert seen == pytest.approx(expected, abs=5.0 * np.sqrt(3.0 * expected / 60_000))
    sale, before = ((bought.time > w) & (bought.time <= w + 1.0) for w in (2.0, 0.0))
    assert sale.sum() > 1.4 * before.sum()


def test_scores_are_those_of_the_plain_model_in_clock_time(model: TransactionModel) -> None:
    fit, h = known(model, EFFECTS), shop(model, 300).distinct()
    question = Question(days(182), (0.1, 0.5, 0.9), 0.1)
    spends = ((ConstantSpend(1.0), np.zeros(len(h))),)
    (scores,) = score_with_effects(fit, spends, h, question)
    assert scores.probability_alive == pytest.approx(fit.probability_alive(h), rel=1e-10)
    assert scores.purchases == pytest.approx(fit.expected_purchases(h, days(182)), rel=1e-6)
    assert scores.discounted == pytest.approx(fit.discounted_purchases(h, days(182), 0.1))
    assert scores.residual == pytest.approx(fit.residual_purchases(h, 0.1))
    pmf = fit.purchases_pmf(h, days(182), np.arange(40)).cumsum(axis=1)
    median = (pmf < 0.5).sum(axis=1)
    assert (scores.quantile[1] == median).mean() > 0.99
    one, timed, asked = in_its_own_time(fit, h, question)
    assert one.theta == pytest.approx(fit.theta)
    assert asked.discount == 0.0
    (same,) = score_each(one, spends, timed, asked)
    assert (same.quantile == scores.quantile).all()


def test_histories_of_another_day_are_read_on_the_same_calendar() -> None:
    model = MODELS.get("bg-nbd")
    fit = known(model, EFFECTS)
    h = Histories(frequency=[2], recency=[10], age=[20], as_of="2019-06-14")
    other = Histories(frequency=[2], recency=[10], age=[20], as_of="2019-12-14")
    assert fit.expected_purchases(h, 4)[0] != pytest.approx(fit.expected_purchases(other, 4)[0], rel=0.05)
    without_day = Histories(frequency=[2], recency=[10], age=[20])
    of_the_fit = Histories(frequency=[2], recency=[10], age=[20], as_of=AS_OF)
    assert (fit.expected_purchases(without_day, 4) == fit.expected_purchases(of_the_fit, 4)).all()


def test_the_trend_stands_still_after_the_last_day_seen() -> None:
    clock = Clock(trend=True)
    w = clock.regressors(dt.date(2020, 12, 30), 4, AS_OF)[:, 0]
    assert w == pytest.approx([-1.0 / 365.25, 0.0, 0.0, 0.0])


def test_units_differ_by_the_jacobian_only(model: TransactionModel) -> None:
    h = shop(model, 2000)
    in_days = Histories(
        frequency=h.frequency,
        recency=7.0 * h.recency,
        age=7.0 * h.age,
        unit="day",
        as_of=h.as_of,
        purchases_by_day=h.purchases_by_day,
    )
    week, day = (WithEffects(model, clock=CLOCK).fit(each) for each in (h, in_days))
    assert day.log_likelihood == pytest.approx(week.log_likelihood - h.frequency.sum() * np.log(7), abs=1e-4)
    assert day.effects == pytest.approx(week.effects, abs=1e-3)
    assert day.expected_purchases(h, days(70)) == pytest.approx(week.expected_purchases(h, days(70)), rel=1e-2)


def test_a_clock_has_a_posterior_and_no_bootstrap(monkeypatch: pytest.MonkeyPatch) -> None:
    fit = WithEffects(MODELS.get("nbd"), clock=CLOCK).fit(shop(MODELS.get("nbd"), 1500))
    posterior = fit.posterior(draws=300, seed=1)
    errors = np.array(list(fit.standard_errors.values()))
    assert posterior.effective_sample_size > 60
    assert (np.abs(posterior.parameters.mean - list(fit.params.values())) < 0.4 * errors).all()
    assert posterior.parameters.deviation == pytest.approx(errors, rel=0.2)
    monkeypatch.setattr(parameter_draws, "LEAST_EFFECTIVE", 1.1)
    with pytest.raises(NotApplicable, match="whose they were is not known"):
        fit.posterior(draws=20)


def test_saving_and_loading_keeps_the_clock(tmp_path: Path) -> None:
    model = MODELS.get("bg-nbd")
    h = shop(model, 500)
    fit = WithEffects(model, clock=CLOCK).fit(h)
    fit.save(tmp_path / "fit.json")
    again = load(tmp_path / "fit.json")
    assert isinstance(again, EffectsFit)
    assert again.spec == fit.spec
    assert again.params == fit.params
    assert again.as_of == h.as_of
    assert (again.expected_purchases(h, 10) == fit.expected_purchases(h, 10)).all()


def test_what_cannot_be_asked_is_said() -> None:
    bg = MODELS.get("bg-nbd")
    h = Histories(frequency=[1, 0], recency=[2, 0], age=[5, 4])
    with pytest.raises(NotApplicable, match="as_of and purchases_by_day"):
        WithEffects(bg, clock=CLOCK).fit(h)
    with pytest.raises(NotApplicable, match="no time of its own"):
        WithEffects(bg, clock=Clock(season=1, drives="dropout"))
    with pytest.raises(InputError, match="depend on"):
        Clock()
    with pytest.raises(InputError, match="waves"):
        Clock(season=40)
    with pytest.raises(InputError, match="at least one day"):
        Clock(days={"sale": []})
    with pytest.raises(InputError, match="add up to 2"):
        Histories(frequency=[1], recency=[1], age=[2], as_of="2020-01-20", purchases_by_day={dt.date(2020, 1, 18): 2})
    with pytest.raises(InputError, match="need as_of"):
        Histories(frequency=[1], recency=[1], age=[2], purchases_by_day={dt.date(2020, 1, 18): 1})
    with pytest.raises(InputError, match="lie after"):
        Histories(frequency=[1], recency=[1], age=[2], as_of="2020-01-20", purchases_by_day={dt.date(2020, 1, 6): 1})
    with pytest.raises(NotApplicable, match="sale never differs"):
        some = shop(bg, 50)
        WithEffects(bg, clock=Clock(days={"sale": ["2031-01-01"]})).fit(some)


def test_what_a_clock_depends_on_is_said_in_words() -> None:
    assert Clock(season=2).in_words == "season"
    assert Clock(season=2, trend=True).in_words == "season and trend"
    assert Clock(season=2, trend=True, days={"sale": ["2024-11-29"]}).in_words == "season, trend and sale"
