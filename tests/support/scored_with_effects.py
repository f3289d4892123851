"""Every prediction for every distinct history, with effects: the plain scores, asked in each customer's own time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING

import numpy as np

from regulars.errors import NotApplicable
from regulars.models.scoring import Question, Scores, score_each
from regulars.periods import Period

if TYPE_CHECKING:
    from regulars.models.effects.fit import EffectsFit
    from regulars.models.fit import Fit
    from regulars.models.histories import Floats, Histories
    from regulars.models.spend.base import SpendFit


def score_with_effects(
    fit: EffectsFit,
    spends: Sequence[tuple[SpendFit, Floats]],
    histories: Histories,
    question: Question,
    *,
    threads: int = 1,
) -> list[Scores]:
    """Return the predictions of `score_each` under a fit with effects: horizon, discount and levels mean the same.

    The work is done once for each set of covariates.
    """
    h, length = fit.in_clock_time(histories, question.horizon)
    timed = replace(question, horizon=Period(length * fit.unit.days))
    scores = [_empty(len(h), len(question.levels)) for _ in spends]
    for rows, plain in fit.plain.patterns(h):
        some = [(spend, n_obs[rows]) for spend, n_obs in spends]
        for whole, part in zip(scores, score_each(plain, some, h.take(rows), timed, threads=threads), strict=True):
            for field in fields(Scores):
                getattr(whole, field.name)[..., rows] = getattr(part, field.name)
    if fit.running is None or question.discount == 0.0:
        return scores
    # The discount follows the calendar, not the clock.
    soon = fit.discounted_purchases(histories, question.horizon, question.discount)
    ever = fit.residual_purchases(histories, question.discount)
    return [replace(each, discounted=soon, residual=ever) for each in scores]


def _empty(rows: int, levels: int) -> Scores:
    flat = {field.name: np.empty(rows) for field in fields(Scores) if field.name != "quantile"}
    return Scores(**flat, quantile=np.empty((levels, rows)))


def in_its_own_time(fit: EffectsFit, histories: Histories, question: Question) -> tuple[Fit, Histories, Question]:
    """Return the plain fit, the histories and the question in clock time: for all that takes a plain fit.

    Raises `NotApplicable` with covariates, where there is a plain fit for each set of them (`fit.plain.patterns`).
    The discount is taken off the question, because it follows the calendar.
    """
    if fit.spec.covariates.names:
        raise NotApplicable("customers with covariates have a plain fit for each set of them, not one for all")
    h, length = fit.in_clock_time(histories, question.horizon)
    plain = replace(fit.plain.fit_at(np.zeros(0)), log_likelihood=fit.log_likelihood, certificate=fit.certificate)
    return plain, h, replace(question, horizon=Period(length * fit.unit.days), discount=0.0)
