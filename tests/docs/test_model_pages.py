"""Every registered model has a page, which says what the model takes for granted and what its likelihood is of."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pages import ROOT, blocks

from regulars.models.renewals import RENEWALS
from regulars.models.spend import SPEND
from regulars.models.spend.constant import ConstantSpend
from regulars.models.spend.empirical import EmpiricalFit
from regulars.models.spend.gamma_gamma import GammaGammaFit
from regulars.models.spend.gamma_gamma_by_rate import GammaGammaByRateFit
from regulars.models.spend.log_normal import LogNormalFit
from regulars.models.transactions import IN_OPPORTUNITIES, MODELS

INDEX = ROOT / "docs" / "models.md"
PAGES = sorted((ROOT / "docs" / "models").glob("*.md"))
ROW = re.compile(r"^\| \[`([\w-]+)`\]\(models/([\w-]+\.md)\) \|.*\| ([\w ]+) \|$", re.MULTILINE)
SECTIONS = ["The story", "Assumptions", "When not to use it", "Equations", "Example", "References"]
# Of spend, the fit knows the assumptions; constant spend is found, not chosen, and so in no registry.
OF_SPEND = {fit.name: fit for fit in (GammaGammaFit, GammaGammaByRateFit, LogNormalFit, EmpiricalFit, ConstantSpend)}


def rows() -> dict[str, tuple[str, str]]:
    """The page and the kind of likelihood by name, as the index has them."""
    return {name: (page, kind) for name, page, kind in ROW.findall(INDEX.read_text(encoding="utf-8"))}


def kinds() -> dict[str, str]:
    """The kind of likelihood by name, as the models have it."""
    models = [*MODELS, *IN_OPPORTUNITIES, *RENEWALS, *SPEND]
    return {ConstantSpend.name: "none"} | {model.name: model.likelihood_kind for model in models}


def assumptions() -> dict[str, tuple[str, ...]]:
    """What each model takes for granted, by name."""
    models = {model.name: model.assumptions for model in (*MODELS, *IN_OPPORTUNITIES, *RENEWALS)}
    return models | {name: fit.assumptions for name, fit in OF_SPEND.items()}


def test_every_registered_model_has_a_page_and_every_page_a_model() -> None:
    registered = {model.name for registry in (MODELS, IN_OPPORTUNITIES, RENEWALS, SPEND) for model in registry}
    assert set(rows()) == registered | {ConstantSpend.name}
    assert {page for page, _ in rows().values()} == {page.name for page in PAGES}


def test_the_kinds_of_likelihood_are_those_of_the_models() -> None:
    assert {name: kind for name, (_, kind) in rows().items()} == kinds()


@pytest.mark.parametrize("name", sorted(rows()))
def test_a_page_names_all_that_its_model_takes_for_granted(name: str) -> None:
    page = ROOT / "docs" / "models" / rows()[name][0]
    words = " ".join(page.read_text(encoding="utf-8").split())
    assert [sentence for sentence in assumptions()[name] if sentence not in words] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_has_its_parts_in_order_and_a_picture(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == SECTIONS
    assert f"]({page.stem}.svg)" in text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_equations_are_numbered_and_their_brackets_closed(page: Path) -> None:
    equations = blocks(page, "math")
    numbers = [int(number) for code in equations for number in re.findall(r"\\qquad \((\d+)\)$", code.rstrip())]
    assert numbers == list(range(1, len(equations) + 1))
    for code in equations:
        assert code.count("{") == code.count("}")
        assert len(re.findall(r"\\left\b", code)) == len(re.findall(r"\\right\b", code))
