"""What there is, one line each, and the page of one thing."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from regulars.contract.order_details import DETAIL_FIELDS
from regulars.contract.orders import ORDER_FIELDS, Field, field_named
from regulars.contract.subscriptions import SUBSCRIPTION_FIELDS
from regulars.errors import UnknownName
from regulars.models.renewals import RENEWALS
from regulars.models.spend import SPEND
from regulars.models.transactions import IN_OPPORTUNITIES, MODELS
from regulars.reporting.charts import CHARTS
from regulars.sources.addresses import FORMS
from regulars.sources.files import READ_ENDINGS


def models_list() -> str:
    """Return a line per model, of purchases, renewals and spend: its name, the first sentence of its story."""
    models = _models()
    width = max(len(model.name) for model in models)
    return "".join(f"{model.name:<{width}}  {_first_sentence(model)}\n" for model in models)


def model_page(name: str) -> str:
    """Return the page of one model: its story with its reference, its parameters; raises `UnknownName`."""
    found = [model for model in _models() if model.name == name]
    if not found:
        raise UnknownName("model", name, [model.name for model in _models()])
    model = found[0]
    return f"{model.name}\n\n{_story(model)}\n\nParameters: {', '.join(model.parameters)}\n"


def charts_list() -> str:
    """Return a line per chart: its name and the question it answers."""
    width = max(len(name) for name in CHARTS.names())
    return "".join(f"{chart.name:<{width}}  {chart.first_line}\n" for chart in CHARTS)


def chart_page(name: str) -> str:
    """Return the page of one chart: its question, what its file says about it, its method; raises `UnknownName`."""
    chart = CHARTS.get(name)
    return (
        f"{chart.name}\n\n{chart.question.strip()}\n\n"
        f"In Python: result = regulars.value(orders); result.charts.{chart.method}()\n"
        f'As a file: result.charts.{chart.method}().save("{chart.name}.png"), or .svg, or .json for Vega-Lite\n'
    )


def sources_list() -> str:
    """Return what orders and contracts are read from, and a line per field that is looked for in them."""
    return (
        "Orders are read from\n"
        f"  files      {' '.join(READ_ENDINGS)}, packed with gzip or not\n"
        "  folders    every such file in them\n"
        f"  databases  with --query: {' '.join(FORMS)}\n"
        "  tables     in Python: pandas, polars, pyarrow, DuckDB relations\n"
        f"\nColumns are recognised by name, or named by --map FIELD=COLUMN\n{_fields(ORDER_FIELDS)}"
        f"\nWith --learners, besides product, quantity and channel\n{_fields(DETAIL_FIELDS)}"
        f"\nContracts with a start and an end in place of orders\n{_fields(SUBSCRIPTION_FIELDS)}"
    )


def _fields(fields: Sequence[Field]) -> str:
    width = max(len(field.name) for field in fields)
    return "".join(
        f"  {field.name:<{width}}  {field.meaning}{' (required)' if field.required else ''}\n" for field in fields
    )


def source_page(name: str) -> str:
    """Return the page of one field: its meaning, its unit, the names it goes by; raises `UnknownName`."""
    own = {field.name for field in ORDER_FIELDS}
    field = field_named(
        name, (*ORDER_FIELDS, *DETAIL_FIELDS, *(other for other in SUBSCRIPTION_FIELDS if other.name not in own))
    )
    return (
        f"{field.name}\n\n{field.meaning}\n\nUnit: {field.unit}\n"
        f"Recognised by: {', '.join((field.name, *field.synonyms))} (case, spaces and marks do not matter)\n"
    )


def _models() -> list[Any]:
    """Return the models of purchases over time and at given opportunities, of renewals and of spend, in this order."""
    return [*MODELS, *IN_OPPORTUNITIES, *RENEWALS, *SPEND]


def _story(model: Any) -> str:
    """Return the docstring of the file that holds the model, which is where its story stands."""
    return (sys.modules[type(model).__module__].__doc__ or model.title).strip()


def _first_sentence(model: Any) -> str:
    return " ".join(_story(model).partition("\n\n")[0].split()).rstrip(".")
