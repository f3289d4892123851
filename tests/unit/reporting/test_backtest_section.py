"""The model card says every measure of the last window, and how many customers have no mean to measure."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from artificial_backtest import backtest_of
from artificial_shops import normal, study_of

from regulars.reporting.document import Paragraph
from regulars.reporting.sections.backtest import backtest
from regulars.valuation.backtest.measures import chance_of
from regulars.valuation.backtest.still import Still
from regulars.valuation.backtest.wandering import Wandering
from regulars.valuation.valuation import Valuation


def said(valuation: Valuation) -> str:
    blocks = backtest(study_of(valuation)).blocks
    texts = (block.text for block in blocks if isinstance(block, Paragraph))
    return next(text for text in texts if text.startswith("In the last window")).replace("\N{NO-BREAK SPACE}", " ")


def test_the_order_is_told_and_judged_by_nothing() -> None:
    valuation = normal()
    found = valuation.tested
    assert found is not None
    assert found.value is not None
    measures = found.value.measures
    assert measures.capture is not None
    text = said(valuation)
    assert f"GBP {measures.width:.2f} wide" in text
    assert f"{measures.median_error:.2f} off" in text
    assert f"brought {measures.capture:.1%}".replace("%", " %") in text
    assert f"Spearman’s correlation was {measures.spearman:.2f}, by which nothing is judged" in text
    assert measures.chi_square is not None
    assert f"χ² was {measures.chi_square:.1f} against" in text
    assert f"with probability {chance_of(measures.chi_square):.1%}".replace("%", " %") in text


def test_what_is_too_rare_for_a_number_is_not_called_impossible() -> None:
    found = backtest_of()
    assert found.value is not None
    measures = dataclasses.replace(found.value.measures, chi_square=1e5)
    tested = dataclasses.replace(found, value=dataclasses.replace(found.value, measures=measures))
    assert "with probability < 0.1 %." in said(dataclasses.replace(normal(), tested=tested))


def test_without_a_variance_the_tenths_are_not_told() -> None:
    valuation = normal()
    found = valuation.tested
    assert found is not None
    assert found.value is not None
    measures = dataclasses.replace(found.value.measures, chi_square=None, without_variance=3)
    tested = dataclasses.replace(found, value=dataclasses.replace(found.value, measures=measures))
    text = said(dataclasses.replace(valuation, tested=tested))
    assert "the value of 3 customers has an infinite variance" in text


def test_a_missing_mean_is_counted() -> None:
    text = said(dataclasses.replace(normal(), tested=backtest_of(mean=False)))
    assert "1 customer had no finite mean" in text
    assert "Spearman" not in text


def told(about: str, *, still_here: float = 0.0, **changes: Any) -> str:
    """Return the paragraphs about something where the rule taken is changed, and who is counted as still here."""
    found = backtest_of()
    judgement = dataclasses.replace(found.judgement, rule=dataclasses.replace(found.judgement.rule, **changes))
    tested = dataclasses.replace(found, judgement=judgement)
    blocks = backtest(study_of(dataclasses.replace(normal(), tested=tested, still_here=still_here))).blocks
    texts = [block.text for block in blocks if isinstance(block, Paragraph) and about in block.text]
    return " ".join(texts).replace("\N{NO-BREAK SPACE}", " ")


def test_who_is_still_here_is_told() -> None:
    some = told("called gone", still=Still(0.08, (0.09, 0.07)), still_here=0.08)
    assert "9.0 %, 7.0 % of them were still customers (latest window first). 8.0 % of those called gone count" in some
    dead = told("called gone", still=Still(0.08, (0.09, 0.07)))
    assert "would be most of the forecast, so none counts as one" in dead
    assert "count as customers now" not in dead
    assert "made a forecast worse, so none counts as one" in told("called gone", still=Still(0.0, (0.09, 0.0)))
    assert not told("called gone", still=Still())


def test_own_paces_are_told_for_a_window_and_for_the_horizon() -> None:
    found, looks = backtest_of(), ((130.0, 45.0, 0.03, 0.01),)

    window, horizon = found.league.origins.window, found.league.origins.asked
    wide = told("own pace", wandering=Wandering(drift=3e-4, seen=looks))
    assert f"±{np.sqrt(3e-4 * (130 + window)):.1%}".replace("%", " %") in wide
    assert f"±{np.sqrt(3e-4 * (130 + window + horizon)):.1%}".replace("%", " %") in wide
    assert "within chance" in told("own pace", wandering=Wandering(seen=looks))
    assert not told("own pace", wandering=Wandering())
