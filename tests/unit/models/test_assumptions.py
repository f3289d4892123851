"""What each model takes for granted is said, whoever registers it."""

from __future__ import annotations

import pytest

from regulars.models.spend.constant import ConstantSpend
from regulars.models.spend.gamma_gamma import GammaGamma
from regulars.models.transactions import MODELS

LONGEST = 130


@pytest.mark.parametrize("name", MODELS.names())
def test_each_registered_model_says_what_it_assumes(name: str) -> None:
    model = MODELS.get(name)
    assert len(set(model.assumptions)) == len(model.assumptions) >= 2
    assert all(sentence.endswith(".") and len(sentence) < LONGEST for sentence in model.assumptions)
    said = " ".join(model.assumptions)
    assert ("Nobody ever leaves" in said) is not model.has_dropout
    assert ("Leaving is never seen" in said) is model.has_dropout


def test_only_the_bg_models_take_customers_of_one_purchase_for_alive() -> None:
    sure = [model.name for model in MODELS if "whoever bought once" in " ".join(model.assumptions)]
    assert sure == ["bg-nbd", "bg-cnbd-k"]


def test_each_spend_model_says_what_it_assumes() -> None:
    spend = GammaGamma().fit([1, 2, 4, 1], [20.0, 35.0, 28.0, 61.0])
    assert "has nothing to do with how often" in spend.assumptions[0]
    assert ConstantSpend(9.99).assumptions
