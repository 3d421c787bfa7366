"""`content check` refuses what would make a tariff wrong."""

import csv
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from communaute.editorial.tariff_checks import check_tariffs
from communaute.editorial.tariffs import BrokenTariffError, read_tariffs


CONTENT = Path(__file__).parents[2] / "site" / "content" / "tarifs"
HOUR = "interpretation-heure-20090301"
FIRST_HOUR = "interpretation-heure-20080911"

Change = Callable[[dict[str, str]], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONTENT, tmp_path / "tarifs"))


def rewrite(path: Path, wanted: str, change: Change) -> None:
    """Change the lines of a CSV file whose first cell is `wanted`."""
    with path.open(newline="") as file:
        lines = list(csv.DictReader(file))
    for line in lines:
        if next(iter(line.values())) == wanted:
            change(line)
    write(path, lines)


def write(path: Path, lines: Iterable[dict[str, str]]) -> None:
    kept = list(lines)
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, kept[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)


def said(folder: Path) -> list[str]:
    return [message for _, _, message in check_tariffs(folder)]


def test_the_published_data_has_no_fault() -> None:
    assert check_tariffs(CONTENT) == []


def test_the_published_data_holds_the_670_tariffs_of_2023_and_the_57_since_in_30_categories() -> (
    None
):
    content = read_tariffs(CONTENT)
    assert len(content.rows) == 670 + 57
    assert len({row.category for row in content.rows}) == 30
    assert sum(row.valid_until is None for row in content.rows) == 335 - 10 - 3 + 57
    assert sum(row.valid_from is None for row in content.rows) == 15
    assert sum(row.confidence == "secondary" for row in content.rows) == 39 - 5 + 7


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"valid_until": "2009-03-01"}, "recouvre"),
        ({"valid_until": "2009-01-31"}, "Un trou"),
        ({"valid_until": ""}, "recouvre"),
        ({"valid_until": "2008-01-01"}, "La fin est avant le début"),
        ({"source": ""}, "Un chiffre sans source"),
        ({"source": "lu quelque part"}, "Un chiffre sans source"),
        ({"amount": ""}, "Ni montant ni formule"),
        ({"amount": "-3"}, "toujours positif"),
        ({"amount": "25,00"}, "écrivez le nombre comme"),
        ({"amount": "NaN"}, "écrivez le nombre comme"),
        ({"amount": "", "formula": "Q × 3"}, "« Q », absent de parametres.csv"),
        ({"amount": "", "formula": "UV × 3"}, "« UV » n’a ni valeur"),
        ({"valid_until": "28/02/2009"}, "écrivez la date comme"),
        ({"date_basis": "peut-être"}, "choisissez parmi requisition"),
        ({"date_basis_source": ""}, "d’où vient la date"),
        ({"category": "traducteur"}, "n’est pas dans categories.csv"),
        ({"articles": "A43-77"}, "n’est pas dans articles.csv"),
        ({"articles": ""}, "« articles » est vide"),
        ({"verified_on": ""}, "verified_on"),
        ({"id": "interpretation-heure-20090401"}, "ne finit pas par la date"),
        ({"id": "Heure 2008"}, "suite de mots"),
        ({"follows": "rien"}, "n’existe pas"),
    ],
)
def test_a_wrong_line_is_refused_with_its_reason(
    folder: Path, change: dict[str, str], expected: str
) -> None:
    rewrite(folder / "tarifs.csv", FIRST_HOUR, lambda line: line.update(change))
    assert any(expected in message for message in said(folder)), said(folder)


def test_a_fault_names_the_file_and_the_line(folder: Path) -> None:
    rewrite(folder / "tarifs.csv", HOUR, lambda line: line.update(source=""))
    ((path, line, _),) = check_tariffs(folder)
    assert path.name == "tarifs.csv"
    assert path.read_text().splitlines()[line - 1].startswith(HOUR)


def test_a_gap_that_is_explained_is_accepted(folder: Path) -> None:
    rewrite(folder / "tarifs.csv", FIRST_HOUR, lambda line: line.update(valid_until="2009-01-31"))
    rewrite(folder / "tarifs.csv", HOUR, lambda line: line.update(gap="Février 2009 non lu."))
    assert said(folder) == []


def test_the_same_id_or_the_same_source_line_twice_is_refused(folder: Path) -> None:
    rewrite(
        folder / "tarifs.csv", HOUR, lambda line: line.update(source_id="A43-7-ORAL25-20080911")
    )
    assert any("sert déjà à la ligne" in message for message in said(folder))


def test_a_parameter_whose_value_stops_too_early_is_refused(folder: Path) -> None:
    rewrite(folder / "parametres.csv", "UV", lambda line: line.update(valid_until="2022-01-01"))
    expected = "« UV » n’a ni valeur ni mention « unknown » le 2022-01-02"
    assert any(expected in message for message in said(folder))


def test_two_periods_without_an_end_are_refused(folder: Path) -> None:
    for identity in (FIRST_HOUR, HOUR):
        rewrite(folder / "tarifs.csv", identity, lambda line: line.update(valid_until=""))
    assert any("Deux périodes sans fin" in message for message in said(folder))


def test_a_missing_cell_is_said_and_reading_refuses_the_file(folder: Path) -> None:
    path = folder / "tarifs.csv"
    path.write_text(path.read_text() + "trop,court\n")
    assert any("autant de colonnes" in message for message in said(folder))
    with pytest.raises(BrokenTariffError, match=r"tarifs\.csv:729"):
        read_tariffs(folder)


def test_a_missing_file_is_said(folder: Path) -> None:
    (folder / "parametres.csv").unlink()
    assert any("ne se lit pas" in message for message in said(folder))
