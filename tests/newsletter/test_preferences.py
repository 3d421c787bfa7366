"""Preferences by a link: change, pause, move, take away, erase; nothing for whoever has no link."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from communaute.domain import clock
from communaute.domain.newsletter.context import LIST
from communaute.domain.newsletter.subscribers import unpacked
from communaute.extensions import db
from communaute.models import Rhythm, Subscriber, Suppression
from tests.newsletter.conftest import Moments
from tests.newsletter.readers import Reader, words_of


@pytest.fixture
def mine(reader: Reader) -> str:
    """The path of somebody's preferences."""
    reader.subscribed("travaux")
    reader.post(reader.leaving(), lien="1")
    return reader.mailed("newsletter-link")


def test_choices_are_kept_and_proved(reader: Reader, mine: str) -> None:
    page = reader.get(mine)
    assert page.select_one("input[value=travaux]:checked") is not None
    day = f"{clock.today() + timedelta(days=20):%d/%m/%Y}"
    fields: dict[str, Any] = {
        "themes": ["developpeur", "fournisseur"],
        "rythme": Rhythm.ARTICLES,
        "pause": day,
    }
    where = reader.post(mine, acte="choix", **fields).location
    assert "C’est enregistré" in words_of(reader.get(where))
    row = reader.row
    assert (unpacked(row.themes), row.rhythm) == (("fournisseur", "developpeur"), "articles")
    assert row.paused_until == clock.today() + timedelta(days=20)
    reader.post(mine, acte="choix", themes="travaux", rythme=Rhythm.MONTHLY, pause="")
    assert reader.row.paused_until is None


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"themes": []}, "au moins un thème"),
        ({"themes": "inconnu"}, "de la liste"),
        ({"themes": "travaux", "rythme": "jamais"}, "rythme de la liste"),
        ({"themes": "travaux", "pause": "01/01/2020"}, "à venir"),
        ({"themes": "travaux", "pause": "01/01/2099"}, "l’année"),
        ({"themes": "travaux", "pause": "demain soir"}, "date"),
    ],
)
def test_what_cannot_be_is_refused(
    reader: Reader, mine: str, fields: dict[str, Any], said: str
) -> None:
    answer = reader.post(mine, 422, acte="choix", **{"rythme": "monthly", **fields})
    assert said in words_of(reader.checked(answer, 422, mine))
    assert unpacked(reader.row.themes) == ("travaux",)


def test_another_address_confirms_and_the_former_is_told(reader: Reader, mine: str) -> None:
    new = Reader(reader.app)
    reader.post(mine, acte="adresse", courriel=new.address)
    assert reader.row.address == reader.address, "nothing changes until it is confirmed"
    path = new.mailed("newsletter-new-address")
    for _ in range(2):
        assert "Recevoir la newsletter ici" in words_of(new.get(path))
    new.post(path, 200)
    assert new.row.address == new.address
    assert unpacked(new.row.themes) == ("travaux",)
    assert [mail.template for mail in reader.mails()][-1] == "newsletter-address-changed"
    new.post(path, 200)
    assert len(reader.mails("newsletter-address-changed")) == 1
    assert db.session.query(Subscriber).count() == 1


def test_an_address_is_asked_once_an_hour_and_not_one_s_own(reader: Reader, mine: str) -> None:
    new = Reader(reader.app)
    for _ in range(3):
        reader.post(mine, acte="adresse", courriel=new.address)
    assert len(new.mails()) == 1
    for typed in ("", "x", reader.address.upper()):
        reader.post(mine, 422, acte="adresse", courriel=typed)


def test_a_move_to_somebody_s_own_subscription_makes_one(reader: Reader, mine: str) -> None:
    new = Reader(reader.app).subscribed("developpeur")
    reader.post(mine, acte="adresse", courriel=new.address)
    new.post(new.mailed("newsletter-new-address"), 200)
    assert db.session.query(Subscriber).count() == 1
    assert new.row.address == new.address


def test_leave_and_come_back(reader: Reader, mine: str) -> None:
    assert "C’est fait" in words_of(reader.get(reader.post(mine, acte="partir").location))
    assert reader.row.left_at is not None
    reader.post(mine, acte="annuler")
    assert reader.row.left_at is None


def test_all_data_and_the_proof(reader: Reader, mine: str) -> None:
    found = json.loads(reader.open("GET", f"{mine}/donnees.json").data)
    assert found["adresse"] == reader.address
    assert [step["etape"] for step in found["etapes"]] == [
        "Demande d’abonnement",
        "Confirmation depuis la boîte aux lettres",
    ]
    pdf = reader.open("GET", f"{mine}/preuve.pdf")
    assert (pdf.mimetype, pdf.data[:5]) == ("application/pdf", b"%PDF-")
    assert pdf.headers["Cache-Control"] == "no-store"


def test_erased_only_a_digest_is_left(reader: Reader, mine: str) -> None:
    assert "Effacer pour de bon" in words_of(reader.get(f"{mine}?effacer=1"))
    digest = reader.row.digest
    reader.checked(reader.post(mine, 200, acte="effacer"), 200, mine)
    assert db.session.query(Subscriber).count() == 0
    kept = db.session.scalars(select(Suppression)).one()
    assert (kept.list_name, kept.digest, kept.reason) == (LIST, digest, "erased")
    reader.get(mine, 404)
    reader.get(reader.leaving(), 404)


def test_after_seven_days_another_link_is_asked_for(
    reader: Reader, mine: str, here: Moments
) -> None:
    here.later(days=7)
    assert "7 jours" in words_of(reader.get(mine, 404))
    reader.post(mine, 404, acte="partir")


def test_a_link_of_one_kind_opens_nothing_of_another(reader: Reader, mine: str) -> None:
    token = reader.leaving().rsplit("/", 1)[1]
    reader.get(f"/outils/abonnement/preferences/{token}", 404)
    reader.get(f"/outils/abonnement/adresse/{token}", 404)


def test_another_site_changes_nothing(reader: Reader, mine: str) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    answer = reader.open("POST", mine, data={"acte": "effacer"}, headers=headers)
    assert answer.status_code == 403
    assert reader.row.id
