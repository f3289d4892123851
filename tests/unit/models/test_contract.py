"""What every registered model must hold, of purchases, renewals or spend: registering a model is what brings it here.

No model is named. A question is left out only for a kind of which it makes no sense, or where the model declares that
it has no likelihood, and then it has to refuse the question in words.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats
from subjects import LASTING, SUBJECTS
from subjects.base import Lasting, Subject

from regulars.errors import NotApplicable
from regulars.models import parameter_draws
from regulars.models.comparison import compare
from regulars.models.histories import Floats
from regulars.models.optimise import covariance_from
from regulars.models.parameter_draws import Weighed
from regulars.models.posterior import is_vague
from regulars.models.saving import load

LIKELY = [subject for subject in SUBJECTS if subject.has_likelihood]
LONGEST_SENTENCE = 230


def each(subjects: list[Any]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("subject", subjects, ids=lambda subject: subject.name)


@each(SUBJECTS)
def test_it_says_what_it_is(subject: Subject) -> None:
    assert subject.model.title
    assert subject.model.likelihood_kind in subject.kinds
    assert len(set(subject.model.parameters)) == len(subject.model.parameters) >= 1
    assert tuple(subject.truth.params) == subject.model.parameters
    assert ">>> " in (type(subject.model).__doc__ or "")  # and the examples of all docstrings are run


@each(SUBJECTS)
def test_it_says_what_it_assumes(subject: Subject) -> None:
    said = getattr(subject.model, "assumptions", ()) or subject.truth.assumptions
    assert len(set(said)) == len(said) >= 1
    assert all(sentence.endswith(".") and len(sentence) < LONGEST_SENTENCE for sentence in said)


@each(LIKELY)
def test_the_gradient_is_the_derivative(subject: Subject) -> None:
    height, truth = subject.height(subject.some, subject.truth), subject.point(subject.truth)
    for point in (truth, truth + 0.7, truth - 1.3):
        for i, step in enumerate(np.eye(point.size) * 1e-5):
            slope = (height(point + step)[0] - height(point - step)[0]) / 2e-5
            assert height(point)[1][i] == pytest.approx(slope, rel=1e-6, abs=2e-7 * abs(height(point)[0]))


@each(LIKELY)
def test_counts_are_repetition(subject: Subject) -> None:
    alone = subject.one_by_one(subject.some)
    assert subject.rows(alone) > subject.rows(subject.some)
    assert subject.customers(alone) == subject.customers(subject.some)
    point = subject.point(subject.truth)
    one, other = (subject.height(data, subject.truth)(point) for data in (subject.some, alone))
    assert one[0] == pytest.approx(other[0], rel=1e-12)
    assert one[1] == pytest.approx(other[1], rel=1e-10)
    fits = [subject.fit(data) for data in (subject.some, alone)]
    assert fits[0].log_likelihood == pytest.approx(fits[1].log_likelihood, abs=1e-6)


@each(SUBJECTS)
def test_the_order_of_rows_changes_nothing_but_the_order(subject: Subject) -> None:
    some = subject.some
    order = np.random.default_rng(2).permutation(subject.rows(some))
    shuffled = subject.take(some, order)
    answers, others = (subject.answers(subject.truth, data) for data in (some, shuffled))
    alone = subject.answers(subject.truth, subject.take(some, np.array([3])))
    for question, answer in answers.items():
        assert others[question] == pytest.approx(answer[order], rel=1e-9, abs=1e-15), question
        # Nor does what stands beside a row.
        assert alone[question] == pytest.approx(answer[[3]], rel=1e-9), question
    assert subject.fit(shuffled).log_likelihood == pytest.approx(subject.fit(some).log_likelihood, abs=1e-6)


@each(LIKELY)
def test_a_fit_stands_at_the_top_of_what_it_says(subject: Subject) -> None:
    """Log L is that of the parameters, nothing near is higher, and the errors are those of the curvature."""
    data = subject.simulated(1500, seed=9)
    fit = subject.fit(data)
    height, top = subject.height(data, fit), subject.point(fit)
    assert fit.log_likelihood == pytest.approx(height(top)[0] + subject.beside(data), rel=1e-10)
    rng = np.random.default_rng(1)
    assert max(height(top + 0.05 * rng.standard_normal(top.size))[0] for _ in range(10)) < height(top)[0]
    steps = np.eye(top.size) * 1e-4
    curvature = np.stack([(height(top - step)[1] - height(top + step)[1]) / 2e-4 for step in steps])
    known = np.isfinite(np.diag(fit.covariance))
    expected = covariance_from((curvature + curvature.T) / 2.0, ~known)
    assert np.allclose(fit.covariance, expected, rtol=1e-3, atol=0.0, equal_nan=True)
    parameters, customers = len(fit.params), subject.customers(data)
    assert fit.aic == pytest.approx(2.0 * parameters - 2.0 * fit.log_likelihood, rel=1e-12)
    assert fit.bic == pytest.approx(parameters * np.log(customers) - 2.0 * fit.log_likelihood, rel=1e-12)
    assert fit.certificate.findings


@each([subject for subject in SUBJECTS if subject.in_other_units(subject.some)])
def test_another_unit_changes_a_density_by_its_jacobian_and_predictions_not_at_all(subject: Subject) -> None:
    data = subject.simulated(2000, seed=8)
    other = subject.in_other_units(data)
    assert other is not None
    fit, again = subject.fit(data), subject.fit(other.data)
    assert again.log_likelihood == pytest.approx(fit.log_likelihood + other.change, abs=1e-4)
    ahead = subject.horizons[2]
    expected = other.outcome * subject.expected(fit, data, ahead)
    assert subject.expected(again, other.data, other.horizon * ahead) == pytest.approx(expected, rel=2e-3)


@each(SUBJECTS)
def test_nothing_happens_in_no_time(subject: Subject) -> None:
    assert subject.expected(subject.truth, subject.some, 0.0) == pytest.approx(0.0, abs=0.0)
    values, chances = subject.law(subject.truth, subject.some, 0.0)
    assert np.broadcast_to(values, chances.shape)[chances > 0.0] == pytest.approx(0.0, abs=0.0)


@each(SUBJECTS)
def test_expectations_grow_with_time(subject: Subject) -> None:
    path = np.stack([subject.expected(subject.truth, subject.some, ahead) for ahead in subject.horizons])
    assert (np.diff(path, axis=0) > 0.0).all()


@each(SUBJECTS)
def test_probabilities_lie_between_0_and_1(subject: Subject) -> None:
    for question, answer in subject.probabilities(subject.truth, subject.some).items():
        assert ((answer >= 0.0) & (answer <= 1.0)).all(), question


@each(SUBJECTS)
def test_the_law_sums_to_1_and_has_the_mean_that_is_expected(subject: Subject) -> None:
    for ahead in subject.horizons[:3]:
        values, chances = subject.law(subject.truth, subject.some, ahead)
        assert (chances >= 0.0).all()
        assert chances.sum(axis=1) == pytest.approx(1.0, abs=1e-9)
        expected = subject.expected(subject.truth, subject.some, ahead)
        assert (chances * values).sum(axis=1) == pytest.approx(expected, rel=subject.coarseness)


@each(LASTING)
def test_discounting_is_a_sum_over_time(subject: Lasting) -> None:
    fit, some = subject.truth, subject.some

    def summed(ahead: float) -> Floats:
        steps = subject.steps(ahead)
        path = np.stack([subject.expected(fit, some, t) for t in steps])
        # Each step counts at its end where things happen at steps, halfway where they happen between.
        at = steps[1:] if (steps == np.floor(steps)).all() else (steps[:-1] + steps[1:]) / 2.0
        return subject.worth(0.1, at) @ np.diff(path, axis=0)

    year = subject.horizons[2]
    assert subject.discounted(fit, some, year, 0.1) == pytest.approx(summed(year), rel=2e-5)
    assert subject.discounted(fit, some, year, 0.0) == pytest.approx(subject.expected(fit, some, year), rel=1e-12)
    assert (subject.discounted(fit, some, year, 0.4) < subject.discounted(fit, some, year, 0.05)).all()
    end = float(np.ceil(40.0 / -np.log(subject.worth(0.1, np.ones(1))[0])))
    assert subject.residual(fit, some, 0.1) == pytest.approx(summed(end), rel=1e-4)
    with pytest.raises(NotApplicable, match="discount of zero"):
        subject.residual(fit, some, 0.0)


@each(LIKELY)
def test_what_is_simulated_follows_the_law(subject: Subject) -> None:
    size = 100_000
    values, law, chances = subject.drawn(subject.truth, size, seed=11)
    assert values.shape == (size,)
    below = np.cumsum(chances)
    for level in (0.05, 0.3, 0.5, 0.8, 0.97):
        place = int(np.searchsorted(below, level))
        assert (values <= law[place]).mean() == pytest.approx(below[place], abs=0.01)
    # The levels of quantiles leave the last 1/4,000 out, which is where the largest values are.
    assert values.mean() == pytest.approx(
        chances @ law, rel=2.0 * subject.coarseness, abs=4.5 * values.std() / size**0.5
    )


@each(LIKELY)
def test_it_recovers_what_it_simulates(subject: Subject) -> None:
    """Twice the log-likelihood gained over the truth is χ², however flat the ridge on which the parameters lie."""
    data = subject.simulated(20_000, seed=3)
    fit = subject.fit(data)
    height, top, truth = subject.height(data, fit), subject.point(fit), subject.point(subject.truth)
    gained = 2.0 * (height(top)[0] - height(truth)[0])
    assert 0.0 <= gained < stats.chi2.ppf(0.9999, top.size), (fit.params, subject.truth.params)


@each(SUBJECTS)
def test_saved_and_loaded(subject: Subject, tmp_path: Path) -> None:
    fit = subject.fit(subject.some)
    fit.save(tmp_path / "fit.json")
    again = load(tmp_path / "fit.json")
    assert again.to_json() == fit.to_json()
    assert again.params == fit.params
    assert again.certificate == fit.certificate
    assert np.array_equal(again.covariance, fit.covariance, equal_nan=True)
    assert len(compare([fit, again]).groups) == int(subject.has_likelihood)  # it knows its data again
    answers = subject.answers(again, subject.some)
    for question, answer in subject.answers(fit, subject.some).items():
        assert np.array_equal(answers[question], answer, equal_nan=True), question


@each(LIKELY)
def test_the_posterior_is_about_the_fit(subject: Subject, monkeypatch: pytest.MonkeyPatch) -> None:
    data = subject.simulated(1500, seed=9)
    fit = subject.fit(data)
    posterior = subject.posterior(fit, data, 200)
    assert posterior.method == "importance sampling"
    assert posterior.effective_sample_size > 20
    assert list(posterior.interval()) == list(subject.model.parameters)
    ahead = subject.horizons[2]
    low, high = posterior.of(lambda at: subject.expected(at, subject.some, ahead)).interval(0.98)
    expected = subject.expected(fit, subject.some, ahead)
    assert ((low < expected) & (expected < high)).mean() > 0.8
    monkeypatch.setattr(parameter_draws, "LEAST_EFFECTIVE", 1.1)
    if is_vague(fit):
        with pytest.raises(NotApplicable, match="do not pin the parameters down"):
            subject.posterior(fit, data, 10)
        return
    again = subject.posterior(fit, data, 40)
    assert again.method == "bootstrap"
    spread, errors = (Weighed(np.log(p.draws), p.weights).deviation for p in (again, posterior))
    assert (np.abs(np.log(spread / errors)) < 0.6).all()


@each(SUBJECTS)
def test_what_cannot_be_learned_from_is_refused(subject: Subject) -> None:
    assert subject.unlearnable
    for data in subject.unlearnable:
        with pytest.raises(NotApplicable, match=r"\w+ \w+ \w+"):
            subject.fit(data)


@each([subject for subject in SUBJECTS if not subject.has_likelihood])
def test_without_a_likelihood_its_questions_are_refused(subject: Subject) -> None:
    fit = subject.fit(subject.some)
    for question in (
        lambda: fit.aic,
        lambda: fit.bic,
        lambda: subject.height(subject.some, fit),
        lambda: subject.posterior(fit, subject.some, 10),
        lambda: subject.drawn(fit, 10, 1),
    ):
        with pytest.raises(NotApplicable, match=subject.model.title):
            question()
    comparison = compare([fit, fit])
    assert (comparison.groups, comparison.tests) == ((), ())
    assert all("has no likelihood" in refusal for refusal in comparison.refusals)


@each(LIKELY)
def test_it_is_compared_with_its_own_kind_only(subject: Subject) -> None:
    fit = subject.fit(subject.some)
    assert len(compare([fit, fit]).groups) == 1
    others = {other.model.likelihood_kind: other for other in LIKELY}
    strange = [other for kind, other in others.items() if kind != subject.model.likelihood_kind]
    assert len(strange) >= 3
    for other in strange:
        found = compare([fit, other.fit(other.some)])
        assert [len(group) for group in found.groups] == [1, 1]
        assert "different kinds" in found.refusals[0]
