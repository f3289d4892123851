"""The page of charts names only charts that are registered, and a counterpart for every plot of lifetimes."""

from __future__ import annotations

import re
from pathlib import Path

from regulars.reporting.charts import CHARTS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "charts.md"
ROW = re.compile(r"^\| `(plot_\w+)` \| `([\w-]+)` \|", re.MULTILINE)
LIFETIMES = {
    "plot_period_transactions",
    "plot_calibration_purchases_vs_holdout_purchases",
    "plot_frequency_recency_matrix",
    "plot_probability_alive_matrix",
    "plot_expected_repeat_purchases",
    "plot_history_alive",
    "plot_cumulative_transactions",
    "plot_incremental_transactions",
    "plot_transaction_rate_heterogeneity",
    "plot_dropout_rate_heterogeneity",
}


def test_every_plot_of_lifetimes_has_its_counterpart() -> None:
    rows = ROW.findall(PAGE.read_text(encoding="utf-8"))
    assert {plot for plot, _ in rows} == LIFETIMES
    assert len(rows) == len({chart for _, chart in rows}) == len(LIFETIMES)


def test_the_charts_named_are_registered() -> None:
    text = PAGE.read_text(encoding="utf-8")
    named = {chart for _, chart in ROW.findall(text)} | {"mean-spend"}
    assert "`mean-spend`" in text
    assert named <= set(CHARTS.names())
