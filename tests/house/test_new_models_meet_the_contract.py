"""Registering a model is what gives it the contract suite: a toy of each kind is asked what its siblings are.

The toys are registered as a package outside would, by entry points, and have wrong gradients.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

TOYS = """
from dataclasses import fields, replace

from regulars.models.renewals.shifted_beta_geometric import ShiftedBetaGeometric
from regulars.models.spend.gamma_gamma import GammaGamma, GammaGammaFit
from regulars.models.transactions.bg_bb import BGBB
from regulars.models.transactions.gompertz_nbd import GompertzNBD


class AtAnyTime(GompertzNBD):
    name = "toy-gompertz-nbd"

    def log_likelihood(self, *known):
        value, gradient = super().log_likelihood(*known)
        return value, 1.1 * gradient


class AtOpportunities(BGBB):
    name = "toy-bg-bb"

    def log_likelihood(self, *known):
        value, gradient = super().log_likelihood(*known)
        return value, 1.1 * gradient


class OfRenewals(ShiftedBetaGeometric):
    name = "toy-sbg"

    def log_retention(self, *known):
        value, gradient = super().log_retention(*known)
        return value, 1.1 * gradient


class OfSpend(GammaGamma):
    name = "toy-gamma-gamma"

    def fit_to(self, spent):
        found = super().fit_to(spent)
        return ToyFit(**{field.name: getattr(found, field.name) for field in fields(found)})


class ToyFit(GammaGammaFit):
    @property
    def model(self):
        return OfSpend()

    def likelihood(self, spent):
        found = super().likelihood(spent)
        return replace(found, height=lambda point: (found.height(point)[0], 1.1 * found.height(point)[1]))


at_any_time, at_opportunities, of_renewals, of_spend = AtAnyTime(), AtOpportunities(), OfRenewals(), OfSpend()
"""
ENTRY_POINTS = """
[regulars.models]
toy = toys:at_any_time
[regulars.opportunity_models]
toy = toys:at_opportunities
[regulars.renewals]
toy = toys:of_renewals
[regulars.spend_models]
toy = toys:of_spend
"""
SIBLINGS = ("gompertz-nbd", "bg-bb", "sbg", "gamma-gamma")
SUITE = [
    f"tests/unit/models/{name}.py" for name in ("test_contract", "test_contract_of_purchases", "test_against_mpmath")
]


@pytest.fixture(scope="module")
def toys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a package with four models is installed."""
    folder = tmp_path_factory.mktemp("installed")
    (folder / "toys.py").write_text(TOYS)
    known = folder / "toys-1.0.dist-info"
    known.mkdir()
    (known / "METADATA").write_text("Metadata-Version: 2.1\nName: toys\nVersion: 1.0\n")
    (known / "entry_points.txt").write_text(ENTRY_POINTS)
    return folder


def told(root: Path, toys: Path, *options: str) -> str:
    """Return what pytest says of the suite where the toys are installed."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", *options]
    found = subprocess.run(
        command, cwd=root, env={**os.environ, "PYTHONPATH": str(toys)}, capture_output=True, text=True, check=False
    )
    assert found.returncode in {0, 1}, found.stdout + found.stderr
    return found.stdout


def test_a_toy_of_each_kind_is_asked_what_its_siblings_are(root: Path, toys: Path) -> None:
    asked: dict[str, set[str]] = defaultdict(set)
    for question, about in re.findall(r"::(\w+)\[([\w-]+)\]", told(root, toys, "--collect-only", *SUITE)):
        asked[about].add(question)
    for sibling in SIBLINGS:
        # Some questions have a second part in their name, such as which history.
        about_it = [about for about in asked if about.replace("toy-", "") != about and sibling in about]
        assert len(about_it) >= 3
        assert len(asked[f"toy-{sibling}"]) > 15
        assert [about for about in about_it if asked[about] != asked[about.replace("toy-", "")]] == []


def test_a_wrong_gradient_of_any_of_them_is_seen(root: Path, toys: Path) -> None:
    said = told(root, toys, "-rA", "--tb=no", SUITE[0], "-k", "toy and (derivative or probabilities_lie)")
    results = dict(
        reversed(found) for found in re.findall(r"^(PASSED|FAILED) \S+::(\S+\[toy-[\w-]+\])", said, re.MULTILINE)
    )
    wrong, right = "test_the_gradient_is_the_derivative", "test_probabilities_lie_between_0_and_1"
    expected = {f"{wrong}[toy-{sibling}]": "FAILED" for sibling in SIBLINGS}
    assert results == expected | {f"{right}[toy-{sibling}]": "PASSED" for sibling in SIBLINGS}
