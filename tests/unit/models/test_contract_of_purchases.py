"""What every registered model of purchases must hold beside what all models do, at any time or at opportunities."""

from __future__ import annotations

import numpy as np
import pytest
from subjects import OF_PURCHASES
from subjects.purchases import OfPurchases, fit_at

from regulars.errors import InputError, NotApplicable
from regulars.models.histories import Histories
from regulars.models.likelihood import Likelihood
from regulars.models.posterior import is_vague, posterior
from regulars.models.scoring import Question, score
from regulars.models.spend.constant import ConstantSpend
from regulars.periods import Period

each = pytest.mark.parametrize("subject", OF_PURCHASES, ids=lambda subject: subject.name)


@each
def test_its_assumptions_say_whether_customers_leave(subject: OfPurchases) -> None:
    said = " ".join(subject.model.assumptions)
    assert ("Nobody ever leaves" in said) is not subject.model.has_dropout
    assert ("Leaving is never seen" in said) is subject.model.has_dropout


@each
def test_the_longer_nothing_is_heard_the_likelier_a_customer_has_left(subject: OfPurchases) -> None:
    silent = np.arange(0.0, 60.0, 4.0)
    h = Histories(frequency=np.full(15, 3), recency=np.full(15, 12.0), age=12.0 + silent, unit=subject.unit)
    alive = subject.truth.probability_alive(h)
    assert (np.diff(alive) < 0.0).all() if subject.model.has_dropout else (alive == 1.0).all()
    few = subject.truth.purchases_pmf(h, 10.0, range(6))
    assert (np.diff(few[:, 0]) > 0.0).all()
    none_longer = [subject.truth.purchases_pmf(h, t, 0)[0, 0] for t in (1.0, 10.0, 100.0)]
    assert none_longer == sorted(none_longer, reverse=True)


@each
def test_no_purchase_is_the_ratio_of_two_likelihoods(subject: OfPurchases) -> None:
    """P(no purchase in t | history) = L(x, t_x, T + t) / L(x, t_x, T)."""
    fit, some = subject.truth, subject.some
    now, later = (
        subject.model.log_likelihood(fit.theta, some.frequency, some.recency, some.age + t)[0] for t in (0.0, 26.0)
    )
    assert fit.purchases_pmf(some, 26, 0)[:, 0] == pytest.approx(np.exp(later - now), rel=1e-12)


@each
def test_new_customers_leave_as_the_law_of_their_lives_says(subject: OfPurchases) -> None:
    times = np.array([0.0, 1.0, 10.0, 100.0, 1e4])
    lasting = subject.model.lasting(subject.truth.theta, times)
    assert ((lasting >= 0.0) & (lasting <= 1.0)).all()
    assert (np.diff(lasting) < 0.0).all() if subject.model.has_dropout else (lasting == 1.0).all()
    assert subject.model.mean_lifetime(subject.truth.theta) > 0.0


@each
def test_many_times_at_once_are_the_times_one_by_one(subject: OfPurchases) -> None:
    some, times = subject.some, np.array(subject.horizons, dtype=np.float64)
    for branch in subject.truth.branches(some):
        together = branch.living.purchases_by(some.frequency, some.age, times)
        in_turn = [branch.living.purchases(some.frequency, some.age, t) for t in times.tolist()]
        np.testing.assert_allclose(together, np.stack(in_turn), rtol=1e-12)


@each
def test_blocks_and_threads_do_not_change_a_bit(subject: OfPurchases) -> None:
    h, point = subject.simulated(20_000, seed=5), subject.point(subject.truth)
    one, two = (Likelihood(subject.model, h, threads=n)(point) for n in (1, 2))
    assert one[0] == two[0]
    assert (one[1] == two[1]).all()


@each
def test_the_law_of_value_at_one_price_is_that_of_purchases(subject: OfPurchases) -> None:
    some, ahead = subject.some, subject.horizons[1]
    levels = (0.1, 0.5, 0.9, 0.99)
    question = Question(Period(ahead * subject.unit.days), levels, 0.1)
    scores = score(subject.truth, ConstantSpend(1.0), some, some.frequency, question)
    below = subject.law(subject.truth, some, ahead)[1].cumsum(axis=1)
    small = (below < levels[-1]).sum(axis=1) < 40  # beyond, scoring takes numbers in runs
    assert small.sum() >= 6
    for level, quantile in zip(levels, scores.quantile, strict=True):
        assert quantile[small].tolist() == (below < level).sum(axis=1)[small].tolist()
    assert scores.purchases == pytest.approx(subject.expected(subject.truth, some, ahead), rel=1e-9)
    assert scores.residual == pytest.approx(subject.residual(subject.truth, some, 0.1), rel=1e-9)


@each
def test_nobody_came_back(subject: OfPurchases) -> None:
    low, high = np.floor(subject.ages)
    h = subject.histories(np.zeros(2, dtype=np.int64), np.zeros(2), np.array([low, high]), np.ones(0))
    fit = subject.fit(h.take(np.arange(2), np.array([400.0, 600.0])).with_gaps(0.0))
    assert any("bought twice" in sentence for sentence in fit.certificate.sentences())
    expected = fit.expected_purchases(h, subject.horizons[2])
    assert np.isfinite(expected).all()
    assert (expected >= 0).all()
    assert expected.max() < 0.01


@each
@pytest.mark.parametrize("history", [(0, 0, 20), (1, 5, 20), (1, 20, 20), (3, 19, 20), (2857, 2857, 2857)])
def test_one_customer(subject: OfPurchases, history: tuple[int, int, int]) -> None:
    x, recency, age = (np.array([number]) for number in history)
    gaps = np.full(history[0], history[1] / max(history[0], 1))
    fit = subject.fit(subject.histories(x, recency.astype(np.float64), age.astype(np.float64), gaps))
    assert fit.certificate.standing == "warning"
    h = Histories(frequency=[0, 0, 3], recency=[0, 0, 5], age=[0, 100, 60], unit=subject.unit)
    for predicted in (fit.probability_alive(h), fit.expected_purchases(h, 52), fit.residual_purchases(h, 0.1)):
        assert np.isfinite(predicted).all()
        assert (predicted >= 0).all()


@each
def test_parameters_that_nothing_pins_down_are_drawn_from_the_prior(subject: OfPurchases) -> None:
    """Customers who bought at every chance up to the last."""
    x = np.full(5, 11)
    weekly = subject.histories(x, x.astype(np.float64), x.astype(np.float64), np.ones(55))
    fit = subject.fit(weekly)
    assert is_vague(fit)
    drawn, again = (posterior(fit, weekly, 200, np.random.default_rng(1)) for _ in range(2))
    assert drawn.shape == (200, len(subject.model.parameters))
    assert np.isfinite(drawn).all()
    assert (drawn > 0.0).all()
    assert (drawn == again).all()


@each
def test_no_legal_input_gives_nonsense(subject: OfPurchases) -> None:
    rng = np.random.default_rng(11)
    for _ in range(40):
        h = subject.legal(rng, 150)
        fit = fit_at(subject.model, 10.0 ** rng.uniform(-5.0, 5.0, subject.truth.theta.size), h.unit)
        value, gradient = subject.model.log_likelihood(fit.theta, h.frequency, h.recency, h.age)
        assert np.isfinite(value).all()
        assert np.isfinite(gradient).all()
        alive = fit.probability_alive(h)
        assert ((alive >= 0.0) & (alive <= 1.0)).all()
        soon, later = (fit.expected_purchases(h, t) for t in (subject.horizons[0], subject.horizons[3]))
        assert np.isfinite(later).all()
        assert ((soon >= 0.0) & (later >= soon * (1.0 - 1e-9))).all()
        few = fit.purchases_pmf(h, subject.horizons[2], range(8))
        assert ((few >= 0.0) & (few.sum(axis=1, keepdims=True) <= 1.0 + 1e-8)).all()


@each
def test_without_any_time_there_is_nothing_to_learn(subject: OfPurchases) -> None:
    with pytest.raises(NotApplicable, match="observed for any time"):
        subject.fit(subject.unlearnable[0])


@each
def test_what_is_no_number_of_purchases_customers_or_time_is_refused(subject: OfPurchases) -> None:
    fit, some, soon = subject.truth, subject.some, subject.horizons[0]
    for n in (-1, 0.5, np.nan):
        with pytest.raises(InputError, match="n must be whole numbers of purchases, 0 or more"):
            fit.purchases_pmf(some, soon, [0, n])
    for t in (-1.0, np.nan, np.inf):
        with pytest.raises(InputError, match="a length of time must be zero or more, and end"):
            fit.expected_purchases(some, t)
    with pytest.raises(InputError, match="n must be whole numbers of customers, 0 or more, got -1"):
        fit.simulate(-1, soon, seed=1)
    with pytest.raises(InputError, match="a seed is a whole number, 0 or more"):
        fit.simulate(3, soon, seed=-1)
    with pytest.raises(InputError, match="draws must be whole numbers of draws"):
        fit.posterior(draws=2.5, histories=some)  # type: ignore[arg-type] # what a caller without types may do


@each
def test_what_a_new_customer_is_worth_does_not_depend_on_old_ones_beside(subject: OfPurchases) -> None:
    """Times at which purchases are discounted are shared by all, and must be near enough for the youngest."""
    none, ages = np.zeros(4, dtype=np.int64), np.array([0.0, 3000.0, 5000.0, 5000.0])
    beside = subject.histories(none, np.zeros(4), subject.joined(ages), np.ones(0))
    alone, far = beside.take(np.flatnonzero(beside.age == 0.0)), subject.horizons[2]
    together, by_itself = (
        (subject.residual(subject.truth, h, 0.1), subject.discounted(subject.truth, h, far, 0.1))
        for h in (beside, alone)
    )
    for worth, same in zip(together, by_itself, strict=True):
        assert worth[beside.age == 0.0] == pytest.approx(same, rel=1e-11)
