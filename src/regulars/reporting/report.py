"""A valuation as a report: the same value for every renderer."""

from __future__ import annotations

from regulars.reporting import captions, formats, html, sentences
from regulars.reporting.document import Report
from regulars.reporting.sections import SECTIONS
from regulars.valuation.valuation import Valuation


def report_of(valuation: Valuation) -> Report:
    """Return the report of a valuation: every sentence and table, nothing drawn yet."""
    return Report(
        title=f"Customer value as of {formats.day(valuation.settings.as_of)}",
        headline=sentences.headline(valuation),
        label=captions.NOT_BACKTESTED,
        alerts=tuple(sentences.alerts(valuation)),
        sections=tuple(section(valuation) for section in SECTIONS),
        made_with=" ".join(("regulars", valuation.versions.get("regulars", ""))).strip(),
    )


def render_html(valuation: Valuation) -> str:
    """Return the report as one HTML page that needs nothing else: no script, no network."""
    return html.to_html(report_of(valuation))
