"""`/gestion` opens on what waits for a hand, each with its count; the log goes to a spreadsheet."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from communaute.blueprints.backoffice.waiting import of_lists
from communaute.blueprints.signatures.verifier import Lists
from communaute.domain import backups, clock
from communaute.domain.audit import record
from communaute.domain.signatures.facts import ListInfo
from communaute.extensions import db
from communaute.mailing import outbox
from communaute.models import Delivery, DeliveryState
from communaute.models.testimonials import Testimonial, TestimonialState
from communaute.wiring import current
from tests.accounts.people import Person
from tests.accounts.test_roles import administrator
from tests.mailing.conftest import a_mail


def test_what_waits_is_counted_and_goes_once_done(someone: Callable[[], Person]) -> None:
    person = administrator(someone)
    with person.app.app_context():
        outbox.post(db.session(), a_mail(), key="uncertain", due=clock.now())
        db.session.query(Delivery).update({"state": DeliveryState.UNCERTAIN})
        db.session.commit()
    text = person.get("/gestion/").get_text(" ", strip=True)
    assert "incertain" in text
    assert "Aucune sauvegarde" in text
    with person.app.app_context():
        settings = current.settings()
        backups.make(settings.database_url, settings.backups, clock.now())
        db.session.query(Delivery).update({"state": DeliveryState.SENT})
        db.session.commit()
    text = person.get("/gestion/").get_text(" ", strip=True)
    assert "incertain" not in text
    assert "Aucune sauvegarde" not in text


def test_the_log_is_given_without_formulas(someone: Callable[[], Person]) -> None:
    person = administrator(someone)
    with person.app.app_context():
        record(db.session(), "essai", now=clock.now(), target="=HYPERLINK(1)")
        db.session.commit()
    answer = person.raw("GET", "/gestion/journal.csv")
    assert answer.status_code == 200
    assert "'=HYPERLINK(1)" in answer.text
    assert "attachment" in answer.headers["Content-Disposition"]
    assert person.app.test_client().get("/gestion/journal.csv").status_code in (
        302,
        303,
        401,
        403,
        404,
    )


def test_a_testimonial_that_nobody_has_read_waits(someone: Callable[[], Person]) -> None:
    person = administrator(someone)
    assert "témoignage à lire" not in waiting_of(person)
    with person.app.app_context():
        sent = Testimonial(
            reference="r", state=TestimonialState.WAITING, email="", said={}, published={}, proposed={},
            proposed_why="", refusal="", consent="", created_at=clock.now(),
        )  # fmt: skip
        db.session.add(sent)
        db.session.commit()
    assert waiting_of(person)["témoignage à lire"] == "/gestion/temoignages"


def waiting_of(person: Person) -> dict[str, str]:
    """What waits, without its count, and where one acts."""
    items = person.get("/gestion/").select("h2:first-of-type + ul > li")
    return {
        str(item.strong.get_text()).lstrip("0123456789\u00a0\u202f "): str(link["href"])
        for item in items
        if item.strong and (link := item.a)
    }


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (-1, ["1 liste de confiance à renouveler"]),
        (3, ["1 liste de confiance proche de sa date"]),
        (30, []),
    ],
)
def test_a_list_near_its_date_is_said_before_it_is_past(days: int, said: list[str]) -> None:
    now = clock.now()
    info = ListInfo("FR", 1, now, now + timedelta(days=days))
    assert [one.what.replace("\u00a0", " ") for one in of_lists(Lists(True, (info,)), now)] == said
    assert next(of_lists(Lists(False), now)).what.startswith("Le vérificateur")
