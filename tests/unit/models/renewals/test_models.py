"""What holds of renewals beside the contract of all models: tables of cohorts, edges, and what the certificate says."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from subjects.contracts import OfRenewals

import regulars as rg
from regulars.errors import InputError, NotApplicable
from regulars.models.renewals import RENEWALS
from regulars.models.renewals.cohorts import Floats, Renewals
from regulars.models.renewals.gamma_ratios import mixed_difference
from regulars.models.renewals.renewal_model import RenewalModel

SURVIVORS = (1000, 869, 743, 653, 593, 551, 517, 491)
each_model = pytest.mark.parametrize("model", list(RENEWALS), ids=lambda model: model.name)


@pytest.fixture(scope="module")
def renewals() -> Renewals:
    return Renewals.from_survivors([SURVIVORS, SURVIVORS[:5], SURVIVORS[:3]])


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
def test_survival_is_retention_time_after_time(model: RenewalModel) -> None:
    fit = OfRenewals(model).truth
    survival = fit.survival(np.arange(30))
    assert survival[0] == 1.0
    assert (np.diff(survival) < 0.0).all()
    np.testing.assert_allclose(np.cumprod(fit.retention(np.arange(1, 30))), survival[1:], rtol=1e-12)


def test_the_sbg_has_a_closed_form_of_what_remains(renewals: Renewals) -> None:
    """Fader & Hardie (2010), equation 6, for a contract that comes to its n-th renewal."""
    fit = rg.ShiftedBetaGeometric().fit(renewals)
    alpha, beta = fit.params.values()
    for n in (1, 5):
        share = (beta + n - 1) / (alpha + beta + n - 1)
        closed = share * float(mpmath.hyp2f1(1, beta + n, alpha + beta + n, 1 / 1.1))
        assert 1.1 * float(fit.residual_renewals(n - 1, discount=0.1)) == pytest.approx(closed, rel=1e-10)


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
    for periods in (-1, 2.5):
        with pytest.raises(InputError, match="periods must be whole numbers of renewals"):
            fit.renewals_pmf([1], periods)  # type: ignore[arg-type] # what a caller without types may do
    with pytest.raises(InputError, match="n must be whole numbers of contracts"):
        fit.simulate(-1, 5, seed=1)
    with pytest.raises(InputError, match="periods must be whole numbers of renewals, 1 or more"):
        fit.simulate(5, 0, seed=1)


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
