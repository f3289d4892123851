"""From histories to a fit: several starts, one climb, standard errors, and what to believe of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, cast

import numpy as np

from regulars.errors import NotApplicable
from regulars.models import findings
from regulars.models.branches import SingleBranch
from regulars.models.certificate import Certificate
from regulars.models.fingerprint import Fingerprint
from regulars.models.fit import Fit
from regulars.models.likelihood import Likelihood
from regulars.models.newton import ascend, curvature_at
from regulars.models.opportunities import check_at_any_time
from regulars.models.optimise import Summit, at_boundary, covariance_from

if TYPE_CHECKING:
    from regulars.models.histories import Histories
    from regulars.models.transaction_model import TransactionModel

# Above this many histories the starts are compared on every k-th history only, and the whole
# base is climbed once, from the best of them.
COMPARE_STARTS_ON = 2_000
# How closely starts are followed to see whether they agree: the relative gain left in the likelihood.
ROUGHLY = 1e-7
# How closely the parameters of an earlier day are followed: far below their standard errors.
CLOSELY = 1e-8


class Fittable(SingleBranch):
    """Gives a model of purchases at any time its `fit`; a model itself never changes."""

    likelihood_kind: ClassVar[str] = "continuous"

    def fit(self, histories: Histories, *, threads: int = 1) -> Fit:
        """Return the maximum likelihood fit to `histories`, parameters in their unit; the same for any `threads`.

        One thread is the default because two were never faster on the two cores this was measured on: an
        operation on a block takes some ten microseconds, and so does handing over the interpreter's lock.

        Raises `NotApplicable` for histories in opportunities, and where no customer was observed for any time.
        """
        model = cast("TransactionModel", self)
        check_at_any_time(model.title, histories)
        return fit(model, histories, threads=threads)


def fit(model: TransactionModel, histories: Histories, *, threads: int = 1) -> Fit:
    """Return the maximum likelihood fit of `model` with its certificate."""
    if (histories.count == 1.0).all():  # customers one by one, as other packages hold them
        histories = histories.distinct()
    if not float(histories.age @ histories.count) > 0.0:
        raise NotApplicable(
            f"{model.title} cannot be fitted: no customer was observed for any time after the first purchase "
            f"({histories.customers_total:,.0f} in all, first seen on the as-of day); take a later as-of day"
        )
    summits = _from_starts(model, _thinned(histories), threads)
    objective = Likelihood(model, histories, threads)
    summit = ascend(objective, summits[0].point, metric=summits[0].metric)
    information = curvature_at(objective, summit) * histories.customers_total
    covariance = covariance_from(information, at_boundary(summit.point))
    found = [
        findings.top(summit, covariance, histories.customers_total),
        findings.starts_agree(summits),
        findings.condition(model.parameters, information, covariance, at_boundary(summit.point)),
        *findings.boundaries(model.parameters, summit.point),
        findings.repeat_buyers(histories),
    ]
    total = summit.height * histories.customers_total
    if model.has_dropout:
        plain, title = _without_dropout(model, histories, threads)
        found.append(findings.dropout(total - plain, title))
    return Fit(
        model=model,
        theta=np.exp(summit.point),
        unit=histories.unit,
        log_likelihood=total,
        customers=histories.customers_total,
        covariance=covariance,
        certificate=Certificate(tuple(found)),
        histories=histories,
        fingerprint=Fingerprint.of(histories),
    )


def refit(fit: Fit, histories: Histories) -> Fit:
    """Return the model of `fit` on other histories: one climb from its parameters, without standard errors.

    For a look back at an earlier day, whose best parameters are close by. Raises `NotApplicable` where no
    customer was observed for any time, or the climb does not settle.
    """
    if not float(histories.age @ histories.count) > 0.0:
        raise NotApplicable("no customer was observed for any time after the first purchase")
    known = np.isfinite(fit.covariance).all()
    metric = fit.covariance * fit.customers if known else None  # the curvature there saves half of the steps
    summit = ascend(Likelihood(fit.model, histories), np.log(fit.theta), metric=metric, resolution=CLOSELY)
    if not summit.converged:
        raise NotApplicable(f"the search for the best parameters did not settle after {summit.steps} steps")
    return replace(
        fit,
        theta=np.exp(summit.point),
        log_likelihood=summit.height * histories.customers_total,
        customers=histories.customers_total,
        covariance=np.full(fit.covariance.shape, np.nan),
        certificate=Certificate(()),
        histories=histories,
        fingerprint=Fingerprint.of(histories),
    )


def _from_starts(
    model: TransactionModel, histories: Histories, threads: int, *, most: int | None = None
) -> list[Summit]:
    """Return the summits reached from the model's starts, or the first `most` of them, the highest first."""
    exposure = float(histories.age @ histories.count)
    # Half a purchase keeps the starting rate above zero where nobody came back.
    rate = (float(histories.frequency @ histories.count) + 0.5) / exposure
    objective = Likelihood(model, histories, threads)
    starts = model.starts(rate, exposure / histories.customers_total)[:most]
    summits = [ascend(objective, np.log(start), resolution=ROUGHLY) for start in starts]
    return sorted(summits, key=lambda summit: -summit.height)


def _thinned(histories: Histories) -> Histories:
    step = -(-len(histories) // COMPARE_STARTS_ON)
    thin = histories if step < 2 else histories.take(np.arange(0, len(histories), step))
    return thin if float(thin.age @ thin.count) > 0.0 else histories


def _without_dropout(model: TransactionModel, histories: Histories, threads: int) -> tuple[float, str]:
    """Return the log-likelihood of the yardstick for dropout, whose top is a single one, and its name."""
    from regulars.models.transactions.nbd import NBD  # noqa: PLC0415 - NBD is fitted by this module itself

    plain = getattr(model, "without_dropout", NBD())
    objective = Likelihood(plain, histories, threads)
    best = _from_starts(plain, _thinned(histories), threads, most=1)[0]
    summit = ascend(objective, best.point, metric=best.metric, resolution=ROUGHLY)
    return summit.height * histories.customers_total, plain.title
