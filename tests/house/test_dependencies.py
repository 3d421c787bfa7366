"""What the code imports is declared in pyproject.toml, and what is declared is imported."""

import ast
import re
import sys
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.conftest import ROOT


OURS = frozenset({"communaute", "search_index", "tests", "benchmarks", "tools"})
# Declared without being imported, each for a reason.
NOT_IMPORTED = {
    "gunicorn": "any WSGI server must do: a command of tests and benchmarks",
    "hatchling": "builds archives: a command of a test, imported by hatch_build.py beside the folders",
    "honcho": "starts the processes of the Procfile, a command",
    "import-linter": "a command of `make check`",
    "mypy": "a command of `make check`",
    "ruff": "a command of `make check`",
    "psycopg": "the driver that SQLAlchemy loads for a PostgreSQL address",
    "pystemmer": "the compiled stemmer that snowballstemmer uses when it is there",
    "pytest-cov": "a plug-in of pytest",
    "pytest-xdist": "a plug-in of pytest",
}
# Imported only when they are there: peers that a benchmark compares with.
OPTIONAL = frozenset({"tantivy"})


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared() -> tuple[set[str], set[str]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    product = project["project"]["dependencies"]
    dev = project["dependency-groups"]["dev"]
    read = [
        {normal(re.split(r"[\[<>=!~; ]", line)[0]) for line in lines} for lines in (product, dev)
    ]
    return read[0], read[1]


@cache
def owners_of_packages() -> Mapping[str, list[str]]:
    return packages_distributions()


@cache
def imported_by(folder: Path) -> dict[str, str]:
    """The distributions that a folder imports, each with a file that does."""
    owners = owners_of_packages()
    found: dict[str, str] = {}
    for path in folder.rglob("*.py"):
        siblings = {each.stem for each in path.parent.glob("*.py")}  # of a script
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                names = [node.module]
            top = {name.split(".")[0] for name in names}
            for name in top - OURS - siblings - sys.stdlib_module_names:
                for owner in owners.get(name, [name])[:1]:
                    found.setdefault(normal(owner), str(path.relative_to(ROOT)))
    return found


PRODUCT = ("site", "search_index")
AROUND = ("tests", "benchmarks", "tools")


@pytest.mark.parametrize("folder", [*PRODUCT, *AROUND])
def test_what_is_imported_is_declared(folder: str) -> None:
    product, dev = declared()
    allowed = product if folder in PRODUCT else product | dev | OPTIONAL
    missing = {d: where for d, where in imported_by(ROOT / folder).items() if d not in allowed}
    assert missing == {}


def test_what_is_declared_is_imported() -> None:
    product, dev = declared()
    by_product = {name for folder in PRODUCT for name in imported_by(ROOT / folder)}
    everywhere = by_product.union(*(imported_by(ROOT / folder) for folder in AROUND))
    types = {name for name in dev if name.startswith("types-")}  # read by mypy alone
    assert product - by_product - set(NOT_IMPORTED) == set()
    assert dev - everywhere - types - set(NOT_IMPORTED) == set()


def test_the_reasons_are_of_what_is_declared() -> None:
    assert set(NOT_IMPORTED) <= set().union(*declared())
    imported = {name for folder in PRODUCT for name in imported_by(ROOT / folder)}
    assert set(NOT_IMPORTED) & imported == set()
