"""Cases worked out by hand from the law (oracle.csv), against the calculators."""

import csv
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from communaute.domain.tariffs.amounts import valued, work_out
from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.delegates import pay_delegate
from communaute.domain.tariffs.errors import MissingValue
from communaute.domain.tariffs.interpreting import interpret
from communaute.domain.tariffs.translation import translate
from communaute.domain.tariffs.travel import travel


ORACLE = Path(__file__).with_name("oracle.csv")
Inputs = Mapping[str, str]
OPTIONS = {"": None, "yes": True, "no": False}


def cases() -> list[dict[str, str]]:
    with ORACLE.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def interpreting(catalogue: Catalogue, given: Inputs) -> Decimal:
    return interpret(
        catalogue,
        date.fromisoformat(given["ordered"]),
        datetime.fromisoformat(given["start"]),
        datetime.fromisoformat(given["end"]),
        OPTIONS[given.get("option", "")],
        given.get("alsace_moselle") == "yes",
    ).total


def translation(catalogue: Catalogue, given: Inputs) -> Decimal:
    ordered = date.fromisoformat(given["ordered"])
    option = OPTIONS[given.get("option", "")]
    return translate(catalogue, ordered, int(given["words"]), option).total


def amount(catalogue: Catalogue, given: Inputs) -> Decimal | None:
    day = date.fromisoformat(given["date"])
    row = catalogue.on(given["series"], day)
    return valued(catalogue, row, day).amount if row else None


def formula(catalogue: Catalogue, given: Inputs) -> Decimal | None:
    names = {"series", "date", "territory"}
    values = {name: Decimal(value) for name, value in given.items() if name not in names}
    day = date.fromisoformat(given["date"])
    territory = given.get("territory", "metropole")
    try:
        return work_out(catalogue, given["series"], day, values, territory=territory).total
    except MissingValue:
        return None


def kilometres(catalogue: Catalogue, given: Inputs) -> Decimal:
    before = Decimal(given.get("before", "0"))
    day = date.fromisoformat(given["date"])
    return travel(catalogue, day, int(given["power"]), Decimal(given["km"]), before).total


def delegates(catalogue: Catalogue, given: Inputs) -> Decimal:
    acts = dict(act.split(":") for act in given["acts"].split(","))
    counts = {name: int(count) for name, count in acts.items()}
    ordered = date.fromisoformat(given["ordered"])
    return pay_delegate(catalogue, ordered, given["delegate"], counts).total


ASK = {
    "interpreting": interpreting,
    "translation": translation,
    "amount": amount,
    "formula": formula,
    "travel": kilometres,
    "delegates": delegates,
}


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case['case']}-{case['category']}")
def test_the_law_and_the_calculator_agree(catalogue: Catalogue, case: dict[str, str]) -> None:
    given = dict(pair.split("=", 1) for pair in case["inputs"].split(" "))
    expected = Decimal(case["expected"]) if case["expected"] else None
    assert ASK[case["kind"]](catalogue, given) == expected, case["sentence"]


def test_every_category_has_a_case_with_its_article_and_its_sentence(catalogue: Catalogue) -> None:
    found = cases()
    tariffed = {category.slug for category in catalogue.categories if category.regime == "tariff"}
    assert {case["category"] for case in found} == tariffed
    assert all(case["article"] and case["sentence"] and case["sum"] for case in found)


def test_each_case_that_the_law_moved_says_so() -> None:
    moved = [case for case in cases() if case["note"].startswith("Déplacé")]
    assert [case["case"] for case in moved] == ["241", "259", "268", "305"]
