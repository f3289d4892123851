from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

# The distributions whose import has another name.
IMPORTED_AS = {"vl-convert-python": "vl_convert", "python-calamine": "python_calamine", "scikit-learn": "sklearn"}


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


def modules(requirements: list[str]) -> set[str]:
    names = [match.group() for text in requirements if (match := re.match(r"[A-Za-z0-9._-]+", text))]
    return {IMPORTED_AS.get(name, name.replace("-", "_")) for name in names}


def test_the_dependencies_are_exactly_what_the_package_imports(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    imported = {name for path in (root / "src").rglob("*.py") for name in imports_of(path)}
    foreign = imported - set(sys.stdlib_module_names) - {"regulars"}
    core = modules(project["dependencies"])
    extras = modules([entry for extra in project["optional-dependencies"].values() for entry in extra])
    assert {"missing": foreign - core - extras, "unused": core - foreign} == {"missing": set(), "unused": set()}
