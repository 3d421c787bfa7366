"""A list taken over: consent compulsory, refusals line by line, nobody against their choice."""

import csv
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from communaute.domain.newsletter import lists
from communaute.domain.newsletter.errors import InvalidRequest
from communaute.domain.newsletter.lists import Line, Taken
from communaute.extensions import db
from communaute.models import Consent, Subscriber
from tests.newsletter.conftest import Moments
from tests.newsletter.readers import Reader


def taken(
    here: Moments, *rows: str, head: str = "courriel,consentement,themes,rythme"
) -> list[Line]:
    """What becomes of each line."""
    return list(lists.take_over(here.context, "\n".join((head, *rows)) + "\n"))


def test_each_line_is_taken_or_refused_with_its_reason(here: Moments, reader: Reader) -> None:
    reader.subscribed("travaux")
    reader.post(reader.leaving())
    good = "2025-03-01 formulaire du salon"
    found = taken(
        here,
        f"a@exemple.example,{good},travaux fournisseur,articles",
        f"A@exemple.example,{good},,",
        "b@exemple.example,,,",
        "c@exemple.example,2025-03-01,,",
        "d@exemple.example,31/12/2099 au salon,,",
        "e@exemple.example,31/02/2025 au salon,,",
        f"pas une adresse,{good},,",
        f"f@exemple.example,{good},inconnu,",
        f"g@exemple.example,{good},,jamais",
        f"{reader.address},{good},,",
        f"=cmd()@exemple.example,{good}",
    )
    states = [line.taken for line in found]
    assert states[:2] == [Taken.ADDED, Taken.KNOWN]
    assert set(states[2:10]) == {Taken.REFUSED}
    assert [line.number for line in found] == list(range(2, 13))
    assert all(line.reason for line in found if line.taken is Taken.REFUSED)
    proof = db.session.scalars(select(Consent).where(Consent.step == "imported")).first()
    assert proof is not None
    assert proof.wording == good


@pytest.mark.parametrize("head", ["courriel", "adresse,consentement", ""])
def test_without_its_columns_a_file_is_refused_whole(here: Moments, head: str) -> None:
    with pytest.raises(InvalidRequest, match="colonne"):
        taken(here, "a@exemple.example,x", head=head)


def test_what_is_exported_can_be_imported(letter_app: Flask, here: Moments, tmp_path: Path) -> None:
    assert lists.load_practice(db.session(), here.now) == lists.PRACTICE
    assert lists.load_practice(db.session(), here.now) == 0
    db.session.commit()
    db.session.remove()
    runner = letter_app.test_cli_runner()
    out = runner.invoke(args=["newsletter", "export"]).output
    rows = list(csv.DictReader(out.splitlines()))
    assert len(rows) == 57
    db.session.execute(Subscriber.__table__.delete())  # type: ignore[attr-defined]
    db.session.commit()
    db.session.remove()
    (tmp_path / "liste.csv").write_text(out, encoding="utf-8")
    again = runner.invoke(args=["newsletter", "import", str(tmp_path / "liste.csv")])
    assert again.output == "added: 57, known: 0, refused: 0\n"
    assert db.session.scalar(select(func.count()).select_from(Subscriber)) == 57
    (tmp_path / "autre.csv").write_bytes(b"\xff\xfe")
    assert runner.invoke(args=["newsletter", "import", str(tmp_path / "autre.csv")]).exit_code == 1
