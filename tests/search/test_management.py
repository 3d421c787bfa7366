"""/gestion/recherches: what was searched, the worst first, and a wording added in one form."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask

from communaute.domain.search import note_use
from communaute.extensions import db
from communaute.models.accounts import Role
from communaute.wiring import indexing
from tests.accounts.conftest import application
from tests.accounts.people import Person


PATH = "/gestion/recherches"


@pytest.fixture
def editor(tmp_path: Path) -> Person:
    app = next(application(f"sqlite:///{tmp_path / 'test.sqlite'}", tmp_path))
    person = Person(app).with_second_factor().granted(Role.EDITOR)
    person.sign_in(to="/compte/code.*")
    person.moves("/compte/code", "/compte/", code=person.code())
    return person


def searched(app: Flask, text: str) -> None:
    with app.app_context():
        for day in range(3):
            note_use(db.session(), text, key="test", today=date(2026, 11, 20) + timedelta(days=day))
        db.session.commit()


def test_an_editor_leads_a_search_elsewhere(editor: Person) -> None:
    searched(editor.app, "bidule introuvable")
    page = editor.get(PATH)
    assert "bidule introuvable" in page.text
    page = editor.get(f"{PATH}?q=mot de passe")
    assert page.select_one("input[name=texte]")["value"] == "mot de passe"  # type: ignore[index]
    refused = editor.send(PATH, texte="bidule", adresse="/nulle-part")
    assert refused.status_code == 422
    assert "Aucune page n’a l’adresse" in refused.text
    editor.moves(PATH, PATH, texte="bidule introuvable", adresse="/contact")
    assert "/contact: [bidule introuvable]" in editor.get(PATH).text
    with editor.app.test_request_context():
        assert indexing.build_index()
        assert indexing.opened().search("bidule introuvable").hits[0].page == "/contact"
    editor.moves(f"{PATH}/1/retirer", PATH, form=PATH)
    assert "/contact: [" not in editor.get(PATH).text


def test_others_are_refused(editor: Person) -> None:
    assert Person(editor.app).raw("GET", PATH).status_code == 302
    assert Person(editor.app).signed_in().raw("GET", PATH).status_code == 403
