"""The demo leaves a shop, a run over it and the comparison with the truth; or nothing."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import regulars as rg
from regulars.app import demo as demo_module
from regulars.app.demo import Comparison, Demo, account, demo, summary
from regulars.errors import InputError, RunFailed
from regulars.progress import Progress
from regulars.sources.simulated.plan import Channel, Plan
from regulars.sources.simulated.shop import simulated_shop
from regulars.valuation.valuation import Interval

TODAY = dt.date(2026, 11, 22)
SMALL = Plan(customers=150, seed=2)


def make(out: Path, plan: Plan = SMALL) -> Demo:
    return demo(plan, out, today=TODAY, progress=Progress())


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def chosen(tmp_path_factory: pytest.TempPathFactory) -> tuple[Demo, Path]:
    """A demo as it comes, its models chosen on the past, and the folder it is in."""
    out = tmp_path_factory.mktemp("demo") / "out"
    return make(out), out


def test_the_shop_the_run_and_the_truth(chosen: tuple[Demo, Path]) -> None:
    found, out = chosen
    assert sorted(path.name for path in out.iterdir()) == sorted([*found.written.files, "shop"])
    assert sorted(contents(out / "shop")) == sorted(found.shop_files)
    run = json.loads((out / "run.json").read_text())
    facts = json.loads((out / "shop" / "truth" / "truth.json").read_text())
    assert (run["settings"]["margin"], run["settings"]["cac"]) == (facts["margin"], facts["cac"]["blended"])
    assert run["settings"]["as_of"] == facts["as_of"]
    assert run["receipt"]["sources"] == ["orders.csv"]
    assert {line["rule"]: line["rows"] for line in run["receipt"]["lines"]} == {
        rule: group["rows"] for rule, group in facts["receipt"].items()
    }
    assert found.comparison.truth == pytest.approx(facts["after"]["net_sales"] * facts["margin"])


@pytest.mark.usefixtures("one_model")
def test_again_into_the_same_folder(tmp_path: Path) -> None:
    make(tmp_path)
    first = contents(tmp_path)
    make(tmp_path)
    second = contents(tmp_path)
    assert {name for name in first if first[name] != second.get(name)} <= {"run.json", "report.html"}
    make(tmp_path, dataclasses.replace(SMALL, seed=3))
    assert contents(tmp_path)["shop/orders.csv"] != first["shop/orders.csv"]


@pytest.mark.parametrize("name", ["shop/orders.csv", "shop"])
def test_somebody_elses_shop_stays(tmp_path: Path, name: str) -> None:
    mine = tmp_path / name
    mine.parent.mkdir(exist_ok=True)
    mine.write_text("mine")
    with pytest.raises(InputError, match="holds no simulated shop; give another --out"):
        make(tmp_path)
    assert contents(tmp_path) == {name: b"mine"}


def test_an_out_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(InputError, match="is a file; give another name to --out"):
        make(tmp_path / "out")


@pytest.mark.usefixtures("one_model")
def test_a_failed_run_leaves_everything_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path / "earlier")
    before = contents(tmp_path)

    def fail(*_: object, **__: object) -> None:
        raise RunFailed("the disk is full")

    monkeypatch.setattr(demo_module, "run", fail)
    for name in ("earlier", "new"):
        with pytest.raises(RunFailed):
            make(tmp_path / name, dataclasses.replace(SMALL, seed=3))
    assert contents(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == ["earlier"]


@pytest.mark.usefixtures("one_model")
def test_what_a_killed_demo_left_is_cleared_away(tmp_path: Path) -> None:
    remains = tmp_path / ".shop.regulars-killed"
    (remains / "new").mkdir(parents=True)
    make(tmp_path)
    assert not remains.exists()


def test_the_comparison_in_words_and_in_json(chosen: tuple[Demo, Path]) -> None:
    found, out = chosen
    label, text = summary(found)[0]
    assert label == "Known truth, next 365 days"
    content: dict[str, Any] = json.loads(account(found, out), parse_constant=pytest.fail)
    told, total = content["demo"], content["totals"]["expected_value"]
    assert told["inside_interval"] is (total["low"] <= told["truth"] <= total["high"])
    assert ("inside the 80 % interval" in text) is told["inside_interval"]
    assert told["forecast_error"] == pytest.approx(total["expected"] / told["truth"] - 1.0)
    assert (told["basis"], told["n"]) == ("margin", content["totals"]["customers"])


@pytest.mark.parametrize(
    ("forecast", "inside", "error"),
    [(Interval(110.0, 90.0, 130.0), True, 0.1), (Interval(150.0, 120.0, 180.0), False, 0.5), (None, None, None)],
)
def test_where_the_truth_lies(*, forecast: Interval | None, inside: bool | None, error: float | None) -> None:
    comparison = Comparison(forecast, "", 100.0, 0.5, 365)
    assert comparison.inside is inside
    assert comparison.error == (None if error is None else pytest.approx(error))


def test_without_what_the_models_do_not_know_the_intervals_keep_their_word() -> None:
    """One channel, no season, no campaign: the truth lies in the 80 % interval about four times in five.

    Of 12 shops 6 or fewer inside would happen once in 250 times if the intervals are right.
    """
    channel = Channel("all", 1.0, 0.09, 0.012, 8.0, 0.04)
    errors, inside = [], 0
    for seed in range(12):
        plan = Plan(customers=800, seed=seed, season=0.0, channels=(channel,), campaign=None)
        shop = simulated_shop(plan)
        total = rg.value(pd.DataFrame(shop.tables["order_lines"]), as_of=plan.last_day, model="pareto-nbd").totals
        assert total.expected_value is not None
        inside += total.expected_value.low <= shop.truth.net_sales_after <= total.expected_value.high
        errors.append(total.expected_value.expected / shop.truth.net_sales_after - 1.0)
    assert inside >= 7
    assert abs(np.mean(errors)) < 0.04
