"""Searches that found nothing: readable only on their third day, never with an address."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute.domain import retention
from communaute.domain import search as domain
from communaute.domain.search import (
    WordingRefused,
    add_wording,
    clean_query,
    missed_searches,
    note_missed,
    note_use,
    wordings,
    worst_searches,
)
from communaute.editorial.guidance import SearchGuidance
from communaute.extensions import db
from communaute.models import MissedSearch
from tests.pages import Pages
from tests.search.corpus import section


DAY = date(2026, 11, 23)
KEY = "a secret"


def note(session: Session, query: str, *days: int) -> None:
    for day in days:
        note_missed(session, query, key=KEY, today=DAY + timedelta(days=day))
        session.flush()


def readable(session: Session) -> list[str | None]:
    return [row.text for row in missed_searches(session)]


def everything_stored(session: Session) -> str:
    return repr([(row.digest, row.text) for row in session.scalars(select(MissedSearch))])


def test_two_days_are_not_enough_to_read_a_query(session: Session) -> None:
    note(session, "portail inconnu", 0, 1)
    assert readable(session) == []
    assert "portail" not in everything_stored(session)


def test_the_third_different_day_keeps_the_words(session: Session) -> None:
    note(session, "portail inconnu", 0, 1, 9)
    assert readable(session) == ["portail inconnu"]


def test_the_same_day_counts_once(session: Session) -> None:
    note(session, "portail inconnu", 0, 0, 0, 0, 1, 1)
    assert readable(session) == []


def test_case_and_spaces_make_no_other_query(session: Session) -> None:
    for day, typed in enumerate(("Portail  INCONNU", " portail inconnu", "portail\u00a0inconnu")):
        note(session, typed, day)
    assert readable(session) == ["portail inconnu"]


@pytest.mark.parametrize("typed", ["jean@exemple.fr", "a@b", "facture 1234", "1 2 3 4", "?!", ""])
def test_an_address_or_a_number_is_never_kept_not_even_as_a_hash(
    session: Session, typed: str
) -> None:
    note(session, typed, 0, 1, 2, 3)
    assert session.scalars(select(MissedSearch)).all() == []


def test_three_digits_may_be_kept(session: Session) -> None:
    note(session, "article 122", 0, 1, 2)
    assert readable(session) == ["article 122"]


def test_the_hash_cannot_be_made_without_the_key(session: Session) -> None:
    note_missed(session, "mots", key="one", today=DAY)
    session.flush()
    note_missed(session, "mots", key="another", today=DAY)
    session.flush()
    assert len({row.digest for row in session.scalars(select(MissedSearch))}) == 2


def test_words_that_grow_when_folded_still_fit(session: Session) -> None:
    note(session, "ß" * 200, 0, 1, 2)
    session.commit()
    assert readable(session) == ["s" * 200]


def test_nobody_fills_the_table(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(domain, "MOST_PENDING", 3)
    for n in range(10):
        note(session, f"mot {chr(97 + n)}", 0)
    assert len(session.scalars(select(MissedSearch)).all()) == 3


def test_retention_erases_hashes_after_a_season_and_words_after_a_year(session: Session) -> None:
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    note(session, "vu une fois", -91)
    note(session, "vu hier", -1)
    note(session, "lu il y a longtemps", -370, -369, -366)
    note(session, "lu au printemps", -300, -299, -298)
    session.commit()
    assert retention.purge(session, now)["missed searches"] == 2
    assert retention.purge(session, now)["missed searches"] == 0
    assert readable(session) == ["lu au printemps"]
    assert len(session.scalars(select(MissedSearch)).all()) == 2


def test_a_query_is_cleaned() -> None:
    assert clean_query("  deux \t\n mots\u202e\x00 ") == "deux mots"
    assert clean_query("x" * 1_000) == "x" * 200
    assert clean_query("e\u0301") == "é"
    assert clean_query("\ud83d ") == ""


def count(app: Flask) -> int:
    with app.app_context():
        return len(db.session().scalars(select(MissedSearch)).all())


def test_the_page_counts_a_search_without_answer_and_no_other(app: Flask) -> None:
    pages = Pages(app)
    pages.get("/recherche?q=facture")
    pages.get("/recherche?q=" + "1" * 20)
    pages.get("/recherche?q=")
    pages.response("HEAD", "/recherche?q=zzzzqqqq")
    pages.response("GET", "/recherche?q=zzzzqqqq", headers={"Sec-Purpose": "prefetch"})
    assert count(app) == 0
    pages.get("/recherche?q=zzzzqqqq")
    pages.get("/recherche?q=zzzzqqqq&type=guides")
    assert count(app) == 1


def test_a_filter_that_leaves_nothing_is_no_search_without_answer(app: Flask) -> None:
    Pages(app).get("/recherche?q=facture&type=temoignages&public=travaux")
    assert count(app) == 0


def test_a_database_that_is_away_does_not_break_the_page(app: Flask) -> None:
    with app.app_context():
        db.drop_all()
    page = Pages(app).get("/recherche?q=zzzzqqqq")
    with app.app_context():
        db.create_all()
    assert "Aucune page ne répond" in page.text


def test_what_became_of_a_search_is_counted_by_rank(session: Session) -> None:
    for day in range(3):
        today = DAY + timedelta(days=day)
        note_use(session, "mot de passe", key=KEY, today=today)
        note_use(session, "mot de passe", rank=2, key=KEY, today=today)
    note_use(session, "mot de passe", again=True, key=KEY, today=DAY)
    for day in range(3):
        note_use(session, "siret", key=KEY, today=DAY + timedelta(days=day))
    rows = [list(row) for row in worst_searches(session, 10)]
    assert rows == [["siret", 3, 0, 0, 0], ["mot de passe", 3, 3, 0, 1]]
    assert note_use(session, "jean@exemple.fr", key=KEY, today=DAY) is None


def test_a_query_of_two_days_stays_unreadable_in_counts_too(session: Session) -> None:
    for day in (0, 1):
        note_use(session, "portail inconnu", key=KEY, today=DAY + timedelta(days=day))
    assert worst_searches(session, 10) == []
    retention_days = datetime.combine(DAY + timedelta(days=120), datetime.min.time(), UTC)
    assert domain.purge(session, retention_days) == 1


def test_following_is_refused_from_another_site_and_for_nonsense(shared_app: Flask) -> None:
    client = shared_app.test_client()
    sent = {"q": "facture", "acte": "vue"}
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert client.post("/recherche/suivi", data=sent).status_code == 204
    assert client.post("/recherche/suivi", data=sent, headers=elsewhere).status_code == 403
    assert client.post("/recherche/suivi", data={"acte": "autre"}).status_code == 422


def test_a_wording_is_added_once_and_leads_from_the_next_index_on(session: Session) -> None:
    add_wording(session, " bidule  perdu ", "/contact", today=DAY)
    session.flush()
    with pytest.raises(WordingRefused):
        add_wording(session, "bidule perdu", "/contact", today=DAY)
    with pytest.raises(WordingRefused):
        add_wording(session, "?!", "/contact", today=DAY)
    assert [(w.text, w.address) for w in wordings(session)] == [("bidule perdu", "/contact")]
    guidance = SearchGuidance().with_wordings([("/contact", "bidule perdu")])
    (page,) = guidance.guided([section("/contact", "Contact", "Écrire.", kind="pages")])
    assert page.wordings == ("bidule perdu",)
