"""Subscribe: a button and not a link, the same answer for all, one mail an hour, nothing dropped."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select

from communaute.domain.newsletter.subscribers import THEMES, unpacked
from communaute.domain.newsletter.subscribing import CONSENT
from communaute.extensions import db
from communaute.models import Consent, Delivery, Subscriber
from tests.mailing import robot
from tests.newsletter.conftest import Moments
from tests.newsletter.readers import TOOL, Reader, words_of


def test_the_button_subscribes_and_the_link_does_not(reader: Reader) -> None:
    reader.subscribe("fournisseur", page="/guides/premiere-facture")
    path = reader.mailed("newsletter-confirm")
    for _ in range(2):
        assert "Confirmer mon abonnement" in words_of(reader.get(path))
        assert reader.row.confirmed_at is None
    assert "C’est fait" in reader.post(path, 200).text
    assert reader.row.confirmed_at is not None
    assert unpacked(reader.row.themes) == ("fournisseur",)
    assert "C’est déjà fait" in words_of(reader.get(path))
    steps = db.session.scalars(select(Consent).order_by(Consent.id)).all()
    assert [(one.step, one.page) for one in steps][:2] == [
        ("asked", "/guides/premiere-facture"),
        ("confirmed", TOOL),
    ]
    assert steps[0].wording == CONSENT
    assert len(steps) == 2, "pressed twice, proved once"


def test_the_page_it_was_on_is_kept_without_what_follows(reader: Reader) -> None:
    for referrer, kept in (
        ("http://localhost/newsletter/?q=camille", "/newsletter/"),
        ("http://[", ""),
    ):
        headers = {"Referer": referrer}
        reader.open("POST", TOOL, data={"courriel": reader.address}, headers=headers)
        last = db.session.scalars(select(Consent).order_by(Consent.id.desc())).first()
        assert last is not None
        assert last.page == kept


def test_without_theme_one_gets_them_all(reader: Reader) -> None:
    assert unpacked(reader.subscribed().row.themes) == tuple(THEMES)


def test_a_theme_added_later_never_drops_the_first(reader: Reader, here: Moments) -> None:
    reader.subscribe("fournisseur")
    reader.subscribe("travaux")  # within the hour: no second mail, and the first one confirms both
    assert len(reader.mails()) == 1
    reader.post(reader.mailed("newsletter-confirm"), 200)
    assert unpacked(reader.row.themes) == ("fournisseur", "travaux")
    reader.subscribed("developpeur")
    assert unpacked(reader.row.themes) == ("fournisseur", "travaux", "developpeur")


def test_the_answer_is_the_same_whoever_is_known(letter_app: Flask, reader: Reader) -> None:
    known, unknown = reader.subscribed("travaux"), Reader(letter_app)
    answers = [one.post(TOOL, courriel=one.address, themes="travaux") for one in (known, unknown)]
    assert len({(answer.status_code, answer.location) for answer in answers}) == 1
    assert [mail.template for mail in known.mails()] == ["newsletter-confirm", "newsletter-already"]
    assert [mail.template for mail in unknown.mails()] == ["newsletter-confirm"]


def test_a_mailbox_is_written_to_once_an_hour(reader: Reader, here: Moments) -> None:
    for _ in range(3):
        reader.subscribe("travaux")
    assert len(reader.mails()) == 1
    here.later(minutes=61)
    reader.subscribe("travaux")
    assert len(reader.mails()) == 2


def test_two_cases_of_an_address_are_one_person(letter_app: Flask, reader: Reader) -> None:
    reader.subscribed("travaux")
    again = Reader(letter_app, reader.address.upper())
    again.subscribe("developpeur")
    assert db.session.scalar(select(func.count()).select_from(Subscriber)) == 1


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("", "complète"),
        ("x" * 320 + "@exemple.example", "254"),
        ("a@exemple.example\r\nBcc: b@exemple.example", "complète"),
        ("Nom <a@exemple.example>", "complète"),
        ("pâté@exemple.example", "accentuées"),
        ("用户@exemple.example", "autre alphabet"),
        ("a" * 65 + "@exemple.example", "complète"),  # RFC 5321, 4.5.3.1.1: 64 at most
        ("a@b@exemple.example", "complète"),
    ],
)
def test_what_is_no_address_is_refused_beside_its_field(
    reader: Reader, address: str, said: str
) -> None:
    answer = reader.post(TOOL, 422, courriel=address, themes="travaux")
    page = reader.checked(answer, 422, TOOL)
    assert said in (page.select_one(".fr-error-text") or page).get_text()
    assert page.select_one("input[value=travaux]:checked") is not None, "nothing typed is lost"
    assert db.session.scalar(select(func.count()).select_from(Delivery)) == 0


def test_an_international_domain_is_written_as_dns_has_it(letter_app: Flask, here: Moments) -> None:
    reader = Reader(letter_app, "nom@éxemple.example")
    reader.post(TOOL, courriel=reader.address, themes="travaux")
    found = db.session.scalars(select(Delivery)).one()
    assert found.recipient == "nom@xn--xemple-9ua.example"


@pytest.mark.parametrize("fields", [{"themes": "inconnu"}, {"rythme": "jamais"}, {"site_web": "x"}])
def test_what_is_not_offered_is_refused(reader: Reader, fields: dict[str, str]) -> None:
    reader.checked(reader.post(TOOL, 422, courriel=reader.address, **fields), 422, TOOL)


def test_after_seven_days_the_link_says_so(reader: Reader, here: Moments) -> None:
    reader.subscribe("travaux")
    path = reader.mailed("newsletter-confirm")
    here.later(days=7)
    assert "7 jours" in words_of(reader.get(path, 404))
    assert reader.post(path, 404)
    assert reader.row.confirmed_at is None


@pytest.mark.parametrize("token", ["x", "W10.forged", "9" * 300, "é"])
def test_a_forged_link_opens_nothing(reader: Reader, token: str) -> None:
    for page in ("confirmer", "quitter", "preferences"):
        reader.get(f"{TOOL}/{page}/{token}", 404)


def test_another_site_does_not_subscribe_for_us(reader: Reader) -> None:
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://ailleurs.example"}):
        data = {"courriel": reader.address}
        assert reader.open("POST", TOOL, data=data, headers=headers).status_code == 403


def test_two_requests_at_once_are_one_person_and_one_mail(reader: Reader) -> None:
    with ThreadPoolExecutor(4) as pool:
        data = {"courriel": reader.address, "themes": "travaux"}
        answers = pool.map(lambda _: reader.app.test_client().post(TOOL, data=data), range(4))
        assert {answer.status_code for answer in answers} == {303}
    assert len(reader.mails()) == 1


def test_a_scanner_changes_nothing_then_the_reader_s_click_works(
    letter_app: Flask, reader: Reader
) -> None:
    """Every kind of mail of the newsletter: each link twice by GET and HEAD, then the button."""
    reader.subscribe("travaux")
    db.session.remove()
    with ThreadPoolExecutor(1) as apart:  # outside of this test's application context
        seen = apart.submit(robot.scan, letter_app, again=True).result()
    assert {one.template for one in seen} == {"newsletter-confirm"}
    # `press` has pressed the button of the confirmation, then the one that leaves.
    assert reader.row.confirmed_at is not None
