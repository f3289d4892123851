"""Which fits can be compared, and the test of a special case."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pytest
from scipy import stats

from regulars.errors import InputError
from regulars.models.comparison import compare
from regulars.models.effects.covariates import Covariates
from regulars.models.effects.fitting import WithEffects
from regulars.models.fingerprint import Fingerprint
from regulars.models.histories import Histories
from regulars.models.likelihood_ratio import likelihood_ratio
from regulars.models.nesting import place_in
from regulars.models.renewals.beta_discrete_weibull import BetaDiscreteWeibull
from regulars.models.renewals.cohorts import Renewals
from regulars.models.renewals.shifted_beta_geometric import ShiftedBetaGeometric
from regulars.models.transactions.bg_nbd import BGNBD
from regulars.models.transactions.mbg_nbd import MBGNBD
from regulars.models.transactions.nbd import NBD
from regulars.models.transactions.pareto_nbd import ParetoNBD

SOME = Histories(
    frequency=[0, 0, 1, 2, 7, 30, 1, 3],
    recency=[0, 0, 1.5, 20, 38, 29.9, 39, 0.4],
    age=[0, 39, 39, 30, 38, 30, 39, 52],
    count=[30, 100, 40, 20, 10, 10, 10, 20],
)


def in_days(h: Histories) -> Histories:
    return Histories(frequency=h.frequency, recency=7 * h.recency, age=7 * h.age, count=h.count, unit="day")


def stays(customers: int, seed: int) -> Histories:
    """Customers who never leave, each watched for up to 60 weeks."""
    rng = np.random.default_rng(seed)
    age = rng.uniform(20.0, 60.0, customers)
    x = rng.poisson(rng.gamma(0.8, 0.2, customers) * age).astype(np.float64)
    # The last of x uniform times.
    recency = np.where(x > 0.0, age * rng.random(customers) ** (1.0 / np.maximum(x, 1.0)), 0.0)
    return Histories(frequency=x, recency=recency, age=age)


def test_the_best_comes_first_and_differences_are_to_it() -> None:
    fits = [NBD().fit(SOME), ParetoNBD().fit(SOME), MBGNBD().fit(SOME)]
    (group,) = compare(fits).groups
    assert [standing.bic for standing in group] == sorted(fit.bic for fit in fits)
    assert group[0].bic_difference == 0.0
    assert min(standing.aic_difference for standing in group) == 0.0
    for standing in group:
        (fit,) = [fit for fit in fits if fit.model.title == standing.title]
        assert (standing.log_likelihood, standing.aic, standing.parameters) == (
            fit.log_likelihood,
            fit.aic,
            fit.theta.size,
        )
        assert standing.bic_difference == pytest.approx(fit.bic - group[0].bic)


def test_fits_in_days_and_weeks_are_compared_in_one_unit() -> None:
    week, day = NBD().fit(SOME), NBD().fit(in_days(SOME))
    (group,) = compare([week, day]).groups
    assert week.log_likelihood - day.log_likelihood > 100.0
    assert group[0].log_likelihood == pytest.approx(group[1].log_likelihood, abs=1e-5)
    assert compare([week, day]).unit == "week"
    assert compare([day, week]).groups[0][0].log_likelihood == pytest.approx(day.log_likelihood, abs=1e-5)
    mixed, alike = compare([day, ParetoNBD().fit(SOME)]).tests[0], compare([week, ParetoNBD().fit(SOME)]).tests[0]
    assert mixed.statistic == pytest.approx(alike.statistic, abs=1e-4)


def test_equal_customers_in_any_order_are_the_same_data() -> None:
    one_by_one = SOME.take(np.repeat(np.arange(len(SOME)), SOME.count.astype(int))[::-1])
    one_by_one = Histories(frequency=one_by_one.frequency, recency=one_by_one.recency, age=one_by_one.age)
    assert compare([NBD().fit(SOME), BGNBD().fit(one_by_one)]).refusals == ()
    assert Fingerprint.of(SOME).matches(Fingerprint.of(in_days(SOME)))


@pytest.mark.parametrize("column", ["frequency", "recency", "age", "count"])
def test_one_changed_customer_is_other_data(column: str) -> None:
    columns = {name: getattr(SOME, name).copy() for name in ("frequency", "recency", "age", "count")}
    columns[column][3] += 1.0
    found = compare([NBD().fit(SOME), BGNBD().fit(Histories(**columns))])
    assert len(found.groups) == 2
    assert "different customers" in found.refusals[0]
    assert found.tests == ()
    assert found.refusals[0] in str(found)


def test_another_kind_of_likelihood_is_never_compared() -> None:
    @dataclass(frozen=True)
    class Seasons(NBD):
        title: ClassVar[str] = "Seasons"
        likelihood_kind: ClassVar[str] = "discrete"

    fit = NBD().fit(SOME)
    found = compare([fit, BGNBD().fit(SOME), replace(fit, model=Seasons())])
    assert [len(group) for group in found.groups] == [2, 1]
    assert "different kinds, continuous and discrete" in found.refusals[0]


def test_a_model_that_does_not_say_its_kind_is_compared_with_nothing() -> None:
    @dataclass(frozen=True)
    class Silent:
        name: ClassVar[str] = "silent"
        title: ClassVar[str] = "Silent"
        parameters: ClassVar[tuple[str, ...]] = NBD.parameters

    fit = NBD().fit(SOME)
    silent = replace(fit, model=Silent())  # type: ignore[arg-type] # a stranger's, that keeps less than the protocol
    for pair in ([fit, silent], [silent, silent]):
        found = compare(pair)
        assert [len(group) for group in found.groups] == [1, 1]
        assert "Silent does not say of what its likelihood is a density" in found.refusals[0]


def test_renewals_are_compared_among_themselves() -> None:
    """The published BdW against sBG, High End at four renewals: LR 4.77, p .029."""
    high_end = Renewals.from_survivors([1000, 869, 743, 653, 593])
    fits = [model.fit(high_end) for model in (ShiftedBetaGeometric(), BetaDiscreteWeibull())]
    found = compare([*fits, NBD().fit(SOME)])
    assert [[standing.title for standing in group] for group in found.groups] == [["sBG", "BdW"], ["NBD"]]
    (test,) = found.tests
    assert (round(test.statistic, 2), round(test.p_value, 3), test.at_edge) == (4.77, 0.029, False)
    assert "renewals and continuous" in found.refusals[0]
    regular = ShiftedBetaGeometric().fit(Renewals.from_survivors([1000, 631, 468, 382, 326]))
    assert "different customers" in compare([fits[0], regular]).refusals[0]


def with_groups(customers: int) -> Histories:
    h = stays(customers, 3)
    group = (np.arange(customers) % 2).astype(np.float64)
    return Histories(frequency=h.frequency, recency=h.recency, age=h.age, covariates={"one": group, "two": 1.0 - group})


def test_effects_that_are_zero_or_tied_make_special_cases() -> None:
    """Without "one"; free; equal on both; "two" instead, which is none."""
    h = with_groups(200)
    model = ParetoNBD()
    plain = model.fit(Histories(frequency=h.frequency, recency=h.recency, age=h.age))
    free = WithEffects(model, Covariates(("one",), ("one",))).fit(h)
    tied = WithEffects(model, Covariates(("one",), ("one",), equal=("one",))).fit(h)
    bought = WithEffects(model, Covariates(purchase=("one",))).fit(h)
    other = WithEffects(model, Covariates(purchase=("two",))).fit(h)
    found = {
        (id(one), id(two)): place_in(one, two) for one in (plain, free, tied, bought, other) for two in (free, tied)
    }
    assert found[id(plain), id(free)] == found[id(tied), id(free)] == found[id(bought), id(free)] == "inside"
    assert found[id(plain), id(tied)] == "inside"
    for pair in ((free, free), (free, tied), (bought, tied), (other, free), (tied, tied)):
        assert found[id(pair[0]), id(pair[1])] is None
    assert place_in(free, plain) is None
    assert place_in(NBD().fit(SOME), free) is None
    comparison = compare([plain, tied, free])
    assert {test.degrees for test in comparison.tests} == {1, 2}
    assert [test.smaller for test in comparison.tests].count("Pareto/NBD") == 2
    assert "Pareto/NBD with covariates" in str(comparison)


def test_a_penalised_fit_is_not_tested() -> None:
    h = with_groups(200)
    plain = BGNBD().fit(Histories(frequency=h.frequency, recency=h.recency, age=h.age))
    penalised = WithEffects(BGNBD(), Covariates(purchase=("one",), purchase_penalty=5.0)).fit(h)
    assert compare([plain, penalised]).tests == ()
    free = WithEffects(BGNBD(), Covariates(purchase=("one",))).fit(h)
    assert len(compare([plain, free]).tests) == 1


def test_without_a_fingerprint_nothing_is_compared() -> None:
    fit = NBD().fit(SOME)
    assert "not known whether" in compare([fit, replace(fit, fingerprint=None)]).refusals[0]
    with pytest.raises(InputError, match="two fits or more"):
        compare([fit])


@pytest.mark.parametrize("gained", [0.0, 0.3, 2.0, 9.0])
@pytest.mark.parametrize("degrees", [1, 2, 5])
def test_p_values(gained: float, degrees: int) -> None:
    inside = likelihood_ratio("a", "b", gained, degrees, "inside")
    edge = likelihood_ratio("a", "b", gained, degrees, "edge")
    beyond = stats.chi2.sf(2.0 * gained, degrees)
    assert inside.p_value == pytest.approx(beyond, rel=1e-12)
    fewer = stats.chi2.sf(2.0 * gained, degrees - 1) if degrees > 1 else float(gained == 0.0)
    assert edge.p_value == pytest.approx((beyond + fewer) / 2.0, rel=1e-12)
    assert "edge" in str(edge)
    assert "edge" not in str(inside)


def test_less_than_nothing_gained_is_nothing() -> None:
    assert likelihood_ratio("a", "b", -1e-9, 2, "edge").p_value == 1.0


def test_where_nobody_leaves_dropout_is_rarely_found() -> None:
    """Of 30 simulated sets at most 1.5 have p below 5 % on average; six or more have a chance of 1 %."""
    found = 0
    for seed in range(30):
        histories = stays(300, seed)
        (test,) = compare([BGNBD().fit(histories), NBD().fit(histories)]).tests
        assert (test.smaller, test.larger, test.degrees, test.at_edge) == ("NBD", "BG/NBD", 2, True)
        found += test.p_value < 0.05
    assert found <= 5
