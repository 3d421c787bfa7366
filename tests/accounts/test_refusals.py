"""What must not work: forged, replayed, expired, truncated, other people's; guessing; asking who exists."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from communaute import create_app
from communaute.domain import audit, clock, retention
from communaute.extensions import db
from communaute.models import AuditEntry, Delivery, DeliveryState, Role, User
from tests.accounts.people import Person
from tests.conftest import settings_for
from tests.pages import soup_of


Someone = Callable[[], Person]
FORMS = (
    "/compte/connexion",
    "/compte/inscription",
    "/compte/mot-de-passe-oublie",
    "/compte/confirmation",
)
LINKS = {
    "/compte/confirmation/": "confirmation",
    "/compte/mot-de-passe-oublie/": "oublie",
    "/compte/adresse/": "adresse",
    "/compte/contact/": "contact",
}


@pytest.mark.parametrize("path", LINKS)
@pytest.mark.parametrize("token", ["x", "eyJ.forged.token", "a" * 500, "%C3%A9"])
def test_a_forged_link_has_a_clear_page(someone: Someone, path: str, token: str) -> None:
    page = someone().get(path + token, 410)
    assert "Lien non valable" in page.text
    someone().get(path + token, 410)


def test_a_truncated_or_changed_link_has_a_clear_page(someone: Someone) -> None:
    person = someone().sign_up()
    link = person.mailed("confirm-address")
    for wrong in (link[:-1], link[:-20], link + "x", link.replace(".", "", 1)):
        assert "Lien non valable" in person.get(wrong, 410).text
    assert person.raw("POST", link).status_code == 400, "no token, no act"
    user = person.user()
    assert user is not None
    assert user.confirmed_at is None


def test_an_expired_link_has_a_clear_page(
    someone: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = someone().sign_up()
    link = person.mailed("confirm-address")
    later = clock.now() + timedelta(days=2, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert "Lien expiré" in person.get(link, 410).text


def test_the_link_of_one_thing_does_not_do_another(someone: Someone) -> None:
    person = someone().sign_up()
    token = person.mailed("confirm-address").rsplit("/", 1)[1]
    for path in ("/compte/mot-de-passe-oublie/", "/compte/adresse/", "/compte/contact/"):
        person.get(path + token, 410)


def test_links_name_our_own_address_whatever_the_request_says(someone: Someone) -> None:
    person = someone().with_account()
    data = {"csrf_token": person.token("/compte/mot-de-passe-oublie"), "courriel": person.email}
    person.raw(
        "POST",
        "/compte/mot-de-passe-oublie",
        data=data,
        headers={"X-Forwarded-Host": "pirate.example"},
    )
    with person.app.app_context():
        last = (
            select(Delivery).where(Delivery.recipient == person.email).order_by(Delivery.id.desc())
        )
        delivery = db.session.scalars(last).first()
        assert delivery is not None
        assert delivery.context["link"].startswith("http://localhost:5000/compte/")


@pytest.mark.parametrize("path", FORMS)
def test_a_form_without_its_token_is_refused_and_written_down(someone: Someone, path: str) -> None:
    person = someone()
    response = person.raw("POST", path, data={"courriel": person.email, "mot_de_passe": "x" * 12})
    assert "Cette page a expiré" in person.checked(response, 400, path).text
    with person.app.app_context():
        noted = audit.latest(db.session(), act="forged-request-refused", limit=1)
        assert noted[0].target == path


@pytest.mark.parametrize(
    "path",
    [
        "/compte/deconnexion",
        "/compte/deconnexion-partout",
        "/compte/profil",
        "/compte/effacer",
        "/compte/contact/oublier",
        "/compte/mot-de-passe",
        "/compte/second-facteur",
    ],
)
def test_another_site_cannot_act_for_who_is_signed_in(someone: Someone, path: str) -> None:
    person, other = someone().signed_in(), someone().signed_in()
    stolen = other.token("/compte/profil")
    for token in ("", "forged", stolen):
        response = person.raw("POST", path, data={"csrf_token": token, "nom": "x", "certain": "y"})
        assert response.status_code == 400, token
    assert person.is_in()
    assert person.user() is not None


def test_json_is_no_second_door(someone: Someone) -> None:
    person = someone().with_account()
    response = person.raw(
        "POST", "/compte/connexion", json={"email": person.email, "password": person.password}
    )
    assert response.status_code == 415
    assert not person.is_in()


def answer_to(person: Person, path: str, **fields: str) -> tuple[int, str, str]:
    """Status, place and text, without the typed address."""
    response = person.send(path, **fields)
    soup = soup_of(response.text)
    for hidden in soup.select("input"):
        hidden.extract()
    return (
        response.status_code,
        response.headers.get("Location", ""),
        soup.get_text(" ", strip=True),
    )


def test_no_form_tells_who_has_an_account(someone: Someone) -> None:
    known = someone().with_account()
    waiting = someone().sign_up()
    for path, fields in (
        ("/compte/connexion", {"mot_de_passe": "un faux mot de passe"}),
        ("/compte/inscription", {"mot_de_passe": "un bon mot de passe"}),
        ("/compte/mot-de-passe-oublie", {}),
        ("/compte/confirmation", {}),
    ):
        answers = {
            answer_to(someone(), path, courriel=email, **fields)
            for email in (known.email, known.email.upper(), waiting.email, someone().email)
        }
        assert len(answers) == 1, path
    assert (
        known.mails()[-2:] == ["already-registered", "reset-password"]
        or "already-registered" in known.mails()
    )


def test_who_guesses_shuts_the_door_on_themselves_not_on_the_owner(someone: Someone) -> None:
    owner = someone().signed_in()
    thief = Person(owner.app, email=owner.email, password="un mot au hasard")
    for _ in range(5):
        thief.post("/compte/connexion", 422, courriel=owner.email, mot_de_passe=thief.password)
    response = thief.send("/compte/connexion", courriel=owner.email, mot_de_passe=owner.password)
    page = thief.checked(response, 429, "/compte/connexion")
    assert "Trop d’essais" in page.text
    assert 0 < int(response.headers["Retry-After"]) <= 901
    owner.moves("/compte/deconnexion", "/compte/connexion", form="/compte/")
    owner.sign_in()
    assert owner.is_in()


def test_the_same_address_in_other_letters_is_the_same_account(someone: Someone) -> None:
    """`ｅxemple.example` finds the account of `exemple.example`: it must count as it does."""
    owner = someone().with_account()
    thief = Person(owner.app, email=owner.email.replace("@e", "@\uff45"), password="au hasard !")
    assert thief.email != owner.email
    for _ in range(5):
        thief.post("/compte/connexion", 422, courriel=thief.email, mot_de_passe=thief.password)
    response = thief.send("/compte/connexion", courriel=thief.email, mot_de_passe=owner.password)
    assert response.status_code == 429
    other = Person(owner.app, email=thief.email)
    other.sign_in()


def test_a_subscriber_of_ipv6_is_one_client_for_the_limits(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    app = create_app(settings_for(tmp_path_factory.mktemp("limits"), limits="on"), TESTING=True)
    with app.app_context():
        db.create_all()
    answers = []
    for number in range(8):
        person = Person(app, network=f"2001:db8:12:34{number:02}::{number:x}")
        answers.append(person.send("/compte/mot-de-passe-oublie", courriel=person.email))
    assert [answer.status_code for answer in answers] == [200] * 6 + [429] * 2
    elsewhere = Person(app, network="2001:db8:99::1")
    assert (
        elsewhere.send("/compte/mot-de-passe-oublie", courriel=elsewhere.email).status_code == 200
    )


def test_who_hammers_closed_doors_does_not_fill_the_log(someone: Someone) -> None:
    person = someone().signed_in()
    for _ in range(audit.REFUSALS_NOTED + 5):
        assert person.raw("GET", "/gestion/").status_code == 403
    user = person.user()
    assert user is not None
    with person.app.app_context():
        noted = [
            entry
            for entry in audit.latest(db.session(), act="access-refused", limit=1_000)
            if entry.actor == user.id
        ]
    assert len(noted) == audit.REFUSALS_NOTED


def test_guessing_from_everywhere_never_shuts_out_a_known_device(someone: Someone) -> None:
    owner = someone().signed_in()
    for _ in range(10):
        thief = Person(owner.app, email=owner.email)
        for _ in range(5):
            thief.send("/compte/connexion", courriel=owner.email, mot_de_passe="un mot au hasard")
    stranger = Person(owner.app, email=owner.email)
    assert (
        stranger.send(
            "/compte/connexion", courriel=owner.email, mot_de_passe=owner.password
        ).status_code
        == 429
    )
    owner.moves("/compte/deconnexion", "/compte/connexion", form="/compte/")
    owner.sign_in()


def test_an_address_without_account_is_slowed_down_alike(someone: Someone) -> None:
    thief, nobody = someone(), someone().email
    for _ in range(5):
        thief.post("/compte/connexion", 422, courriel=nobody, mot_de_passe="un mot au hasard")
    assert thief.send("/compte/connexion", courriel=nobody, mot_de_passe="x").status_code == 429


def test_too_many_forms_from_one_address_are_put_off(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    app = create_app(settings_for(tmp_path_factory.mktemp("limits"), limits="on"), TESTING=True)
    with app.app_context():
        db.create_all()
    person = Person(app)
    for _ in range(6):
        person.post("/compte/mot-de-passe-oublie", 200, courriel=person.email)
    response = person.send("/compte/mot-de-passe-oublie", courriel=person.email)
    page = person.checked(response, 429, "/compte/mot-de-passe-oublie")
    assert "Attendez une minute" in page.text
    assert 0 < int(response.headers["Retry-After"]) <= 61


def test_only_staff_with_the_role_open_management_and_others_are_written_down(
    someone: Someone,
) -> None:
    person = someone().with_second_factor()
    for path in ("/gestion/", "/gestion/courriels", "/gestion/journal"):
        assert person.raw("GET", path).status_code == 403
    with person.app.app_context():
        assert (
            audit.latest(db.session(), act="access-refused", limit=1)[0].target
            == "/gestion/journal"
        )
    visitor = someone()
    assert visitor.raw("GET", "/gestion/").status_code == 302


def administrator(someone: Someone) -> Person:
    return someone().at_work_as(Role.ADMINISTRATOR)


def test_an_administrator_decides_about_a_stuck_mail(someone: Someone) -> None:
    person = administrator(someone)
    with person.app.app_context():
        delivery = db.session.scalars(select(Delivery).order_by(Delivery.id.desc())).first()
        assert delivery is not None
        number = delivery.id
        delivery.state = DeliveryState.UNCERTAIN
        db.session.commit()
    asked = person.get("/gestion/courriels")
    assert "Incertain" in asked.text
    # Each decision is for good: it takes a second press, which says what comes of it.
    decisions = asked.select(f"form[action='/gestion/courriels/{number}']")
    assert [form.find_parent("details") is not None for form in decisions] == [True] * 3
    person.moves(
        f"/gestion/courriels/{number}",
        "/gestion/courriels",
        form="/gestion/courriels",
        decision="arrive",
    )
    assert "Courriel décidé" in person.get("/gestion/journal").text
    only = person.get("/gestion/journal?acte=role-granted&avant=999999999").text
    assert "Rôle donné" in only
    assert "delivery" not in only
    assert "Aucun acte" in person.get("/gestion/journal?avant=0").text
    person.get("/gestion/journal?acte=%00&avant=x")
    for absurd in (10**30, -(10**30)):
        person.get(f"/gestion/journal?avant={absurd}")
    person.get("/gestion/courriels?adresse=%00")
    assert "Aucun courriel" in person.get("/gestion/courriels?adresse=x%40y.example").text
    found = person.get(f"/gestion/courriels?adresse={person.email}").text
    assert "Confirmez votre adresse" in found
    person.get("/gestion/")
    with person.app.app_context():
        assert db.session.get_one(Delivery, number).state == DeliveryState.SENT


def test_the_audit_log_is_only_added_to(accounts_app: Flask) -> None:
    with accounts_app.app_context():
        audit.record(db.session(), "test-act", now=clock.now())
        db.session.commit()
        for change in (
            update(AuditEntry).values(act="other"),
            delete(AuditEntry),
            text("DELETE FROM audit_entry"),
        ):
            # PostgreSQL's own words are kept out of logs: its code for a raised exception is left.
            with pytest.raises(DBAPIError, match=r"only added to|P0001"):
                db.session.execute(change)
            db.session.rollback()


def test_what_is_past_its_time_is_erased(someone: Someone) -> None:
    person, unconfirmed = someone().signed_in(), someone().sign_up()
    with person.app.app_context():
        now = clock.now()
        audit.record(db.session(), "old-act", now=now - timedelta(days=400))
        ages = {person.email: 4 * 365, unconfirmed.email: 8}
        for email, days in ages.items():
            old = update(User).where(User.email == email)
            db.session.execute(
                old.values(
                    created_at=now - timedelta(days=days), last_seen_at=now - timedelta(days=days)
                )
            )
        db.session.commit()
        counts = retention.purge(db.session(), now)
        assert counts["accounts"] >= 2
        assert counts["audit"] >= 1
        again = retention.purge(db.session(), now)
        assert (again["accounts"], again["audit"]) == (0, 0)
    assert person.user() is None
    assert not person.is_in()


def test_the_command_makes_an_administrator_who_must_set_up_a_second_factor(
    someone: Someone,
) -> None:
    person = someone()
    runner = person.app.test_cli_runner()
    command = ["accounts", "create-admin", person.email, "--password", person.password]
    result = runner.invoke(args=command)
    assert "administre le site" in result.output, result.output
    person.sign_in(to="/compte/second-facteur")
    person.set_up_factor()
    missing = person.get("/gestion/exploitant")
    assert "PUBLICATION_DIRECTOR" in missing.text
    person.get("/gestion/")
    refused = runner.invoke(args=["accounts", "create-admin", "x", "--password", "court"])
    assert refused.exit_code == 2
    assert "Cette adresse" in refused.output
    result = runner.invoke(args=["accounts", "remove-second-factor", person.email])
    assert not person.is_in()


def test_the_outbox_page_is_for_development_on_this_machine(someone: Someone) -> None:
    person = someone()
    person.network = "127.0.0.1"
    person.get("/gestion/boite-d-envoi")
    through_proxy = person.raw(
        "GET", "/gestion/boite-d-envoi", headers={"X-Forwarded-For": "127.0.0.1"}
    )
    assert through_proxy.status_code == 404
    assert person.raw("GET", "/gestion/boite-d-envoi/..%2Fsecret_key").status_code == 404
    person.network = "192.0.2.1"
    assert person.raw("GET", "/gestion/boite-d-envoi").status_code == 404
