"""What each model takes for granted is said, whoever registers it."""

from __future__ import annotations

from regulars.models.transactions import MODELS

LONGEST = 130


def test_only_the_bg_models_take_customers_of_one_purchase_for_alive() -> None:
    sure = [model.name for model in MODELS if "whoever bought once" in " ".join(model.assumptions)]
    assert sure == ["bg-nbd", "bg-cnbd-k"]
