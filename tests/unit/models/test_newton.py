"""Second derivatives are those of the gradient, and Newton's method stands where the quasi-Newton climb does."""

from __future__ import annotations

import numpy as np
import pytest

from regulars.models.histories import Floats, Histories
from regulars.models.likelihood import Likelihood
from regulars.models.newton import ascend, curvature_at, newton
from regulars.models.optimise import FURTHEST, at_boundary, climb, curvature
from regulars.models.posterior import Height
from regulars.models.transaction_model import Curved, TransactionModel
from regulars.models.transactions import MODELS
from regulars.models.transactions.bg_bb import BGBB
from regulars.models.transactions.gompertz_nbd import GompertzNBD

ALL = [MODELS.get(name) for name in MODELS.names()]
CURVED = [model for model in ALL if isinstance(model, Curved)]
PLAIN: list[TransactionModel] = [GompertzNBD(), BGBB()]
each = pytest.mark.parametrize("model", CURVED, ids=lambda model: model.name)


def histories(rows: int, seed: int) -> Histories:
    """Return customers of all kinds: up to hundreds of purchases, just now or years ago, and none in no time."""
    rng = np.random.default_rng(seed)
    x = np.floor(10.0 ** rng.uniform(-1.0, 2.5, rows))
    age = 10.0 ** rng.uniform(-1.0, 3.0, rows) * (rng.random(rows) > 0.1)
    x[age == 0.0] = 0.0
    recency = np.where(x > 0.0, age * np.minimum(1.2 * rng.random(rows), 1.0), 0.0)
    return Histories(frequency=x, recency=recency, age=age, count=rng.integers(1, 50, rows))


def test_these_models_know_their_second_derivatives() -> None:
    assert [model.name for model in CURVED] == ["nbd", "bg-nbd", "mbg-nbd", "pareto-nbd"]


@each
def test_second_derivatives_are_those_of_the_gradient(model: TransactionModel) -> None:
    """Against central differences of the analytic gradient, over four decades of parameters."""
    rng, some = np.random.default_rng(4), histories(60, 3)
    likelihood = Likelihood(model, some)
    for point in rng.uniform(-4.0, 4.0, (12, len(model.parameters))):
        bend = likelihood.curved(point)[2]
        differences = curvature(likelihood, point)
        assert np.abs(bend - differences).max() < 2e-7 * np.abs(bend).max()


@each
def test_height_and_slope_are_the_same_however_many_derivatives_are_asked_for(model: TransactionModel) -> None:
    likelihood, point = Likelihood(model, histories(200, 5)), np.full(len(model.parameters), 0.3)
    height, gradient, _ = likelihood.curved(point)
    assert likelihood(point)[0] == height
    assert np.array_equal(likelihood(point)[1], gradient)


@pytest.mark.parametrize("rows", [7, 3000])
@pytest.mark.parametrize("model", [*CURVED, *PLAIN], ids=lambda model: model.name)
def test_heights_of_many_points_are_those_of_each(model: TransactionModel, rows: int) -> None:
    """More points than there is room for at a time, and none."""
    some = histories(rows, 8) if model.likelihood_kind == "continuous" else opportunities(rows)
    likelihood = Likelihood(model, some)
    points = np.random.default_rng(9).normal(0.0, 1.0, (4 if rows > 100 else 30, len(model.parameters)))
    assert likelihood.heights(points) == pytest.approx([likelihood(point)[0] for point in points], rel=1e-13)
    assert likelihood.heights(points[:0]).size == 0


def opportunities(rows: int) -> Histories:
    rng = np.random.default_rng(2)
    last = rng.integers(0, 7, rows)
    return Histories(frequency=np.minimum(last, 3), recency=last, opportunities=np.full(rows, 8.0))


def test_draws_beyond_a_climbs_reach_weigh_nothing() -> None:
    reached = Height(ridge_alone, 10.0, np.zeros(3)).total(
        np.array([[0.0, 0.0, 0.0], [17.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    )
    assert reached[1] == -np.inf
    assert np.isfinite(reached[[0, 2]]).all()


@each
def test_newton_ends_where_the_quasi_newton_climb_does_in_fewer_steps(model: TransactionModel) -> None:
    some = histories(300, 6)
    likelihood = Likelihood(model, some)
    rate = float(some.frequency @ some.count) / float(some.age @ some.count)
    for start in np.log(model.starts(rate, float(some.age.mean()))):
        one, other = newton(likelihood.curved, start), climb(likelihood, start)
        assert one.converged
        assert one.height >= other.height - 1e-9
        assert one.steps <= other.steps + 4  # the quasi-Newton climb has taken as many for its first metric
        free = ~at_boundary(one.point)
        assert np.abs(one.gradient[free]).max() < 1e-5


def ridge_alone(point: Floats) -> tuple[float, Floats]:
    return ridge(point)[:2]


def ridge(point: Floats) -> tuple[float, Floats, Floats]:
    bend = np.array([[1.0, -1.0, 0.2], [-1.0, 1.0, -0.2], [0.2, -0.2, 0.5]]) + 1e-6 * np.eye(3)
    away = point - np.array([30.0, 26.7, 0.7])
    return -0.5 * float(away @ bend @ away), -bend @ away, bend


def test_what_stands_at_the_wall_is_held_while_the_others_climb() -> None:
    summit = newton(ridge, np.array([0.0, -3.0, 0.0]))
    assert summit.converged
    assert summit.steps < 20
    assert np.abs(summit.point).max() == FURTHEST


def valley(point: Floats) -> tuple[float, Floats, Floats]:
    """A saddle between two tops of height 0, at (±1, 0)."""
    x, y = point
    bend = np.array([[12.0 * x**2 - 4.0, 0.0], [0.0, 2.0]])
    return -((x**2 - 1.0) ** 2) - y**2, np.array([-4.0 * x * (x**2 - 1.0), -2.0 * y]), bend


def test_curvature_that_bends_upward_does_not_lead_into_a_valley() -> None:
    summit = newton(valley, np.array([0.1, 2.0]))
    assert summit.converged
    assert np.abs(summit.point) == pytest.approx([1.0, 0.0], abs=1e-6)


def test_a_model_without_second_derivatives_climbs_as_before() -> None:
    model = PLAIN[0]
    likelihood = Likelihood(model, histories(40, 7))
    start = np.log(model.starts(0.1, 40.0)[0])
    summit, climbed = ascend(likelihood, start, resolution=1e-7), climb(likelihood, start, resolution=1e-7)
    assert np.array_equal(summit.point, climbed.point)
    assert np.array_equal(curvature_at(likelihood, summit), curvature(likelihood, climbed.point))
    with pytest.raises(TypeError, match="second derivatives"):
        likelihood.curved(start)
