"""What is written of security is true as far as a machine can tell: every test it names exists."""

import ast
import csv
import re
from functools import cache

import pytest

from tests.conftest import ROOT


LINES = list(csv.DictReader((ROOT / "docs/asvs.csv").read_text("utf-8").splitlines()))
MET, NOT_CONCERNED, NOT_MET = "tenu", "sans objet", "non tenu"
# What the standard has of levels 1 and 2 in its version 5.0.0.
LEVEL_1, LEVEL_2 = 70, 183
THREATS = (ROOT / "docs/menaces.md").read_text("utf-8")
NAMED = re.compile(r"tests/[\w/]+\.py(?:::test_\w+)?")
SECTION = re.compile(r"Section « ([^»]+) »")


@cache
def names_in(path: str) -> frozenset[str]:
    """The tests that a file defines."""
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def missing(named: str) -> bool:
    path, _, test = named.partition("::")
    return not (ROOT / path).is_file() or bool(test and test not in names_in(path))


def test_every_requirement_of_both_levels_has_one_line() -> None:
    asked = [line["exigence"] for line in LINES]
    assert len(asked) == len(set(asked))
    levels = [line["niveau"] for line in LINES]
    assert (levels.count("1"), levels.count("2")) == (LEVEL_1, LEVEL_2)
    assert {each.partition(".")[0] for each in asked} == {str(number) for number in range(1, 18)}


@pytest.mark.parametrize("line", LINES, ids=lambda line: line["exigence"])
def test_a_line_is_met_by_what_exists_or_says_why_not(line: dict[str, str]) -> None:
    assert line["état"] in (MET, NOT_CONCERNED, NOT_MET)
    assert line["sujet"]
    if line["état"] == MET:
        assert line["preuve"], "a line that is met names its test or its paper"
    else:
        assert line["pourquoi"], "a line that is not says why"
    for named in (line["preuve"], *NAMED.findall(line["pourquoi"])):
        assert not named or not missing(named), named
    for section in SECTION.findall(line["pourquoi"]):
        assert f"\n## {section}\n" in THREATS, section


def test_every_test_that_the_threat_model_names_exists() -> None:
    named = NAMED.findall(THREATS)
    assert len(named) > 15
    assert [one for one in named if missing(one)] == []


def test_every_test_that_the_paper_of_accounts_names_exists() -> None:
    text = (ROOT / "docs/asvs-comptes.md").read_text("utf-8")
    named = re.findall(r"`(test_\w+\.py)(?:::(test_\w+))?`", text)
    assert len(named) > 30
    for file, test in named:
        assert not missing(f"tests/accounts/{file}" + (f"::{test}" if test else "")), (file, test)


def test_a_name_that_is_not_there_would_be_seen() -> None:
    assert missing("tests/security/test_paper.py::test_nowhere")
    assert missing("tests/security/test_nowhere.py")
