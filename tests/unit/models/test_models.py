"""What every registered model must hold: registering a model is what brings it here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from every_model import EVERY_MODEL
from hypothesis import given
from hypothesis import strategies as st

from regulars.errors import InputError, NotApplicable
from regulars.models.certificate import Certificate
from regulars.models.fit import Fit
from regulars.models.histories import Floats, Histories, Integers
from regulars.models.likelihood import Likelihood
from regulars.models.saving import load
from regulars.models.transaction_model import TransactionModel
from regulars.periods import Unit, days, weeks

TRUTH = {
    "nbd": [0.9, 8.0],
    "bg-nbd": [0.6, 6.0, 0.8, 2.4],
    "mbg-nbd": [0.8, 6.0, 0.7, 1.9],
    "pareto-nbd": [0.8, 8.0, 0.7, 12.0],
    "gompertz-nbd": [0.8, 8.0, 0.15, 0.6, 8.0],
    "bg-cnbd-2": [0.6, 3.0, 0.8, 2.4],
    "mbg-cnbd-2": [0.8, 3.0, 0.7, 1.9],
}


@pytest.fixture(params=EVERY_MODEL, ids=lambda model: model.name)
def model(request: pytest.FixtureRequest) -> TransactionModel:
    found: TransactionModel = request.param
    return found


def truth(model: TransactionModel) -> Floats:
    return np.array(TRUTH[model.name])


def simulated(model: TransactionModel, customers: int, seed: int, weeks_long: float = 60.0) -> Histories:
    """Histories of customers who joined evenly over the first two thirds of the time."""
    rng = np.random.default_rng(1000 + seed)  # not the stream of the purchases
    age = rng.uniform(weeks_long / 3.0, weeks_long, customers)
    bought = at_truth(model).simulate(customers, weeks_long, seed)
    seen = bought.time <= age[bought.customer]
    customer, time = bought.customer[seen], bought.time[seen]
    recency = np.zeros(customers)
    np.maximum.at(recency, customer, time)
    same = np.diff(customer, prepend=-1) == 0
    gaps = np.where(same, np.diff(time, prepend=0.0), time)
    x = np.bincount(customer, minlength=customers)
    return Histories(frequency=x, recency=recency, age=age, log_gaps=np.log(gaps))


def at_truth(model: TransactionModel) -> Fit:
    theta = truth(model)
    return Fit(model, theta, Unit.WEEK, 0.0, 1.0, np.zeros((theta.size, theta.size)), Certificate(()))


SOME = Histories(
    frequency=[0, 0, 1, 2, 7, 30, 1, 3],
    recency=[0, 0, 1.5, 20, 38, 29.9, 39, 0.4],
    age=[0, 39, 39, 30, 38, 30, 39, 52],
    count=[3, 10, 4, 2, 1, 1, 1, 2],
    log_gaps=19.0,
)


def test_gradient_is_the_derivative(model: TransactionModel) -> None:
    likelihood = Likelihood(model, SOME)
    for point in (np.log(truth(model)), np.log(truth(model)) + 0.7, np.log(truth(model)) - 1.3):
        _, gradient = likelihood(point)
        for i, step in enumerate(np.eye(point.size) * 1e-5):
            slope = (likelihood(point + step)[0] - likelihood(point - step)[0]) / 2e-5
            assert gradient[i] == pytest.approx(slope, rel=1e-6, abs=1e-8)


def test_counts_are_repetition(model: TransactionModel) -> None:
    repeated = SOME.take(np.repeat(np.arange(len(SOME)), SOME.count.astype(int)))
    repeated = Histories(frequency=repeated.frequency, recency=repeated.recency, age=repeated.age)
    point = np.log(truth(model))
    assert Likelihood(model, SOME)(point)[0] == pytest.approx(Likelihood(model, repeated)(point)[0], rel=1e-13)
    again = repeated.distinct()
    assert len(again) == len(SOME)
    assert again.customers_total == SOME.customers_total


def test_the_order_of_rows_changes_nothing_but_the_order(model: TransactionModel) -> None:
    order = np.random.default_rng(2).permutation(len(SOME))
    fit, shuffled = at_truth(model), _in_order(SOME, order)
    asked: tuple[Callable[[Histories], Floats], ...] = (
        lambda h: fit.probability_alive(h)[:, None],
        lambda h: fit.expected_purchases(h, 30)[:, None],
        lambda h: fit.discounted_purchases(h, 52, 0.1)[:, None],
        lambda h: fit.residual_purchases(h, 0.1)[:, None],
        lambda h: fit.purchases_pmf(h, 30, range(5)),
    )
    for question in asked:
        assert question(shuffled) == pytest.approx(question(SOME)[order], rel=1e-9, abs=1e-15)
        # Nor does what stands beside a row.
        assert question(SOME.take(np.array([3]))) == pytest.approx(question(SOME)[[3]], rel=1e-9)
    assert Likelihood(model, shuffled)(np.log(fit.theta))[0] == pytest.approx(
        Likelihood(model, SOME)(np.log(fit.theta))[0], rel=1e-13
    )
    assert model.fit(shuffled).log_likelihood == pytest.approx(model.fit(SOME).log_likelihood, abs=1e-6)


def test_the_longer_nothing_is_heard_the_likelier_a_customer_has_left(model: TransactionModel) -> None:
    fit = at_truth(model)
    silent = np.arange(0.0, 60.0, 4.0)
    h = Histories(frequency=np.full(15, 3), recency=np.full(15, 12.0), age=12.0 + silent)
    alive = fit.probability_alive(h)
    assert ((alive >= 0.0) & (alive <= 1.0)).all()
    assert (np.diff(alive) < 0.0).all() if model.has_dropout else (alive == 1.0).all()
    few = fit.purchases_pmf(h, 10.0, range(6))
    assert ((few >= 0.0) & (few <= 1.0)).all()
    assert (np.diff(few[:, 0]) > 0.0).all()
    none_longer = [fit.purchases_pmf(h, t, 0)[0, 0] for t in (1.0, 10.0, 100.0)]
    assert none_longer == sorted(none_longer, reverse=True)


def test_the_posterior_is_about_the_fit(model: TransactionModel) -> None:
    fit = model.fit(simulated(model, 1500, seed=9))
    posterior = fit.posterior(draws=200, seed=4)
    assert posterior.effective_sample_size > 40
    low, high = posterior.of(lambda at: at.expected_purchases_new(52)).interval(0.98)
    assert low < fit.expected_purchases_new(52) < high
    assert list(posterior.interval()) == list(model.parameters)


def test_blocks_and_threads_do_not_change_a_bit(model: TransactionModel) -> None:
    h = simulated(model, 20_000, seed=5)
    point = np.log(truth(model))
    one, two = (Likelihood(model, h, threads=n)(point) for n in (1, 2))
    assert one[0] == two[0]
    assert (one[1] == two[1]).all()


def test_unit_changes_the_likelihood_by_its_jacobian(model: TransactionModel) -> None:
    h = simulated(model, 3000, seed=8)
    assert h.log_gaps is not None
    jacobian = h.frequency.sum() * np.log(7)
    gaps = h.log_gaps + jacobian
    in_days = Histories(frequency=h.frequency, recency=7 * h.recency, age=7 * h.age, unit="day", log_gaps=gaps)
    week, day = model.fit(h), model.fit(in_days)
    assert day.log_likelihood == pytest.approx(week.log_likelihood - jacobian, abs=1e-4)
    # Predictions do not know the unit.
    assert day.expected_purchases(h, weeks(20)) == pytest.approx(week.expected_purchases(h, days(140)), rel=1e-3)


def test_recovers_what_it_simulates(model: TransactionModel) -> None:
    fit = model.fit(simulated(model, 20_000 if model.name == "gompertz-nbd" else 60_000, seed=3))
    errors = np.array(list(fit.standard_errors.values()))
    assert (np.abs(fit.theta - truth(model)) < 4.5 * errors).all(), (fit.params, fit.standard_errors)
    assert fit.certificate.standing == "good"


def test_probabilities_of_counts(model: TransactionModel) -> None:
    fit = at_truth(model)
    number = np.arange(400)
    pmf = fit.purchases_pmf(SOME, 30, number)
    assert (pmf >= 0).all()
    assert pmf.sum(axis=1) == pytest.approx(np.ones(len(SOME)), abs=1e-9)
    assert pmf @ number == pytest.approx(fit.expected_purchases(SOME, 30), rel=1e-9)


def test_no_purchase_has_a_closed_form(model: TransactionModel) -> None:
    """P(no purchase in t | history) = L(x, t_x, T + t) / L(x, t_x, T)."""
    fit = at_truth(model)
    now, _ = model.log_likelihood(fit.theta, SOME.frequency, SOME.recency, SOME.age)
    later, _ = model.log_likelihood(fit.theta, SOME.frequency, SOME.recency, SOME.age + 26.0)
    assert fit.purchases_pmf(SOME, 26, 0)[:, 0] == pytest.approx(np.exp(later - now), rel=1e-12)


def test_nothing_happens_in_no_time(model: TransactionModel) -> None:
    fit = at_truth(model)
    assert fit.expected_purchases(SOME, 0).tolist() == [0.0] * len(SOME)
    assert fit.purchases_pmf(SOME, 0, [0, 1]).tolist() == [[1.0, 0.0]] * len(SOME)
    assert fit.discounted_purchases(SOME, 0, 0.1).tolist() == [0.0] * len(SOME)


def test_expectations_grow_with_time_and_shrink_with_discount(model: TransactionModel) -> None:
    fit = at_truth(model)
    path = np.stack([fit.expected_purchases(SOME, t) for t in (1, 10, 100, 1000)])
    assert (np.diff(path, axis=0) > 0).all()
    year = fit.expected_purchases(SOME, 52)
    mild, strong = (fit.discounted_purchases(SOME, 52, d) for d in (0.05, 0.4))
    assert (strong < mild).all()
    assert (mild < year).all()
    assert (fit.residual_purchases(SOME, 0.1) > fit.discounted_purchases(SOME, 52, 0.1)).all()


def test_discounting_agrees_with_a_fine_sum(model: TransactionModel) -> None:
    fit = at_truth(model)
    rate = np.log1p(0.1) / 365.25 * 7
    edges = np.linspace(0.0, 52.0, 401)
    cumulated = np.stack([fit.expected_purchases(SOME, t) for t in edges])
    middle = np.exp(-rate * (edges[:-1] + edges[1:]) / 2.0)
    assert fit.discounted_purchases(SOME, 52, 0.1) == pytest.approx(middle @ np.diff(cumulated, axis=0), rel=1e-6)
    far = np.concatenate([[0.0], np.geomspace(0.01, 40.0 / rate, 1500)])
    cumulated = np.stack([fit.expected_purchases(SOME, t) for t in far])
    middle = np.exp(-rate * (far[:-1] + far[1:]) / 2.0)
    assert fit.residual_purchases(SOME, 0.1) == pytest.approx(middle @ np.diff(cumulated, axis=0), rel=1e-4)


def test_residual_needs_a_discount(model: TransactionModel) -> None:
    with pytest.raises(NotApplicable, match="discount of zero"):
        at_truth(model).residual_purchases(SOME, 0.0)


def test_simulation_agrees_with_expectation(model: TransactionModel) -> None:
    fit = at_truth(model)
    purchases = fit.simulate(200_000, 52, seed=11)
    counts = np.bincount(purchases.customer, minlength=200_000)
    assert counts.mean() == pytest.approx(fit.expected_purchases_new(52), abs=4 * counts.std() / 200_000**0.5)
    assert (counts == 0).mean() == pytest.approx(fit.purchases_pmf(_new(), 52, 0)[0, 0], abs=0.005)


def test_saved_and_loaded(model: TransactionModel, tmp_path: Path) -> None:
    fit = model.fit(SOME)
    fit.save(tmp_path / "fit.json")
    again = load(tmp_path / "fit.json")
    assert again.params == fit.params
    assert again.unit is fit.unit
    assert again.certificate == fit.certificate
    assert np.array_equal(again.covariance, fit.covariance, equal_nan=True)
    assert again.expected_purchases(SOME, 9).tolist() == fit.expected_purchases(SOME, 9).tolist()


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"schema": 1}', '{"schema": 1, "model": "nbd", "parameters": 3}'])
def test_what_is_no_saved_fit(content: str, tmp_path: Path) -> None:
    (tmp_path / "fit.json").write_text(content)
    with pytest.raises(InputError):
        load(tmp_path / "fit.json")


def test_nobody_came_back(model: TransactionModel) -> None:
    h = Histories(frequency=[0, 0], recency=[0, 0], age=[10, 50], count=[400, 600], log_gaps=0.0)
    fit = model.fit(h)
    assert any("bought twice" in sentence for sentence in fit.certificate.sentences())
    expected = fit.expected_purchases(h, 52)
    assert np.isfinite(expected).all()
    assert (expected >= 0).all()
    assert expected.max() < 0.01


def test_no_time_to_learn_from(model: TransactionModel) -> None:
    with pytest.raises(NotApplicable, match="observed for any time"):
        model.fit(Histories(frequency=[0], recency=[0], age=[0], count=[5], log_gaps=0.0))


@pytest.mark.parametrize("history", [(0, 0, 20), (1, 5, 20), (1, 20, 20), (3, 19, 20), (10_000, 2857, 2857.0)])
def test_one_customer(model: TransactionModel, history: tuple[float, float, float]) -> None:
    frequency, recency, age = history
    gaps = frequency * np.log(recency / frequency) if frequency else 0.0
    fit = model.fit(Histories(frequency=frequency, recency=recency, age=age, log_gaps=gaps))
    assert fit.certificate.standing == "warning"
    h = Histories(frequency=[0, 0, 3], recency=[0, 0, 5], age=[0, 100, 60])
    for predicted in (fit.probability_alive(h), fit.expected_purchases(h, 52), fit.residual_purchases(h, 0.1)):
        assert np.isfinite(predicted).all()
        assert (predicted >= 0).all()


@given(
    x=st.integers(1, 10_000),
    age=st.floats(0.2, 2900.0),
    share=st.floats(0.0, 1.0),
    shift=st.lists(st.floats(-4.0, 4.0), min_size=5, max_size=5),
    t=st.floats(0.01, 3000.0),
)
def test_extreme_histories_give_numbers(x: int, age: float, share: float, shift: list[float], t: float) -> None:
    h = Histories(frequency=[x, 0], recency=[share * age, 0], age=[age, age])
    for model in EVERY_MODEL:
        theta = np.exp(np.log(truth(model)) + np.array(shift)[: truth(model).size])
        fit = Fit(model, theta, Unit.WEEK, 0.0, 1.0, np.eye(theta.size), at_truth(model).certificate)
        for answer in (
            model.log_likelihood(theta, h.frequency, h.recency, h.age)[0],
            model.log_likelihood(theta, h.frequency, h.recency, h.age)[1],
            fit.probability_alive(h),
            fit.expected_purchases(h, t),
            fit.discounted_purchases(h, t, 0.1),
        ):
            assert np.isfinite(answer).all(), (model.name, theta)
        assert (fit.expected_purchases(h, t) >= 0).all()


def _in_order(h: Histories, order: Integers) -> Histories:
    """Every history in another order; the gaps are those of all."""
    some = h.take(order)
    return Histories(
        frequency=some.frequency, recency=some.recency, age=some.age, count=some.count, log_gaps=h.log_gaps
    )


def _new() -> Histories:
    return Histories(frequency=0, recency=0, age=0)
