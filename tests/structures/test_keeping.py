"""How long things are kept; what a person may ask for, and what stays without their name."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from communaute.domain import retention
from communaute.domain.accounts import personal_data as accounts
from communaute.domain.siret import drafts
from communaute.domain.siret.changing import change
from communaute.domain.structures import personal_data
from communaute.domain.structures.declaring import Declaration, declare
from communaute.domain.structures.intake.taking import take
from communaute.domain.structures.people import detach
from communaute.domain.structures.timeline import change_status
from communaute.models import (
    Event,
    IntakeEvent,
    Membership,
    MembershipState,
    Nature,
    SiretChange,
    SiretDraft,
    StatusChange,
    Structure,
    User,
)
from tests.structures.events import status
from tests.structures.worlds import (
    BASE,
    NOW,
    TODAY,
    attach,
    equip,
    guest,
    invoice,
    person,
    siret,
    structure,
)


def days(count: int) -> timedelta:
    return timedelta(days=count)


def test_every_rule_has_nothing_to_do_on_a_quiet_day(session: Session) -> None:
    chief = person(session)
    known = structure(session, principal=chief)
    invoice(session, known, structure(session))
    guest(session)
    assert set(retention.purge(session, NOW).values()) == {0}
    assert {"practices", "memberships", "structures", "siret_drafts", "events", "intake"} <= {
        rule.name for rule in retention.RULES
    }


def test_a_refused_request_is_kept_a_year(session: Session) -> None:
    request = attach(session, person(session), structure(session), state=MembershipState.REFUSED)
    request.decided_at = NOW
    session.flush()
    assert personal_data.purge_memberships(session, NOW + days(364)) == 0
    assert personal_data.purge_memberships(session, NOW + days(366)) == 1


def test_a_deserted_declared_structure_goes_and_no_other(session: Session) -> None:
    user = person(session)
    alone = declare(session, user, Declaration(siret(1).digits, "Une", Nature.PRIVATE), now=NOW)
    changed = declare(session, user, Declaration(siret(2).digits, "Deux", Nature.PRIVATE), now=NOW)
    billed = declare(session, user, Declaration(siret(3).digits, "Trois", Nature.PRIVATE), now=NOW)
    equip(session, alone)
    known = structure(session)
    invoice(session, billed, known)
    change(session, user, changed.id, siret(2, 2).digits, "", today=TODAY, now=NOW)
    session.commit()
    later = NOW + days(31)
    assert personal_data.purge_structures(session, later) == 0
    session.delete(user)
    session.commit()
    assert personal_data.purge_structures(session, NOW + days(29)) == 0
    assert personal_data.purge_structures(session, later) == 1
    left = set(session.scalars(select(Structure.siret)))
    assert left == {siret(2).digits, siret(2, 2).digits, siret(3).digits, known.siret}


def test_a_draft_of_somebody_taken_off_keeps_no_deserted_structure(session: Session) -> None:
    owner, helper = person(session), person(session)
    alone = declare(session, owner, Declaration(siret().digits, "Une", Nature.PRIVATE), now=NOW)
    membership = attach(session, helper, alone)
    later = NOW + days(40)
    drafts.save(session, helper, alone.id, step=2, answers={"siret": "x"}, now=later)
    detach(session, owner, membership.id, later)
    session.delete(owner)
    session.commit()
    assert retention.purge(session, later)["structures"] == 1
    assert session.scalar(select(func.count(SiretDraft.id))) == 0


def test_a_rule_that_fails_keeps_no_other_from_being_carried_out(session: Session) -> None:
    def fails(at: Session, _now: datetime) -> int:
        at.execute(text("SELECT * FROM no_such_table"))
        return 0

    take(session, [status("t", "MANDATEE", 3)], base_url=BASE, now=NOW)
    session.commit()
    known = next(rule for rule in retention.RULES if rule.name == "intake")
    rules = (replace(known, name="broken", purge=fails), known)
    with pytest.raises(SQLAlchemyError):
        retention.purge(session, NOW + days(91), rules)
    assert session.scalar(select(func.count(IntakeEvent.id))) == 0


def test_events_and_identifiers_go_in_time(session: Session) -> None:
    take(session, [status("t", "MANDATEE", 3)], base_url=BASE, now=NOW)
    declare(session, person(session), Declaration(siret().digits, "Une", Nature.PRIVATE), now=NOW)
    assert personal_data.purge_intake(session, NOW + days(89)) == 0
    assert personal_data.purge_intake(session, NOW + days(91)) == 1
    assert session.scalar(select(IntakeEvent)) is None
    assert personal_data.purge_events(session, NOW + days(366)) == 1
    assert session.scalar(select(Event)) is None


def test_a_person_gets_all_and_what_stays_has_no_name(session: Session) -> None:
    chief = person(session, "Alix")
    known = structure(session, siret(7), principal=chief)
    one = invoice(session, structure(session), known)
    change_status(session, chief, one.id, "MANDATEE", "", now=NOW)
    done = change(session, chief, known.id, siret(7, 2).digits, "", today=TODAY, now=NOW)
    drafts.save(session, chief, done.new_id, step=2, answers={"siret": "12"}, now=NOW)
    given = accounts.export(session, chief, retention.HOLDINGS)
    assert [each["siret"] for each in given["structures"]] == [siret(7).digits, siret(7, 2).digits]
    assert given["changements_de_siret"][0]["recu"] == done.code
    assert given["changements_de_siret_commences"][0]["saisie"] == {"siret": "12"}
    assert given["statuts_donnes"][0]["statut"] == "MANDATEE"
    accounts.erase_account(session, chief, NOW, retention.HOLDINGS)
    session.commit()
    assert session.get(User, chief.id) is None
    for table in (Membership, SiretDraft):
        assert session.scalar(select(func.count()).select_from(table)) == 0
    assert session.scalars(select(SiretChange.user_id)).one() is None
    assert set(session.scalars(select(StatusChange.user_id))) == {None}
