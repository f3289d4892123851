"""What is registered, one line each, and the page of one thing."""

from __future__ import annotations

import sys
from typing import Any

from regulars.models.transactions import MODELS


def models_list() -> str:
    """Return a line per model of purchases: its name, its title, the first sentence of its story."""
    width = max(len(name) for name in MODELS.names())
    return "".join(f"{model.name:<{width}}  {_first_sentence(model)}\n" for model in MODELS)


def model_page(name: str) -> str:
    """Return the page of one model: its story with its reference, its parameters; raises `UnknownName`."""
    model = MODELS.get(name)
    return f"{model.name}\n\n{_story(model)}\n\nParameters: {', '.join(model.parameters)}\n"


def _story(model: Any) -> str:
    """Return the docstring of the file that holds the model, which is where its story stands."""
    return (sys.modules[type(model).__module__].__doc__ or model.title).strip()


def _first_sentence(model: Any) -> str:
    return " ".join(_story(model).partition("\n\n")[0].split()).rstrip(".")
