"""Every registered model of renewals does what its family promises."""

from __future__ import annotations

from pathlib import Path

import mpmath
import numpy as np
import pytest

import regulars as rg
from regulars.errors import InputError, NotApplicable
from regulars.models.renewals import RENEWALS
from regulars.models.renewals.cohorts import Floats, Renewals
from regulars.models.renewals.fit import RenewalFit
from regulars.models.renewals.fitting import Likelihood
from regulars.models.renewals.gamma_ratios import mixed_difference
from regulars.models.renewals.renewal_model import RenewalModel

SURVIVORS = (1000, 869, 743, 653, 593, 551, 517, 491)
# Numbers of each model far from each other, and far beyond what any fit finds.
PLAIN: dict[str, tuple[float, ...]] = {
    "geometric": (0.3,),
    "sbg": (0.7, 3.8),
    "discrete-weibull": (0.2, 0.8),
    "bdw": (0.26, 1.7, 1.6),
}
EXTREME: dict[str, list[tuple[float, ...]]] = {
    "geometric": [(1e-9,), (0.999,)],
    "sbg": [(1e-7, 2.0), (1e9, 1e3), (0.5, 1e-6), (1e-6, 1e7)],
    "discrete-weibull": [(1e-8, 0.05), (0.95, 2.5), (1e-3, 1e-4)],
    "bdw": [(1e-6, 10.0, 0.3), (1e6, 3e7, 0.7), (0.01, 1e-5, 1.5), (50.0, 1e-3, 0.01), (3.0, 40.0, 4.0)],
}

each_model = pytest.mark.parametrize("model", list(RENEWALS), ids=lambda model: model.name)


@pytest.fixture(scope="module")
def renewals() -> Renewals:
    return Renewals.from_survivors([SURVIVORS, SURVIVORS[:5], SURVIVORS[:3]])


def at(model: RenewalModel, parameters: tuple[float, ...], renewals: Renewals) -> RenewalFit:
    """Return a fit of the model with its parameters put to these."""
    return RenewalFit(
        model=model,
        theta=model.climbed(np.array(parameters)),
        log_likelihood=0.0,
        contracts=renewals.contracts,
        longest=renewals.longest,
        covariance=np.full((len(parameters), len(parameters)), np.nan),
        certificate=model.fit(renewals).certificate,
    )


def log_retention_in_mpmath(model: str, theta: tuple[float, ...], n: int) -> mpmath.mpf:
    numbers = [mpmath.mpf(value) for value in theta]
    if model == "geometric":
        return mpmath.log(1 - numbers[0])
    if model == "sbg":
        return mpmath.log((numbers[1] + n - 1) / (numbers[0] + numbers[1] + n - 1))
    power = numbers[-1]
    before, after = (mpmath.mpf(age) ** power if age else mpmath.mpf(0) for age in (n - 1, n))
    if model == "discrete-weibull":
        return mpmath.log(1 - numbers[0]) * (after - before)
    alpha, beta = numbers[:2]
    ratio = [mpmath.loggamma(beta + age) - mpmath.loggamma(alpha + beta + age) for age in (before, after)]
    return ratio[1] - ratio[0]


@each_model
def test_retention_agrees_with_mpmath_at_extreme_numbers(model: RenewalModel) -> None:
    times = np.array([1.0, 2.0, 7.0, 400.0])
    for theta in (PLAIN[model.name], *EXTREME[model.name]):
        ours = model.log_retention(model.climbed(np.array(theta)), times)[0]
        with mpmath.workdps(60):
            exact = [float(log_retention_in_mpmath(model.name, theta, int(n))) for n in times]
        np.testing.assert_allclose(ours, exact, rtol=1e-11)


def test_the_mixed_difference_agrees_with_mpmath() -> None:
    rng = np.random.default_rng(4)
    for _ in range(60):
        x, a, d = (10.0**power for power in rng.uniform(-7.0, 9.0, 3).tolist())
        with mpmath.workdps(60):
            terms = [mpmath.loggamma(mpmath.mpf(x) + p + q) for p, q in ((0, 0), (a, 0), (0, d), (a, d))]
            exact = float(terms[0] - terms[1] - terms[2] + terms[3])
        ours = float(mixed_difference(np.array([x]), a, np.array([d]))[0][0])
        assert ours == pytest.approx(exact, rel=1e-11)


@each_model
def test_the_gradient_is_that_of_the_likelihood(model: RenewalModel, renewals: Renewals) -> None:
    objective = Likelihood(model, renewals)
    for theta in (PLAIN[model.name], tuple(1.5 * value for value in PLAIN[model.name])):
        point = np.log(model.climbed(np.array(theta)))
        steps = np.eye(point.size) * 1e-5
        differences = [(objective(point + step)[0] - objective(point - step)[0]) / 2e-5 for step in steps]
        np.testing.assert_allclose(objective(point)[1], differences, rtol=1e-6, atol=1e-8)


@each_model
def test_the_fit_stands_at_the_top(model: RenewalModel, renewals: Renewals) -> None:
    fit = model.fit(renewals)
    objective = Likelihood(model, renewals)
    top = np.log(fit.theta)
    rng = np.random.default_rng(1)
    around = [objective(top + 0.05 * rng.standard_normal(top.size))[0] for _ in range(20)]
    assert max(around) * renewals.contracts < fit.log_likelihood
    assert all(0.0 < error < 1.0 for error in fit.standard_errors.values())


@each_model
def test_cohorts_and_their_sum_say_the_same(model: RenewalModel, renewals: Renewals) -> None:
    pooled = Renewals(at_risk=renewals.risk_by_renewal, renewed=renewals.renewed_by_renewal)
    turned = Renewals(at_risk=renewals.at_risk[::-1], renewed=renewals.renewed[::-1])
    fits = [model.fit(one) for one in (renewals, turned)]
    assert fits[0].params == fits[1].params
    assert model.fit(pooled).log_likelihood == pytest.approx(fits[0].log_likelihood, rel=1e-12)


@each_model
def test_single_contracts_and_tables_say_the_same(model: RenewalModel) -> None:
    lapses = -np.diff(SURVIVORS).astype(float)
    number = np.append(lapses, SURVIVORS[-1])
    single = Renewals.from_contracts(renewed=[0, 1, 2, 3, 4, 5, 6, 7], lapsed=[True] * 7 + [False], count=number)
    assert single.contracts == 1000.0
    assert model.fit(single).params == model.fit(Renewals.from_survivors(SURVIVORS)).params


@each_model
def test_predictions_hang_together(model: RenewalModel, renewals: Renewals) -> None:
    fit = at(model, PLAIN[model.name], renewals)
    survival = fit.survival(np.arange(30))
    assert survival[0] == 1.0
    assert (np.diff(survival) < 0.0).all()
    np.testing.assert_allclose(np.cumprod(fit.retention(np.arange(1, 30))), survival[1:], rtol=1e-12)
    pmf = fit.renewals_pmf([0, 3, 12], periods=8)
    assert (pmf >= 0.0).all()
    np.testing.assert_allclose(pmf.sum(axis=1), 1.0, rtol=1e-12)
    np.testing.assert_allclose(pmf @ np.arange(9), fit.expected_renewals([0, 3, 12], periods=8), rtol=1e-12)
    assert (fit.expected_renewals([0, 3], periods=0) == 0.0).all()
    more = [float(fit.expected_renewals(2, periods)) for periods in range(6)]
    assert more == sorted(more)


@each_model
def test_what_remains_agrees_with_a_plain_sum(model: RenewalModel, renewals: Renewals) -> None:
    fit = at(model, PLAIN[model.name], renewals)
    survival = fit.survival(np.arange(2001))
    for n in (0, 5):
        plain = sum(survival[n + k] / survival[n] / 1.02**k for k in range(1, 1900))
        assert float(fit.residual_renewals(n, discount=0.02)) == pytest.approx(plain, rel=1e-9)
        some = sum(survival[n + k] / survival[n] / 1.02**k for k in range(1, 13))
        assert float(fit.expected_renewals(n, 12, discount=0.02)) == pytest.approx(some, rel=1e-12)


def test_the_sbg_has_a_closed_form_of_what_remains(renewals: Renewals) -> None:
    """Fader & Hardie (2010), equation 6, for a contract that comes to its n-th renewal."""
    fit = rg.ShiftedBetaGeometric().fit(renewals)
    alpha, beta = fit.params.values()
    for n in (1, 5):
        share = (beta + n - 1) / (alpha + beta + n - 1)
        closed = share * float(mpmath.hyp2f1(1, beta + n, alpha + beta + n, 1 / 1.1))
        assert 1.1 * float(fit.residual_renewals(n - 1, discount=0.1)) == pytest.approx(closed, rel=1e-10)


@each_model
def test_simulated_contracts_give_their_parameters_back(model: RenewalModel, renewals: Renewals) -> None:
    truth = at(model, PLAIN[model.name], renewals)
    found = model.fit(truth.simulate(60_000, periods=12, seed=7))
    for name, value in truth.params.items():
        assert abs(found.params[name] - value) < 4.0 * found.standard_errors[name]


@each_model
def test_a_saved_fit_comes_back_whole(model: RenewalModel, renewals: Renewals, tmp_path: Path) -> None:
    fit = model.fit(renewals)
    fit.save(tmp_path / "fit.json")
    again = rg.load(tmp_path / "fit.json")
    assert isinstance(again, RenewalFit)
    assert again.to_json() == fit.to_json()
    np.testing.assert_array_equal(again.survival(range(20)), fit.survival(range(20)))


def test_the_edges_of_one_model_are_the_next() -> None:
    def log_retention(name: str, *parameters: float) -> Floats:
        model = RENEWALS.get(name)
        return model.log_retention(model.climbed(np.array(parameters)), np.arange(1.0, 30.0))[0]

    np.testing.assert_allclose(log_retention("sbg", 2e8, 8e8), np.log(0.8), rtol=1e-7)
    weibull = log_retention("discrete-weibull", 0.2, 0.7)
    np.testing.assert_allclose(log_retention("bdw", 2e8, 8e8, 0.7), weibull, rtol=1e-6)
    np.testing.assert_allclose(log_retention("bdw", 0.7, 3.8, 1.0), log_retention("sbg", 0.7, 3.8), rtol=1e-13)


@pytest.mark.parametrize(("renewed", "words"), [([10, 10], "every contract was renewed"), ([0, 0], "no contract was")])
def test_nothing_can_be_learned_where_all_do_the_same(renewed: list[float], words: str) -> None:
    at_risk = [10, 10] if renewed[0] else [10, 0]
    with pytest.raises(NotApplicable, match=words):
        rg.ShiftedBetaGeometric().fit(Renewals(at_risk=at_risk, renewed=renewed))


def test_no_renewal_at_all_is_said() -> None:
    with pytest.raises(NotApplicable, match="no contract has come to a renewal yet"):
        rg.Geometric().fit(Renewals(at_risk=[0], renewed=[0]))


def test_a_sum_without_end_needs_a_discount(renewals: Renewals) -> None:
    fit = rg.ShiftedBetaGeometric().fit(renewals)
    with pytest.raises(NotApplicable, match="discount of zero"):
        fit.residual_renewals(0, discount=0.0)
    with pytest.raises(NotApplicable, match="renewals to sum"):
        fit.residual_renewals(0, discount=1e-9)
    with pytest.raises(InputError, match="zero or more"):
        fit.residual_renewals(0, discount=-0.1)


def test_questions_that_make_no_sense_are_refused(renewals: Renewals) -> None:
    fit = rg.Geometric().fit(renewals)
    with pytest.raises(InputError, match="whole numbers"):
        fit.survival([1.5])
    with pytest.raises(InputError, match="counted from 1"):
        fit.retention([0])


def test_equal_contracts_run_to_the_edge_and_the_certificate_says_so() -> None:
    fit = rg.ShiftedBetaGeometric().fit(
        Renewals(at_risk=[10_000, 8_000, 6_400, 5_120], renewed=[8000, 6400, 5120, 4096])
    )
    assert fit.certificate.standing == "warning"
    assert np.isnan(list(fit.standard_errors.values())).all()
    # The chance to lapse itself is known as well as ever: its odds keep their variance.
    assert np.sqrt(fit.covariance[0, 0]) == pytest.approx(1.0 / np.sqrt(29_520 * 0.2 * 0.8), rel=0.02)
    np.testing.assert_allclose(fit.retention([1, 9]), 0.8, rtol=1e-3)


def test_few_renewals_and_few_lapses_are_said() -> None:
    fit = rg.BetaDiscreteWeibull().fit(Renewals(at_risk=[40, 30], renewed=[30, 25]))
    said = {finding.check: finding for finding in fit.certificate.findings}
    assert said["renewals"].standing == said["lapses"].standing == "warning"
    assert "2 retention rates for 3 parameters" in said["renewals"].sentence


def test_a_model_that_does_not_describe_the_curve_is_said() -> None:
    fit = rg.Geometric().fit(Renewals.from_survivors(SURVIVORS))
    (curve,) = (finding for finding in fit.certificate.findings if finding.check == "curve")
    assert curve.standing == "warning"
    good = rg.BetaDiscreteWeibull().fit(Renewals.from_survivors(SURVIVORS))
    assert good.certificate.standing == "good"
