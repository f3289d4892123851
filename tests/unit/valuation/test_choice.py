"""What is fitted today by what the past says: the models of the rule, or the best one beside learners alone."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from regulars.models.transactions import MODELS
from regulars.valuation.backtest.contenders import Contender
from regulars.valuation.backtest.league import LEARNER, MODEL, Entrant
from regulars.valuation.choice import Trials, needs_gaps
from regulars.valuation.spend_way import REPEAT
from regulars.valuation.valuation import Settings

SETTINGS = cast("Settings", SimpleNamespace(model="auto"))


def trials(best: str, *, in_the_rule: bool) -> Trials:
    model = Entrant(best, best, MODEL, Contender(MODELS.get(best), REPEAT))
    trees = Entrant("hurdle", "boosted hurdle trees", LEARNER)
    rule = SimpleNamespace(models=((model, 0.5),) if in_the_rule else ())
    tested = SimpleNamespace(league=SimpleNamespace(contenders=(trees, model)))
    return cast("Trials", SimpleNamespace(rule=rule, tested=tested))


@pytest.mark.parametrize("in_the_rule", [True, False])
def test_the_model_beside_learners_alone_gets_the_gaps_it_asks_for(*, in_the_rule: bool) -> None:
    assert needs_gaps(SETTINGS, trials("bg-cnbd-k", in_the_rule=in_the_rule))
    assert not needs_gaps(SETTINGS, trials("bg-nbd", in_the_rule=in_the_rule))
