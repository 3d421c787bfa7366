"""Digests that are sent: each person once, nothing lost, never empty."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute.domain.context import Context
from communaute.domain.notifications import inbox, places, sending, settings
from communaute.domain.notifications.choices import Choices
from communaute.domain.notifications.topics import Topic
from communaute.domain.structures.events import EventKind, happened
from communaute.domain.structures.timeline import record
from communaute.models import (
    Delivery,
    Event,
    Invoice,
    MembershipRole,
    MembershipState,
    NotificationSetting,
    Structure,
    User,
)
from tests.structures import worlds


# A Tuesday at noon in Paris; the digest is due the next morning at eight.
NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 25, 7, 0, tzinfo=UTC)
ON = Choices(receives=True)


def send(session: Session, now: datetime = MORNING) -> dict[str, int]:
    return sending.send_due(Context(session, now, worlds.BASE, "secret"))


def reader(session: Session, choices: Choices = ON) -> tuple[User, Structure]:
    """Somebody who receives, in a structure of theirs."""
    user = worlds.person(session)
    made = worlds.structure(session, principal=user)
    settings.save(session, user, choices, NOON)
    return user, made


def step(session: Session, invoice: Invoice, status: str, at: datetime = NOON) -> None:
    record(session, invoice, status, "Motif.", at=at, recorded_at=at)
    session.flush()


def moves(session: Session, of: Structure, at: datetime = NOON) -> None:
    happened(session, EventKind.SPACE_OPENED, of.id, at)
    session.flush()


def digests(session: Session, to: User) -> list[Delivery]:
    found = select(Delivery).where(
        Delivery.recipient == to.email, Delivery.template == "notification-digest"
    )
    return list(session.scalars(found.order_by(Delivery.id)))


def lines(mail: Delivery) -> list[str]:
    return [line["text"] for group in mail.context["groups"] for line in group["lines"]]


def test_off_at_the_start_nobody_is_written_to(session: Session) -> None:
    user = worlds.person(session)
    moves(session, worlds.structure(session, principal=user))
    assert settings.choices_of(session, user) == Choices(receives=False)
    send(session)
    assert digests(session, user) == []


def test_a_digest_is_sent_once(session: Session) -> None:
    user, made = reader(session)
    moves(session, made)
    assert send(session)["sent"] == 1
    assert send(session) == {"sent": 0, "nothing": 0, "closed": 0, "untold": 0}
    assert send(session, MORNING + timedelta(minutes=5))["sent"] == 0
    (mail,) = digests(session, user)
    assert mail.list_name == "notifications"
    assert "/outils/notifications/quitter/" in (mail.unsubscribe_url or "")


def test_a_digest_is_never_empty_and_the_next_day_is_due_all_the_same(session: Session) -> None:
    user, made = reader(session)
    assert send(session)["nothing"] == 1
    assert digests(session, user) == []
    moves(session, made, MORNING + timedelta(hours=2))
    assert send(session, MORNING + timedelta(days=1))["sent"] == 1


def test_what_happened_before_the_box_was_ticked_is_not_told(session: Session) -> None:
    user = worlds.person(session)
    made = worlds.structure(session, principal=user)
    moves(session, made)
    settings.save(session, user, ON, NOON)
    assert send(session)["nothing"] == 1


def test_a_clock_set_back_an_hour_sends_nothing_twice(session: Session) -> None:
    user, made = reader(session)
    moves(session, made)
    send(session)
    moves(session, made, MORNING)
    assert send(session, MORNING - timedelta(hours=1))["sent"] == 0
    row = session.get_one(NotificationSetting, user.id)
    assert row.next_at == MORNING + timedelta(days=1)


def test_several_changes_of_an_invoice_are_one_line_with_the_last(session: Session) -> None:
    user, made = reader(session)
    invoice = worlds.invoice(session, made, worlds.structure(session), number="F-SEULE")
    for minute, status in enumerate(("SERVICE_FAIT", "MANDATEE", "MISE_EN_PAIEMENT")):
        step(session, invoice, status, NOON + timedelta(minutes=minute))
    send(session)
    (line,) = lines(digests(session, user)[0])
    assert "F-SEULE" in line
    assert "mise en paiement" in line
    assert "(3 changements)" in line


def test_what_waits_comes_first_and_says_until_when(session: Session) -> None:
    user, made = reader(session)
    other = worlds.structure(session)
    for status in ("SUSPENDUE", "A_RECYCLER", "REJETEE", "A_VALIDER", "MANDATEE"):
        worlds.invoice(session, made, other, status, number=f"F-{status}")
    worlds.attach(session, worlds.person(session), made, state=MembershipState.PENDING)
    moves(session, made)
    send(session)
    waits = [line["text"] for line in digests(session, user)[0].context["waits"]]
    assert [w for w in waits if "F-MANDATEE" in w] == []
    assert len(waits) == 5
    assert any("complétez-la" in w for w in waits)
    assert any("1\u00a0demande de rattachement" in w or "1 demande" in w for w in waits)
    # Five days before NOON it became « à valider »: fifteen days later it is validated.
    (tacit,) = [w for w in waits if "F-A_VALIDER" in w]
    assert "validée le 4\u00a0décembre\u00a02026" in tacit
    assert digests(session, user)[0].subject.startswith("5")


def test_fifty_lines_then_and_so_many_others(session: Session) -> None:
    user, made = reader(session)
    for _ in range(262):
        happened(session, EventKind.SPACE_OPENED, made.id, NOON)
    send(session)
    (mail,) = digests(session, user)
    assert len(lines(mail)) == 50
    assert mail.context["left_out"] == 212


def test_an_invoice_between_two_structures_of_one_person_is_one_line(session: Session) -> None:
    user, made = reader(session)
    invoice = worlds.invoice(session, made, worlds.structure(session, principal=user))
    for minute, status in enumerate(("MANDATEE", "MISE_EN_PAIEMENT")):
        step(session, invoice, status, NOON + timedelta(minutes=minute))
    send(session)
    (line,) = lines(digests(session, user)[0])
    assert "mise en paiement" in line
    assert "(2 changements)" in line


def test_joining_forty_structures_at_once_makes_one_mail(session: Session) -> None:
    user, _ = reader(session)
    for _ in range(40):
        made = worlds.structure(session)
        worlds.attach(session, user, made).decided_at = NOON
        kind = EventKind.ATTACHMENT_ACCEPTED
        happened(session, kind, made.id, NOON, user_id=user.id)
    session.flush()
    send(session)
    (mail,) = digests(session, user)
    assert len(lines(mail)) == 40


def test_what_one_is_not_told(session: Session) -> None:
    """A topic silenced, a structure left aside, another person's event, a request one cannot decide."""
    user, made = reader(session)
    aside, managed = worlds.structure(session, user=user), worlds.structure(session)
    worlds.attach(session, user, managed, MembershipRole.USER)
    quiet = replace(ON, silenced=frozenset({Topic.SPACE}), exceptions=frozenset({aside.id}))
    settings.save(session, user, quiet, NOON)
    moves(session, made)
    happened(session, EventKind.MANDATE_ADDED, aside.id, NOON)
    happened(session, EventKind.ATTACHMENT_ASKED, managed.id, NOON)
    other = worlds.person(session)
    happened(session, EventKind.ATTACHMENT_ACCEPTED, made.id, NOON, user_id=other.id)
    session.flush()
    assert send(session)["nothing"] == 1
    happened(session, EventKind.MANDATE_ADDED, made.id, MORNING)
    assert send(session, MORNING + timedelta(days=1))["sent"] == 1


def test_who_joins_is_not_told_what_happened_before(session: Session) -> None:
    user, _ = reader(session)
    made = worlds.structure(session)
    moves(session, made, NOON)
    worlds.attach(session, user, made).decided_at = NOON + timedelta(minutes=1)
    session.flush()
    assert send(session)["nothing"] == 1


def test_next_structures_are_followed_or_not_as_one_chose(session: Session) -> None:
    for follows in (True, False):
        user, _ = reader(session, replace(ON, next_structures=follows))
        moves(session, worlds.structure(session, principal=user))
        send(session)
        assert bool(digests(session, user)) is follows


def test_the_week_end_is_told_on_monday_and_the_mail_says_since_when(session: Session) -> None:
    user, made = reader(session)
    friday, monday = datetime(2026, 11, 27, 7, tzinfo=UTC), datetime(2026, 11, 30, 7, tzinfo=UTC)
    send(session, friday)
    moves(session, made, friday + timedelta(days=1))
    for days in (1, 2):
        assert send(session, friday + timedelta(days=days))["sent"] == 0
    assert send(session, monday)["sent"] == 1
    assert digests(session, user)[0].context["since"] == {"@moment": friday.isoformat()}


def test_an_event_that_cannot_be_told_delays_nobody_and_is_noted(session: Session) -> None:
    user, made = reader(session)
    other, elsewhere = reader(session)
    session.add(Event(kind="unheard-of", at=NOON, structure_id=made.id, details={}))
    moves(session, made)
    moves(session, elsewhere)
    assert send(session) == {"sent": 2, "nothing": 0, "closed": 0, "untold": 1}
    assert any("n’a pas pu être décrit" in line for line in lines(digests(session, user)[0]))
    assert len(digests(session, other)) == 1
    faulty = session.scalars(select(Event).where(Event.kind == "unheard-of")).one()
    assert faulty.fault == "ValueError"


def test_a_closed_account_is_not_written_to(session: Session) -> None:
    user, made = reader(session)
    user.active = False
    moves(session, made)
    assert send(session)["closed"] == 1
    assert digests(session, user) == []


def test_places_are_given_once_and_in_order(session: Session) -> None:
    made = worlds.structure(session)
    before = places.give_places(session)
    for _ in range(3):
        moves(session, made)
    assert places.give_places(session) == before + 3
    assert places.give_places(session) == before + 3


def test_a_message_is_told_at_once_and_no_digest_waits_for_it(session: Session) -> None:
    user, made = reader(session)
    details = {"sender": "Commune", "message": "7"}
    happened(session, EventKind.MESSAGE, made.id, NOON, details=details)
    session.flush()
    assert send(session)["nothing"] == 1
    assert digests(session, user) == []
    (entry,) = inbox.read(session, user).entries
    assert "Message de Commune" in entry.line.text
    assert entry.line.path == f"/outils/messages/{made.id}/recus/7"
