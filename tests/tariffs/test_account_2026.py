"""Each line read in 2026 accounted for one by one (docs/tarifs-2026/compte-rendu.csv)."""

import csv
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from communaute.domain.tariffs.catalogue import Catalogue
from communaute.editorial.tariff_merging import BLOCKING, merge
from communaute.editorial.tariffs import TariffRow


ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "tarifs-2026"
CONTENT = ROOT / "site" / "content" / "tarifs"
Line = dict[str, str]


def lines(path: Path) -> list[Line]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def account() -> list[Line]:
    return lines(FOLDER / "compte-rendu.csv")


def of(account: list[Line], file: str) -> list[Line]:
    return [line for line in account if line["file"] == file]


def test_62_changes_and_307_checks_have_one_line_each(account: list[Line]) -> None:
    changes, checks = of(account, "changes.csv"), of(account, "verified.csv")
    assert Counter(line["kind"] for line in changes) == {
        "commence": 45,
        "remplace": 12,
        "précise": 5,
    }
    assert Counter(line["kind"] for line in checks) == {"confirme": 307}
    for found in (changes, checks):
        assert len({line["source_id"] for line in found}) == len(found)
    assert not any(line["kind"] in BLOCKING for line in account)


def test_what_the_account_says_of_a_row_is_true_of_it(
    account: list[Line], catalogue: Catalogue
) -> None:
    for line in of(account, "changes.csv"):
        row = catalogue.by_id[line["ours"]]
        assert row.source_id == line["source_id"]
        if " finit le " in line["said"]:
            ended, _, day = line["said"].partition(" finit le ")
            assert str(catalogue.by_id[ended].valid_until) == day
    for line in of(account, "verified.csv"):
        row = catalogue.by_id[line["ours"]]
        assert row.source_id == line["source_id"]
        assert line["said"].endswith(row.verified_on.isoformat())
        assert row.verified_in


def test_every_line_of_the_folder_is_in_the_account_with_its_figures(
    account: list[Line], catalogue: Catalogue, reference_data: Path
) -> None:
    folder = reference_data / "tariffs-2026"
    for name in ("changes.csv", "verified.csv", "parametres-new.csv", "versions-new.csv"):
        named = [next(iter(line.values())) for line in lines(folder / name)]
        assert [line["source_id"] for line in of(account, name)] == named
    by_source: dict[str, TariffRow] = {row.source_id: row for row in catalogue.rows}  # type: ignore[misc]
    for line in lines(folder / "changes.csv"):
        row = by_source[line["id"]]
        if line["montant"]:
            assert row.amount == Decimal(line["montant"])
        assert str(row.valid_from) == line["valide_du"]
        assert row.confidence == {"lu": "read", "secondaire": "secondary"}[line["confiance"]]


def test_the_folder_taken_again_changes_nothing(reference_data: Path) -> None:
    again = merge(CONTENT, reference_data / "tariffs-2026", FOLDER)
    assert {one.kind for one in again.outcomes} == {"déjà repris", "non repris"}


def test_no_sentence_of_the_texts_is_published(reference_data: Path) -> None:
    published = (CONTENT / "tarifs.csv").read_text() + (CONTENT / "parametres.csv").read_text()
    for line in lines(reference_data / "tariffs-2026" / "changes.csv"):
        assert line["citation"] not in published


def test_267_rows_are_unchanged_and_10_replaced(catalogue: Catalogue) -> None:
    """Of the 277 rows in force that were seen until 6 December 2023."""
    seen = [row for row in catalogue.rows if str(row.verified_on) == "2023-12-06"]
    replaced = {str(row.valid_until) for row in seen if row.valid_until is not None}
    assert replaced >= {"2024-06-29", "2026-04-30"}
    ended = [row for row in seen if str(row.valid_until) in ("2024-06-29", "2026-04-30")]
    assert len(ended) == 10
    assert not [row for row in seen if row.valid_until is None]
