"""Change a SIRET: who may, to what, what follows, what does not, undo."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from communaute.domain.siret import drafts, rules
from communaute.domain.siret.changing import change, choices, preview, undo
from communaute.domain.siret.errors import (
    AlreadyReplaced,
    ChangeRefused,
    Inactive,
    LocalAuthority,
    NotManager,
    NotUndoable,
    OtherSiren,
    OutsidePractice,
    SameSiret,
    SiretTaken,
    WrongDate,
)
from communaute.domain.siret.receipt import read_receipt
from communaute.domain.structures import listing, practice
from communaute.domain.structures.errors import NotFound
from communaute.domain.structures.numbers import PRACTICE, InvalidSiret, Siret, made_up
from communaute.domain.structures.timeline import change_status
from communaute.models import (
    BillingMandate,
    Connection,
    Event,
    Invoice,
    Membership,
    MembershipRole,
    MembershipState,
    Nature,
    SiretChange,
    Structure,
    User,
)
from tests.structures.worlds import (
    NOW,
    TODAY,
    attach,
    equip,
    guest,
    invoice,
    person,
    refusals,
    siret,
    structure,
)


OLD, NEW = siret(7, 1), siret(7, 2)


@pytest.fixture
def chief(session: Session) -> User:
    return person(session, "Alix")


@pytest.fixture
def company(session: Session, chief: User) -> Structure:
    """A structure with everything, its invoices sent and received."""
    made = structure(session, OLD, principal=chief, user=person(session, "Sacha"))
    equip(session, made)
    client = structure(session, siret(8), nature=Nature.PUBLIC)
    invoice(session, made, client, "MISE_A_DISPOSITION")
    invoice(session, made, client, "MISE_EN_PAIEMENT")
    invoice(session, client, made, "SUSPENDUE")
    session.commit()
    return made


def changed(
    session: Session, who: User, what: int, to: str = NEW.digits, **more: Any
) -> SiretChange:
    day = more.pop("day", "")
    return change(session, who, what, to, day, today=TODAY, now=NOW, **more)


def test_the_old_structure_is_inactive_the_new_one_active_both_linked(
    session: Session, chief: User, company: Structure
) -> None:
    done = changed(session, chief, company.id, day="2026-08-01")
    old = listing.details(session, chief, done.old_id)
    new = listing.details(session, chief, done.new_id)
    assert (old.structure.active, new.structure.active) == (False, True)
    assert old.successor is not None
    assert new.predecessor is not None
    assert (old.successor.structure.siret, new.predecessor.structure.siret) == (NEW, OLD)
    assert old.successor.effective_on == new.predecessor.effective_on == date(2026, 8, 1)
    assert new.predecessor.recorded_at == NOW


def test_services_people_and_spaces_follow_mandates_and_connections_do_not(
    session: Session, chief: User, company: Structure
) -> None:
    before = listing.details(session, chief, company.id)
    done = changed(session, chief, company.id)
    new = listing.details(session, chief, done.new_id)
    assert new.services == before.services
    assert new.spaces == before.spaces
    assert [(p.user_id, p.role) for p in new.people] == [(p.user_id, p.role) for p in before.people]
    for table in (BillingMandate, Connection):
        assert set(session.scalars(select(table.structure_id))) == {company.id}
    assert new.structure.name == before.structure.name
    assert not new.structure.verified


def test_open_invoices_stay_and_the_same_people_still_treat_them(
    session: Session, chief: User, company: Structure
) -> None:
    before = sorted(session.execute(select(Invoice.id, Invoice.sender_id, Invoice.recipient_id)))
    changed(session, chief, company.id)
    assert before == sorted(
        session.execute(select(Invoice.id, Invoice.sender_id, Invoice.recipient_id))
    )
    received = session.scalars(select(Invoice).where(Invoice.recipient_id == company.id)).one()
    change_status(session, chief, received.id, "REJETEE", "Erreur de montant.", now=NOW)
    assert received.status == "REJETEE"


def test_requests_that_wait_follow(session: Session, chief: User, company: Structure) -> None:
    asker = person(session)
    attach(session, asker, company, state=MembershipState.PENDING)
    done = changed(session, chief, company.id)
    assert [one.structure.id for one in listing.waiting_requests(session, chief)] == [done.new_id]


def test_members_are_told_by_one_event(session: Session, chief: User, company: Structure) -> None:
    done = changed(session, chief, company.id)
    told = session.scalars(select(Event).where(Event.kind == "siret-changed")).one()
    assert told.structure_id == done.new_id
    assert told.details == {"old": OLD.digits, "new": NEW.digits, "receipt": done.code}


def test_before_and_after_say_what_will_happen_and_write_nothing(
    session: Session, chief: User, company: Structure
) -> None:
    shown = preview(session, chief, company.id, f" {NEW} ", "01/08/2026", today=TODAY)
    assert shown.effective_on == date(2026, 8, 1)
    assert (shown.before.mandates, shown.after.mandates) == (1, 0)
    assert (shown.before.services, shown.after.services) == (2, 2)
    assert {one.title: one.count for one in shown.follows} == {
        "Données de la structure": 1,
        "Services": 2,
        "Utilisateurs": 2,
        "Espaces": 3,
    }
    assert [one.title for one in shown.redo] == [
        "Mandat de facturation",
        "Compte utilisateur technique",
        "Raccordement EDI ou API",
        "Numéro PACAGE",
    ]
    assert all(one.what_to_do for one in shown.redo)
    assert {(one.status, one.sent, one.received) for one in shown.remaining} == {
        ("MISE_A_DISPOSITION", 1, 0),
        ("SUSPENDUE", 0, 1),
    }
    assert shown.open_invoices == 2
    assert session.scalar(select(SiretChange)) is None


@pytest.mark.parametrize(
    ("typed", "error", "words"),
    [
        ("", InvalidSiret, "14 chiffres"),
        (NEW.digits[:-1] + str((int(NEW.key) + 1) % 10), InvalidSiret, "clé"),
        (OLD.digits, SameSiret, "SIRET actuel"),
        (siret(9).digits, OtherSiren, "créez une nouvelle structure"),
        (made_up(PRACTICE, 7).digits, OutsidePractice, "inventé"),
    ],
)
def test_a_new_siret_that_may_not_be_is_refused_in_words(
    session: Session,
    chief: User,
    company: Structure,
    typed: str,
    error: type[Exception],
    words: str,
) -> None:
    with pytest.raises(error, match=words):
        preview(session, chief, company.id, typed, "", today=TODAY)
    with pytest.raises(error, match=words):
        changed(session, chief, company.id, typed)
    assert session.get_one(Structure, company.id).active


def test_our_own_rule_says_it_is_ours(session: Session, chief: User, company: Structure) -> None:
    with pytest.raises(OtherSiren, match="règle est la nôtre"):
        changed(session, chief, company.id, siret(9).digits)


def test_a_siret_in_use_or_once_used_is_refused(
    session: Session, chief: User, company: Structure
) -> None:
    other = structure(session, NEW)
    with pytest.raises(SiretTaken, match="porte déjà"):
        changed(session, chief, company.id)
    done = changed(session, chief, company.id, siret(7, 3).digits)
    with pytest.raises(SiretTaken, match="n’est plus active"):
        changed(session, chief, done.new_id, OLD.digits)
    other.active = False
    with pytest.raises(SiretTaken, match="n’est plus active"):
        changed(session, chief, done.new_id)


def test_a_structure_is_replaced_once_and_the_second_is_told_which_receipt(
    session: Session, chief: User, company: Structure
) -> None:
    done = changed(session, chief, company.id)
    with pytest.raises(AlreadyReplaced, match="porte maintenant") as refused:
        changed(session, chief, company.id, siret(7, 3).digits)
    assert refused.value.receipt_code == done.code


def test_a_local_authority_is_told_what_to_do_instead(session: Session, chief: User) -> None:
    town = structure(session, OLD, nature=Nature.PUBLIC, local_authority=True, principal=chief)
    with pytest.raises(LocalAuthority, match="Hélios"):
        changed(session, chief, town.id)
    with pytest.raises(LocalAuthority, match="sollicitation"):
        rules.eligible(session, chief, town.id)


def test_a_secondary_manager_may_an_inactive_structure_may_not(session: Session) -> None:
    second = person(session)
    made = structure(session, OLD, secondary=second)
    made.active = False
    with pytest.raises(Inactive):
        changed(session, second, made.id)
    made.active = True
    assert changed(session, second, made.id).user_id == second.id


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("demain", "écrivez-la comme"),
        ("31/02/2026", "date du calendrier"),
        ((TODAY + timedelta(days=1)).isoformat(), "à venir"),
        ("2016-12-31", "trop ancienne"),
    ],
)
def test_an_effective_date_that_may_not_be_is_refused(
    session: Session, chief: User, company: Structure, typed: str, words: str
) -> None:
    with pytest.raises(WrongDate, match=words):
        changed(session, chief, company.id, day=typed)


def test_dates_of_a_chain_never_go_back(session: Session, chief: User, company: Structure) -> None:
    done = changed(session, chief, company.id, day="2026-08-01")
    with pytest.raises(WrongDate, match=r"1er.août.2026"):
        changed(session, chief, done.new_id, siret(7, 3).digits, day="2026-07-31")
    changed(session, chief, done.new_id, siret(7, 3).digits, day="2026-08-01")


@pytest.mark.parametrize("who", ["plain", "stranger", "guest", "pending", "refused"])
def test_a_forged_change_is_refused_and_written_down(
    session: Session, company: Structure, who: str
) -> None:
    forger = guest(session) if who == "guest" else person(session)
    if who == "plain":
        attach(session, forger, company)
    if who in ("pending", "refused"):
        attach(session, forger, company, MembershipRole.PRINCIPAL, MembershipState(who))
    session.commit()
    with pytest.raises(NotManager if who == "plain" else NotFound):
        changed(session, forger, company.id)
    assert refusals(session) == [(forger.id, "siret-change-refused")]
    assert session.get_one(Structure, company.id).active
    assert session.scalar(select(SiretChange)) is None


def test_somebody_of_the_real_world_does_not_change_a_practice_structure(
    session: Session, chief: User
) -> None:
    visitor = guest(session)
    theirs = practice.state(session, visitor, NOW)
    attach(
        session, chief, session.get_one(Structure, theirs.structure.id), MembershipRole.PRINCIPAL
    )
    session.commit()
    with pytest.raises(NotFound):
        changed(session, chief, theirs.structure.id, theirs.suggested_siret.digits)
    with pytest.raises(OutsidePractice, match="jamais"):
        changed(session, visitor, theirs.structure.id, NEW.digits)


def test_a_practice_change_is_undone_and_the_real_one_is_not(
    session: Session, chief: User, company: Structure
) -> None:
    real = changed(session, chief, company.id)
    with pytest.raises(NotUndoable, match="ne s’annule pas"):
        undo(session, chief, real.code, now=NOW)
    visitor = guest(session)
    start = practice.state(session, visitor, NOW)
    before = listing.details(session, visitor, start.structure.id)
    done = changed(session, visitor, start.structure.id, start.suggested_siret.digits)
    assert read_receipt(session, visitor, done.code).undoable
    again = changed(
        session, visitor, done.new_id, practice.state(session, visitor, NOW).suggested_siret.digits
    )
    with pytest.raises(NotUndoable, match="annulez d’abord le dernier"):
        undo(session, visitor, done.code, now=NOW)
    undo(session, visitor, again.code, now=NOW)
    undo(session, visitor, done.code, now=NOW)
    assert listing.details(session, visitor, start.structure.id) == before
    session.commit()
    with pytest.raises(NotFound, match="déjà été annulé"):
        undo(session, visitor, done.code, now=NOW)


def test_a_forged_undo_is_refused_and_written_down(session: Session) -> None:
    visitor, other = guest(session), guest(session)
    start = practice.state(session, visitor, NOW)
    done = changed(session, visitor, start.structure.id, start.suggested_siret.digits)
    code = done.code
    session.commit()
    with pytest.raises(NotFound):
        undo(session, other, code, now=NOW)
    assert refusals(session) == [(other.id, "siret-undo-refused")]


def test_the_receipt_is_the_same_each_time_it_is_opened(
    session: Session, chief: User, company: Structure
) -> None:
    done = changed(session, chief, company.id, day="2026-08-01")
    first = read_receipt(session, chief, done.code)
    received = session.scalars(select(Invoice).where(Invoice.recipient_id == company.id)).one()
    change_status(session, chief, received.id, "REJETEE", "Motif.", now=NOW)
    assert read_receipt(session, chief, done.code) == first
    assert [line.number for line in first.todo] == list(range(1, len(first.todo) + 1))
    assert first.todo[0].title == "Mandat de facturation"
    assert first.todo[0].due == TODAY + timedelta(days=1)
    assert [one.day for one in first.reminders] == [
        TODAY + timedelta(days=1),
        TODAY + timedelta(days=8),
    ]
    assert len({one.uid for one in first.reminders}) == 2
    for words in (str(OLD), str(NEW), "1er\u00a0août\u00a02026", company.name):
        assert words in first.announcement.body
    assert not first.undoable
    with pytest.raises(NotFound):
        read_receipt(session, person(session), done.code)
    with pytest.raises(NotFound):
        read_receipt(session, chief, "AAAA-AAAA-AAAA")


def test_each_structure_says_why_it_may_not_change(
    session: Session, chief: User, company: Structure
) -> None:
    town = structure(session, local_authority=True, nature=Nature.PUBLIC, principal=chief)
    theirs = structure(session, user=chief)
    drafts.save(session, chief, company.id, step=3, answers={"siret": "1"}, now=NOW)
    done = changed(
        session, chief, structure(session, siret(11), principal=chief).id, siret(11, 2).digits
    )
    found = {one.structure.id: one for one in choices(session, chief)}
    assert found[company.id].why_not == ""
    assert found[company.id].draft_step == 3
    assert "Hélios" in found[town.id].why_not
    assert "gestionnaire" in found[theirs.id].why_not
    assert "déjà changé" in found[done.old_id].why_not
    assert found[done.new_id].why_not == ""


def test_what_is_typed_is_kept_between_visits(
    session: Session, chief: User, company: Structure
) -> None:
    assert drafts.load(session, chief, company.id) is None
    drafts.save(session, chief, company.id, step=4, answers={"siret": "12 34"}, now=NOW)
    drafts.save(session, chief, company.id, step=2, answers={"date": "hier"}, now=NOW)
    kept = drafts.load(session, chief, company.id)
    assert kept is not None
    assert (kept.step, kept.answers) == (4, {"siret": "12 34", "date": "hier"})
    assert drafts.load(session, person(session), company.id) is None
    with pytest.raises(NotFound):
        drafts.save(session, person(session), company.id, step=1, answers={}, now=NOW)
    assert drafts.purge(session, NOW + timedelta(days=29)) == 0
    changed(session, chief, company.id)
    assert drafts.load(session, chief, company.id) is None
    drafts.save(session, chief, company.id, step=1, answers={}, now=NOW)
    assert drafts.purge(session, NOW + timedelta(days=31)) == 1


def test_refusals_are_sentences(session: Session, chief: User, company: Structure) -> None:
    with pytest.raises(ChangeRefused) as refused:
        changed(session, chief, company.id, OLD.digits)
    assert str(refused.value).endswith(".")
    assert Siret(OLD.digits) == OLD
    assert session.scalar(select(Membership.id)) is not None


def test_the_number_of_queries_does_not_grow(session: Session) -> None:
    """Neither with invoices, nor services, nor people."""
    counts = []
    for number, size in ((21, 1), (22, 40)):
        chief = person(session)
        made = structure(session, siret(number), principal=chief)
        equip(session, made, services=size)
        for _ in range(size):
            attach(session, person(session), made)
            invoice(session, made, structure(session))
        session.commit()
        with counted(session) as queries:
            changed(session, chief, made.id, siret(number, 2).digits)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[1] < 45


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    """The statements a session sends meanwhile."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    engine = session.connection().engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)
