"""One address used fifty times in a minute is told to wait; a town hall of fifty people is not."""

from collections.abc import Iterator

import pytest
from flask import Flask

from communaute import create_app
from communaute.extensions import db, limiter
from tests.conftest import settings_for
from tests.pages import one
from tests.swapping import main_text
from tests.trainings.pages.scenes import Scene


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application whose limits are on."""
    app = create_app(settings_for(tmp_path_factory.mktemp("limited"), limits="on"), TESTING=True)
    with app.app_context():
        db.create_all()
    yield app
    limiter.enabled = False  # one for all applications: those of other tests have no limits
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_fifty_sign_ups_of_one_address_each_have_their_answer(limited: Flask) -> None:
    scene = Scene(limited)
    pair, visitor = scene.pair(capacity=60), scene.visitor()
    spellings = [visitor.email, visitor.email.upper(), visitor.email.replace("@", "+x@")]
    answers = [
        visitor.pages.response(
            "POST", "/outils/inscription", data=visitor.fields(pair, courriel=spellings[n % 3])
        )
        for n in range(50)
    ]
    statuses = [answer.status_code for answer in answers]
    assert statuses == [303] * 5 + [429] * 45
    assert all("Attendez une minute" in answer.text for answer in answers[5:])
    assert answers[-1].headers["Retry-After"]
    assert scene.count(pair, "held", "confirmed") == 1
    page = visitor.refused(pair, 429, attentes="Tout comprendre")
    assert one(page, "#attentes").get_text().strip() == "Tout comprendre"
    assert "Attendez une minute" in main_text(page)


def test_fifty_people_of_one_network_all_sign_up(limited: Flask) -> None:
    scene = Scene(limited)
    pair = scene.pair(capacity=50, days=30)
    for _ in range(50):
        scene.visitor().ask(pair)
    assert scene.count(pair, "held") == 50


def test_what_is_refused_for_a_mistake_is_not_counted(limited: Flask) -> None:
    scene = Scene(limited)
    pair, visitor = scene.pair(), scene.visitor()
    for _ in range(10):
        visitor.refused(pair, 422, nom="")
    visitor.ask(pair)
