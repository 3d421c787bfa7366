"""Ask to be attached; accept, refuse: who may, who is told."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute.domain.structures import attaching, listing
from communaute.domain.structures.errors import (
    AlreadyAttached,
    AlreadyDecided,
    Forbidden,
    InvalidEntry,
    NotFound,
    PracticeNumber,
    Replaced,
)
from communaute.domain.structures.numbers import PRACTICE, made_up
from communaute.models import (
    AuditEntry,
    Membership,
    MembershipRole,
    MembershipState,
    Role,
    Structure,
    User,
)
from tests.structures.worlds import (
    BASE,
    NOW,
    attach,
    guest,
    mails,
    person,
    refusals,
    siret,
    structure,
)


def asked(session: Session, user: User, to: Structure, words: str = "") -> Membership:
    return attaching.request_attachment(session, user, to.siret, words, base_url=BASE, now=NOW)


def accept(
    session: Session, who: User, which: Membership, role: MembershipRole | None = None
) -> Membership:
    return attaching.accept(session, who, which.id, role=role, base_url=BASE, now=NOW)


def refuse(session: Session, who: User, which: Membership, reason: str = "") -> Membership:
    return attaching.refuse(session, who, which.id, reason=reason, base_url=BASE, now=NOW)


def test_managers_are_told_of_a_request_and_the_person_of_the_answer(session: Session) -> None:
    chief, second, plain, new = (person(session) for _ in range(4))
    known = structure(session, principal=chief, secondary=second, user=plain)
    request = asked(session, new, known, "Je remplace Camille.")
    assert mails(session) == [(one.email, "attachment-asked") for one in (chief, second)]
    assert listing.structures_of(session, new)[0].state is MembershipState.PENDING
    accept(session, second, request)
    assert mails(session)[2:] == [(new.email, "attachment-decided")]
    assert (request.state, request.role) == (MembershipState.ACTIVE, MembershipRole.USER)
    assert listing.details(session, new, known.id).role is MembershipRole.USER


def test_a_refused_person_is_told_why_and_may_ask_again(session: Session) -> None:
    chief, new = person(session), person(session)
    known = structure(session, principal=chief)
    request = asked(session, new, known)
    refuse(session, chief, request, "Je ne vous connais pas.")
    with pytest.raises(NotFound):
        listing.details(session, new, known.id)
    assert mails(session)[-1] == (new.email, "attachment-decided")
    assert asked(session, new, known).state == MembershipState.PENDING


def test_a_request_is_decided_once(session: Session) -> None:
    chief, new = person(session), person(session)
    request = asked(session, new, structure(session, principal=chief))
    accept(session, chief, request)
    with pytest.raises(AlreadyDecided):
        refuse(session, chief, request)
    with pytest.raises(NotFound):
        attaching.accept(session, chief, 999_999, base_url=BASE, now=NOW)


def test_a_request_is_made_once(session: Session) -> None:
    new, known = person(session), structure(session)
    asked(session, new, known)
    with pytest.raises(AlreadyAttached, match="attend déjà"):
        asked(session, new, known)
    with pytest.raises(InvalidEntry, match="raccourcissez"):
        asked(session, person(session), known, "x" * 501)


def test_an_unknown_siret_is_declared_rather(session: Session) -> None:
    with pytest.raises(NotFound, match="Déclarez-la"):
        attaching.request_attachment(
            session, person(session), siret().digits, base_url=BASE, now=NOW
        )


def test_a_replaced_structure_takes_nobody(session: Session) -> None:
    known = structure(session)
    known.active = False
    with pytest.raises(Replaced):
        asked(session, person(session), known)


def test_an_administrator_decides_where_nobody_manages_and_it_is_written_down(
    session: Session,
) -> None:
    staff, new, third = (
        person(session, role=Role.ADMINISTRATOR),
        person(session),
        person(session),
    )
    known = structure(session)
    first = asked(session, new, known)
    assert mails(session) == []
    assert [r.membership_id for r in listing.waiting_requests(session, staff)] == [first.id]
    assert accept(session, staff, first).role == MembershipRole.PRINCIPAL
    assert accept(session, new, asked(session, third, known)).role == MembershipRole.USER
    acts = session.execute(select(AuditEntry.actor, AuditEntry.act)).all()
    assert acts == [(staff.id, "attachment-accepted")]


def test_only_the_principal_manager_names_managers(session: Session) -> None:
    chief, second, new, other = (person(session) for _ in range(4))
    known = structure(session, principal=chief, secondary=second)
    request, another = asked(session, new, known), asked(session, other, known)
    session.commit()
    with pytest.raises(Forbidden, match="gestionnaire principal"):
        accept(session, second, request, MembershipRole.SECONDARY)
    assert refusals(session) == [(second.id, "attachment-decision-refused")]
    assert accept(session, chief, another, MembershipRole.SECONDARY).role == "secondary"
    assert session.get_one(Membership, request.id).state == MembershipState.PENDING


@pytest.mark.parametrize("who", ["plain", "stranger", "guest", "asker", "pending"])
def test_a_forged_decision_is_refused_and_written_down(session: Session, who: str) -> None:
    chief, plain, new, pending = (person(session) for _ in range(4))
    known = structure(session, principal=chief, user=plain)
    request = asked(session, new, known)
    attach(session, pending, known, MembershipRole.PRINCIPAL, MembershipState.PENDING)
    people = {"plain": plain, "asker": new, "pending": pending}
    forger = people.get(who) or (guest(session) if who == "guest" else person(session))
    session.commit()
    for verb in (accept, refuse):
        with pytest.raises(Forbidden):
            verb(session, forger, request)
    assert refusals(session) == [(forger.id, "attachment-decision-refused")] * 2
    assert session.get_one(Membership, request.id).state == MembershipState.PENDING


def test_the_log_of_refusals_is_no_target(session: Session) -> None:
    known, forger, new = structure(session), person(session), person(session)
    request = asked(session, new, known)
    session.commit()
    for _ in range(60):
        with pytest.raises(Forbidden):
            accept(session, forger, request)
    assert len(refusals(session)) == 50


def test_a_guest_asks_nobody_and_no_mail_is_written(session: Session) -> None:
    chief = person(session)
    known = structure(session, principal=chief)
    visitor = guest(session)
    session.commit()
    with pytest.raises(Forbidden):
        asked(session, visitor, known)
    assert refusals(session) == [(visitor.id, "attachment-request-refused")]
    assert mails(session) == []
    with pytest.raises(PracticeNumber):
        attaching.request_attachment(
            session, chief, made_up(PRACTICE, 101).digits, base_url=BASE, now=NOW
        )


def test_a_manager_sees_addresses_and_a_plain_user_does_not(session: Session) -> None:
    chief, plain = person(session, "Alix"), person(session, "Sacha")
    known = structure(session, principal=chief, user=plain)
    assert [p.address for p in listing.details(session, chief, known.id).people] == [
        chief.email,
        plain.email,
    ]
    assert {p.address for p in listing.details(session, plain, known.id).people} == {""}
    staff = person(session, role=Role.ADMINISTRATOR)
    assert listing.details(session, staff, known.id).role is None
