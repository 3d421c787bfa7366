"""Opinions on pages: anonymous, with a reason for a « non », kept a year."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute.domain import retention
from communaute.domain.opinions.giving import (
    LONGEST_COMMENT,
    REASONS,
    OpinionRefused,
    give_opinion,
)
from communaute.models import PageOpinion
from tests.pages import Pages, one


NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PAGE = "/mentions-legales"


def test_an_opinion_is_kept_without_who_gave_it(session: Session) -> None:
    give_opinion(session, page=PAGE, helpful=True, comment="  claire  ", now=NOW)
    session.commit()
    kept = session.scalars(select(PageOpinion)).one()
    assert (kept.page, kept.helpful, kept.comment, kept.given_at) == (PAGE, True, "claire", NOW)
    columns = {"id", "page", "helpful", "reason", "comment", "given_at"}
    assert set(PageOpinion.__table__.columns.keys()) == columns


def test_too_long_a_comment_is_refused(session: Session) -> None:
    with pytest.raises(OpinionRefused, match="301"):
        give_opinion(session, page=PAGE, helpful=True, comment="x" * (LONGEST_COMMENT + 1), now=NOW)


def test_a_no_says_why_and_a_yes_does_not(session: Session) -> None:
    with pytest.raises(OpinionRefused) as refused:
        give_opinion(session, page=PAGE, helpful=False, comment="", now=NOW)
    assert set(refused.value.faults) == {"raison"}
    with pytest.raises(OpinionRefused):
        give_opinion(session, page=PAGE, helpful=False, comment="", reason="inventee", now=NOW)
    give_opinion(session, page=PAGE, helpful=True, comment="", reason="autre", now=NOW)
    session.commit()
    assert session.scalars(select(PageOpinion)).one().reason == ""


@pytest.mark.parametrize(
    "written",
    [
        "répondez à lou@exemple.fr",
        "mon 06 12 34 56 78",
        "FR76 3000 6000 0112 3456 7890 189",
        "12 rue des Lilas",
    ],
)
def test_what_reaches_somebody_is_refused_and_nothing_is_kept(app: Flask, written: str) -> None:
    form = {"page": PAGE, "utile": "non", "raison": "autre", "remarque": f"Il manque {written}"}
    page = Pages(app).post("/outils/avis", 422, data=form)
    assert "Retirez ce passage" in page.text
    assert written in str(one(page, "input[name=remarque]")["value"])
    assert one(page, "input[value=autre]").has_attr("checked")


def test_opinions_are_erased_after_a_year_and_not_before(session: Session) -> None:
    for age in (0, 364, 366):
        given = NOW - timedelta(days=age)
        give_opinion(session, page=PAGE, helpful=False, reason="autre", comment="", now=given)
    session.commit()
    assert retention.purge(session, NOW)["opinions"] == 1
    assert retention.purge(session, NOW)["opinions"] == 0
    assert len(session.scalars(select(PageOpinion)).all()) == 2


def test_the_form_keeps_an_opinion(app: Flask, session: Session) -> None:
    form = {"page": PAGE, "utile": "non", "raison": "pas-clair", "remarque": "SIRET 12345678900012"}
    page = Pages(app).post("/outils/avis", data=form)
    assert "Merci" in page.text
    kept = session.scalars(select(PageOpinion)).one()
    assert (kept.reason, kept.comment) == ("pas-clair", "SIRET 12345678900012")


def test_a_question_typed_there_is_offered_to_the_search(found_app: Flask) -> None:
    asked = "comment ajouter un collègue"
    form = {"page": PAGE, "utile": "non", "raison": "introuvable", "remarque": asked}
    page = Pages(found_app).post("/outils/avis", data=form)
    links = [str(link["href"]) for link in page.select("#outil-avis a")]
    assert "/questions/comment-ajouter-un-collegue" in links
    assert "/recherche?q=comment%20ajouter%20un%20coll%C3%A8gue" in links
    form |= {"utile": "oui"}
    links = [str(a["href"]) for a in Pages(found_app).post("/outils/avis", data=form).select("a")]
    assert not [link for link in links if link.startswith("/recherche?q=comment")]


def test_without_an_answer_nothing_is_kept_and_nothing_typed_is_lost(
    app: Flask, session: Session
) -> None:
    page = Pages(app).post("/outils/avis", 422, data={"page": PAGE, "remarque": "à garder"})
    assert "Choisissez" in page.text
    assert one(page, "input[name=remarque]")["value"] == "à garder"
    no = Pages(app).post("/outils/avis", 422, data={"page": PAGE, "utile": "non"})
    assert "choisissez une des cinq réponses" in no.text
    assert len(no.select("input[name=raison]")) == len(REASONS) == 5
    assert session.scalars(select(PageOpinion)).all() == []


def test_a_get_changes_nothing(app: Flask, session: Session) -> None:
    Pages(app).get(f"/outils/avis?page={PAGE}&utile=oui")
    assert session.scalars(select(PageOpinion)).all() == []


def test_no_opinion_on_a_page_that_does_not_exist(app: Flask) -> None:
    Pages(app).post("/outils/avis", 404, data={"page": "/nulle-part", "utile": "oui"})
    Pages(app).get("/outils/avis?page=/nulle-part", 404)
