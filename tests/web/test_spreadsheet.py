"""Tables for spreadsheets: whatever a visitor typed, no cell is a formula."""

import csv
import io

import pytest

from communaute.web.spreadsheet import as_csv, harmless


@pytest.mark.parametrize(
    "typed",
    ["=1+1", "+33 1 02", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1+1", "\u00a0=1", "＝1+1"],
)
def test_nothing_typed_is_ever_a_formula(typed: str) -> None:
    assert harmless(typed) == f"'{typed}"


@pytest.mark.parametrize("typed", ["Mairie d’Aix", "a=b", "12", "", 'L\'été; "oui"'])
def test_other_words_stay_as_they_are(typed: str) -> None:
    assert harmless(typed) == typed


def test_a_spreadsheet_reads_back_what_was_written() -> None:
    rows: list[list[str | None]] = [
        ['Zoé "Z"; dite', "ligne 1\nligne 2"],
        ["=cmd|' /C calc'!A0", None],
    ]
    raw = as_csv(["Nom", "Attentes"], rows)
    assert raw.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert read[0] == ["Nom", "Attentes"]
    assert read[1] == rows[0]
    assert read[2] == ["'=cmd|' /C calc'!A0", ""]
