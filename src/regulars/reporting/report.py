"""A study as a report: the same value for every renderer."""

from __future__ import annotations

from regulars.reporting import captions, formats, sentences
from regulars.reporting.document import Report
from regulars.reporting.sections import SECTIONS
from regulars.reporting.study import Study


def report_of(study: Study) -> Report:
    """Return the report of a study: every sentence and table, nothing drawn yet."""
    valuation = study.valuation
    return Report(
        as_of=valuation.settings.as_of,
        title=f"Customer value as of {formats.day(valuation.settings.as_of)}",
        headline=sentences.headline(valuation),
        label=captions.standing(valuation),
        alerts=tuple(sentences.alerts(valuation)),
        sections=tuple(section(study) for section in SECTIONS),
        made_with=" ".join(("regulars", valuation.versions.get("regulars", ""))).strip(),
    )
