"""What is kept of people: given, erased when asked, erased in time; statistics stay."""

import json
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from communaute.domain.trainings import attendance, personal_data, statistics
from communaute.models import AccessibilityNeed, Registration
from tests.trainings.people import WORKS, School


NEED: dict[str, Any] = {"accessibility": "Sous-titres", "accessibility_consent": True}


def erase(school: School, who: str = "lea") -> None:
    personal_data.erase(school.context, school.token(who))
    school.session.commit()


def whole(school: School) -> str:
    """Every registration as the database has it, as text."""
    columns = Registration.__table__.columns
    return str(list(school.session.execute(select(*columns))))


def test_all_that_is_kept_is_given(school: School) -> None:
    pair = school.pair()
    school.sign_up(pair, hopes="Apprendre", siret="73282932000074", telephone="0123456789", **NEED)
    school.do("confirm")
    school.do("cannot_come", "lea", school.view().sessions[0].id, absent=True)
    school.placed(school.pair(page=WORKS), "lea+autre@exemple.example")
    data = personal_data.personal_data(school.context, school.token())
    text = json.dumps(data, ensure_ascii=False)
    for word in ("Apprendre", "73282932000074", "0123456789", "Sous-titres", "douze mois"):
        assert word in text
    first, second = data["inscriptions"]
    assert (first["formation"], second["formation"]) == (
        "Envoyer une facture simple",
        "Factures de travaux",
    )
    assert first["presences"][0]["absence_annoncee_le"]
    assert first["courriels"][0]["objet"].startswith("Confirmez")
    assert "classe.example" not in text


def test_erasing_gives_the_place_back_and_leaves_no_word(school: School) -> None:
    pair = school.pair(1)
    school.sign_up(pair, hopes="Apprendre", **NEED)
    school.do("confirm")
    school.sign_up(pair, "ana")
    erase(school)
    text = whole(school)
    assert "Léa" in text, "Ana has the same name"
    assert "lea@" not in text
    assert "Apprendre" not in text
    assert school.states("ana") == ["offered"]
    assert school.session.scalar(select(func.count(AccessibilityNeed.id))) == 0
    last = school.mails()[-1]
    assert last.template == "training-erased"
    assert [part.parameters["method"] for part in school.calendar()] == ["CANCEL", "CANCEL"]
    assert school.templates("lea", waiting_only=True) == ["erased"]


def test_who_waits_or_came_may_erase_too(school: School) -> None:
    pair = school.pair(2)
    school.placed(pair, "lea", "bob")
    school.sign_up(pair, "ana")
    erase(school, "ana")
    school.now = school.view_of(pair).ends_at
    erase(school, "lea")
    erase(school, "bob")
    states = school.session.scalars(select(Registration.state).order_by(Registration.id)).all()
    assert states == ["confirmed", "confirmed", "left"], "presence still counts, without a name"
    assert school.taken(pair) == 2


def test_after_erasing_one_may_sign_up_again(school: School) -> None:
    pair = school.pair()
    school.sign_up(pair)
    erase(school)
    school.placed(pair, "lea")
    assert school.taken(pair) == 1


def test_needs_go_thirty_days_after_the_last_session(school: School) -> None:
    pair = school.pair()
    school.sign_up(pair, **NEED)
    school.do("confirm")
    over = school.view_of(pair).ends_at
    assert personal_data.purge_needs(school.session, over + timedelta(days=30)) == 0
    assert personal_data.purge_needs(school.session, over + timedelta(days=30, seconds=1)) == 1
    assert personal_data.purge_needs(school.session, over + timedelta(days=31)) == 0
    assert school.row().name == "Léa Martin"


def test_everything_goes_a_year_after_and_figures_stay(school: School) -> None:
    pair = school.pair()
    school.placed(pair, "lea", "bob")
    over = school.view_of(pair).ends_at
    school.now = over
    marks = {each.id: {school.row().id} for each in school.view_of(pair).sessions}
    attendance.note_attendance(school.context, pair, marks)
    attendance.give_satisfaction(
        school.context, school.token(), expectations=4, autonomy=4, comment="Mon avis"
    )
    school.session.commit()
    before = statistics.statistics(school.session)
    assert personal_data.purge(school.session, over + timedelta(days=365)) == 0
    assert personal_data.purge(school.session, over + timedelta(days=365, seconds=1)) == 2
    school.session.commit()
    after = statistics.statistics(school.session)
    assert after.months == before.months
    assert after.satisfaction[0].expectations == 4.0
    assert after.satisfaction[0].comments == ()
    assert "exemple.example" not in whole(school)
    assert "Léa" not in whole(school)
    assert personal_data.purge(school.session, over + timedelta(days=400)) == 0


def test_a_hold_nobody_confirmed_goes_after_thirty_days(school: School) -> None:
    pair = school.pair(days=200)
    school.sign_up(pair)
    school.move(hours=24)
    school.settle()
    ended = school.now
    assert personal_data.purge(school.session, ended + timedelta(days=30)) == 0
    assert personal_data.purge(school.session, ended + timedelta(days=30, seconds=1)) == 1


def test_who_has_waited_a_year_leaves_the_list_and_is_forgotten(school: School) -> None:
    pair = school.pair(1)
    school.placed(pair, "lea")
    school.sign_up(pair, "ana")
    assert personal_data.purge(school.session, school.now + timedelta(days=366)) == 1
    school.session.commit()
    assert "ana@" not in whole(school)
    states = school.session.scalars(select(Registration.state).order_by(Registration.id)).all()
    assert states == ["confirmed", "left"]
