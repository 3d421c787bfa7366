"""A day of the site, well and then without its database: nothing that was typed is in what is written.

Every address that takes a form is walked, and every address that takes a question.
"""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from communaute import create_app
from communaute.extensions import db
from communaute.web.logs import FORMAT, WithoutValues
from tests.conftest import settings_for
from tests.house.logged import logged
from tests.house.test_limits import doors


MARK = "zqxjk"
ADDRESS = f"{MARK}.martin@exemple.example"
# What forms call what people type; a form takes those it knows.
TYPED = {
    "courriel": ADDRESS,
    "courriels": ADDRESS,
    "ancien": ADDRESS,
    "nouveau": ADDRESS,
    "mot_de_passe": f"{MARK}-une-phrase-assez-longue-pour-passer",
    "nouveau_mot_de_passe": f"{MARK}-une-autre-phrase-assez-longue",
    "code": MARK,
    "nom": f"Camille {MARK}",
    "organisation": f"Mairie de {MARK}",
    "telephone": f"01 {MARK}",
    "siret": MARK,
    "remarque": f"Mon nom est {MARK}",
    "message": f"Mon nom est {MARK}",
    "texte": f"Mon nom est {MARK}",
    "sujet": MARK,
    "attentes": MARK,
    "besoins": MARK,
    "motif": MARK,
    "consentement": "oui",
    "page": "/bonnes-pratiques/changer-de-siret",
    "utile": "non",
    "paire": "1",
}
QUESTIONS = ("/recherche?q=", "/recherche/suggestions?q=", "/outils/verifier-siret?siret=",
             "/outils/tarifs?q=", "/courriel?code=", f"/{MARK}?x=")  # fmt: skip


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Everything that the log of this process would hold, from the information on."""
    with logged(WithoutValues(FORMAT)) as stream:
        yield stream


def a_day(app: Flask) -> set[int]:
    """Every form sent with everything, every question asked; answers the statuses."""
    client, statuses = app.test_client(), set()
    for door in doors(app):
        path = door.path.replace("/x", f"/{MARK}")
        statuses.add(client.post(path, data=MultiDict(TYPED)).status_code)
        statuses.add(client.post(path, json=[TYPED]).status_code)
    for question in QUESTIONS:
        statuses.add(client.get(f"{question}{MARK}").status_code)
    return statuses


def kept_logs(folder: Path) -> str:
    return "".join(path.read_text(errors="replace") for path in folder.rglob("*.log"))


def test_nothing_typed_is_in_the_log(
    tmp_path: Path, written: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    app = create_app(settings_for(tmp_path, intake_token="jeton"))
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        db.create_all()
    assert 200 in a_day(app)
    with app.app_context():
        db.drop_all()  # every statement fails from here on
        statuses = a_day(app)
        db.engine.dispose()
    assert statuses & {500, 503}
    said = written.getvalue()
    out, err = capfd.readouterr()
    assert "Error" in said, "the failures are in the log"
    for place in (said, out, err, kept_logs(tmp_path)):
        assert MARK not in place.lower()
