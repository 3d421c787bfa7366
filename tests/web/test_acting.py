"""One way to call a verb: what it did is committed, what it refused is shown and undone."""

from collections.abc import Callable
from typing import ClassVar

import pytest
from flask import Flask, get_flashed_messages
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import Form, StringField

from communaute.blueprints.acting import attempt, blame
from communaute.domain.errors import DomainError, OutOfReach
from communaute.french.reading import Unreadable, read_day
from communaute.models.search import MissedSearch


class NameForm(Form):
    FIELDS: ClassVar = {"name": "nom"}
    nom = StringField()


def noting(session: Session, refused: Exception | None = None) -> Callable[[], MissedSearch]:
    """A verb that writes a row, then may refuse."""

    def verb() -> MissedSearch:
        row = MissedSearch(digest="a" * 64, days=1, last_day=read_day("1/8/2026"))
        session.add(row)
        session.flush()
        if refused:
            raise refused
        return row

    return verb


def kept(session: Session) -> int:
    session.rollback()
    return len(session.scalars(select(MissedSearch)).all())


def test_what_a_verb_did_is_committed(session: Session) -> None:
    assert isinstance(attempt(noting(session), NameForm()), MissedSearch)
    assert kept(session) == 1


def test_a_verb_that_answers_nothing_is_done_too(session: Session) -> None:
    assert attempt(lambda: None) is True


@pytest.mark.parametrize("refusal", [DomainError("Non."), Unreadable("Non.")])
def test_a_refusal_is_undone_and_put_at_the_top(session: Session, refusal: Exception) -> None:
    form = NameForm()
    assert attempt(noting(session, refusal), form) is None
    assert form.errors == {"": ["Non."]}
    assert kept(session) == 0


def test_a_refusal_about_a_field_is_put_beside_it_whatever_the_form_calls_it(
    session: Session,
) -> None:
    form = NameForm()
    assert attempt(noting(session, DomainError("Non.", field="name")), form) is None
    assert form.errors == {"nom": ["Non."]}


def test_a_view_may_name_the_field(session: Session) -> None:
    form = NameForm()
    assert attempt(noting(session, DomainError("Non.")), form, "nom") is None
    blame(form, DomainError("Non plus."), "nom")
    assert form.errors == {"nom": ["Non.", "Non plus."]}


def test_without_a_form_the_refusal_is_flashed(app: Flask) -> None:
    with app.test_request_context():
        assert attempt(noting(app.extensions["sqlalchemy"].session(), DomainError("Non."))) is None
        assert get_flashed_messages(with_categories=True) == [("error", "Non.")]


def test_what_is_out_of_reach_is_undone_and_goes_through(session: Session) -> None:
    form = NameForm()
    with pytest.raises(OutOfReach):
        attempt(noting(session, OutOfReach("Rien ici.")), form)
    assert not form.errors
    assert kept(session) == 0
