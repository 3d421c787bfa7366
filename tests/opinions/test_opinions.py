"""Opinions on pages: anonymous, kept a year."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute.domain import retention
from communaute.domain.opinions import LONGEST_COMMENT, CommentTooLong, give_opinion
from communaute.models import PageOpinion
from tests.pages import Pages, one


NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PAGE = "/mentions-legales"


def test_an_opinion_is_kept_without_who_gave_it(session: Session) -> None:
    give_opinion(session, page=PAGE, helpful=True, comment="  claire  ", now=NOW)
    session.commit()
    kept = session.scalars(select(PageOpinion)).one()
    assert (kept.page, kept.helpful, kept.comment, kept.given_at) == (PAGE, True, "claire", NOW)
    assert set(PageOpinion.__table__.columns.keys()) == {
        "id",
        "page",
        "helpful",
        "comment",
        "given_at",
    }


def test_too_long_a_comment_is_refused(session: Session) -> None:
    with pytest.raises(CommentTooLong, match="1001"):
        give_opinion(session, page=PAGE, helpful=True, comment="x" * (LONGEST_COMMENT + 1), now=NOW)


def test_opinions_are_erased_after_a_year_and_not_before(session: Session) -> None:
    for age in (0, 364, 366):
        given = NOW - timedelta(days=age)
        give_opinion(session, page=PAGE, helpful=False, comment="", now=given)
    session.commit()
    assert retention.purge(session, NOW)["opinions"] == 1
    assert retention.purge(session, NOW)["opinions"] == 0
    assert len(session.scalars(select(PageOpinion)).all()) == 2


def test_the_form_keeps_an_opinion(app: Flask, session: Session) -> None:
    form = {"page": PAGE, "utile": "non", "remarque": "trop long"}
    page = Pages(app).post("/outils/avis", data=form)
    assert "Merci" in page.text
    assert session.scalars(select(PageOpinion)).one().comment == "trop long"


def test_without_an_answer_nothing_is_kept_and_nothing_typed_is_lost(
    app: Flask, session: Session
) -> None:
    page = Pages(app).post("/outils/avis", 422, data={"page": PAGE, "remarque": "à garder"})
    assert "Choisissez" in page.text
    assert "à garder" in one(page, "textarea").text
    assert session.scalars(select(PageOpinion)).all() == []


def test_a_get_changes_nothing(app: Flask, session: Session) -> None:
    Pages(app).get(f"/outils/avis?page={PAGE}&utile=oui")
    assert session.scalars(select(PageOpinion)).all() == []


def test_no_opinion_on_a_page_that_does_not_exist(app: Flask) -> None:
    Pages(app).post("/outils/avis", 404, data={"page": "/nulle-part", "utile": "oui"})
    Pages(app).get("/outils/avis?page=/nulle-part", 404)
