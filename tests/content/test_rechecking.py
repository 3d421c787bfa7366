"""When pages are to be verified again, and who noted that they were."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from communaute.editorial.pages import Page
from communaute.editorial.rechecking import by_quarter, due, quarter, quarter_in_words
from communaute.models import Role
from tests.accounts.conftest import accounts_app, someone  # noqa: F401  # fixtures
from tests.accounts.people import Person


CONTENTS = "/gestion/contenus"


def a_page(kind: str, name: str = "a", verified: date = date(2026, 11, 29)) -> Page:
    return Page(
        url=f"/{kind}/{name}", kind=kind, slug=name, title=name, summary="", verified=verified,
        source_path=Path(name),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "day", "wanted"),
    [
        ("guides", date(2026, 11, 29), date(2027, 2, 1)),
        ("guides", date(2026, 9, 30), date(2026, 12, 1)),
        ("guides", date(2026, 10, 1), date(2027, 1, 1)),
        ("glossaire", date(2026, 11, 29), date(2027, 11, 1)),
    ],
)
def test_a_page_is_due_after_three_months_or_a_year(kind: str, day: date, wanted: date) -> None:
    assert due(a_page(kind), day) == wanted


def test_a_quarter_in_words() -> None:
    assert [quarter(date(2027, month, 1)) for month in (1, 3, 4, 12)] == [
        "2027-1", "2027-1", "2027-2", "2027-4",
    ]  # fmt: skip
    assert quarter_in_words("2027-1") == "1er trimestre 2027"
    assert quarter_in_words("2027-4") == "4e trimestre 2027"


def test_a_page_read_again_since_is_due_later() -> None:
    pages = [a_page("guides", "a"), a_page("guides", "b")]

    found = by_quarter(pages, {"/guides/b": date(2027, 2, 10), "/guides/a": date(2020, 1, 1)})

    assert {name: [page.slug for _, page in rows] for name, rows in found.items()} == {
        "2027-1": ["a"],
        "2027-2": ["b"],
    }


def test_an_editor_notes_what_was_compared_and_the_list_says_who(
    someone: Callable[[], Person],  # noqa: F811
) -> None:
    editor = someone().at_work_as(Role.EDITOR)
    page = editor.get(CONTENTS)
    assert "trimestre 2027" in page.text
    address = str(page.select("input[name=adresse]")[0]["value"])

    refused = editor.post(CONTENTS, 422, form=CONTENTS, adresse=address, note="  ")
    assert "Dites ce que vous avez comparé" in refused.text
    editor.moves(
        CONTENTS, f"{CONTENTS}.*", form=CONTENTS, adresse=address, note="les sources 1 à 3"
    )

    listed = " ".join(editor.get(CONTENTS).text.split())
    assert "les sources 1 à 3" in listed
    assert editor.email in listed
    assert editor.send(CONTENTS, CONTENTS, adresse="/nulle/part", note="x").status_code == 404


def test_others_do_not_see_the_list(someone: Callable[[], Person]) -> None:  # noqa: F811
    assert someone().signed_in().raw("GET", CONTENTS).status_code == 403
