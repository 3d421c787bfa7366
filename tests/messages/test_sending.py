"""Prepared, recalled, checked again, sent: nothing leaves before its time, and each is told once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from communaute.domain.messages import drafts, inbox, preparing, values
from communaute.domain.messages.errors import Changed, Incomplete, MessageRefused, TooMany
from communaute.domain.messages.values import Written
from communaute.domain.notifications import settings
from communaute.domain.notifications.choices import Choices
from communaute.domain.notifications.topics import Topic
from communaute.domain.siret.changing import change
from communaute.domain.siret.receipt import ticked
from communaute.models import (
    Delivery,
    Event,
    Membership,
    MembershipRole,
    MessageMute,
    MessageState,
    Structure,
)
from tests.messages.worlds import (
    AFTER,
    ALL,
    NOON,
    prepared,
    receipts,
    send,
    sent,
    supplier,
    town,
    written_to,
)
from tests.structures import worlds


def test_nothing_leaves_before_ten_minutes_then_each_once(session: Session) -> None:
    user, commune = town(session)
    reader, firm = supplier(session, commune)
    message = prepared(session, user, commune)
    assert send(session, NOON + timedelta(minutes=9, seconds=59)) == {}
    assert written_to(session, message) == set()
    assert send(session) == {"sent": 1}
    assert send(session) == {}
    assert written_to(session, message) == {reader.email}
    session.refresh(message)
    assert message.state == MessageState.SENT
    assert receipts(session, message) == {firm.id: ("arrived", "")}
    box = inbox.inbox(session, reader, firm.id, AFTER)
    assert [(one.subject, one.unread) for one in box.lines] == [(message.subject, True)]
    events = select(func.count()).select_from(Event).where(Event.kind == "message-arrived")
    assert session.scalar(events.where(Event.structure_id == firm.id)) == 1


def test_recalled_nothing_leaves_and_the_second_is_told_so(session: Session) -> None:
    user, commune = town(session)
    supplier(session, commune)
    message = prepared(session, user, commune)
    preparing.recall(session, user, commune.id, message.id, NOON + timedelta(minutes=9))
    with pytest.raises(MessageRefused, match="déjà été rappelé"):
        preparing.recall(session, user, commune.id, message.id, NOON + timedelta(minutes=9))
    assert send(session) == {}
    assert receipts(session, message) == {}
    about = select(func.count()).where(Delivery.about == f"message {message.id}")
    assert session.scalar(about) == 0


def test_too_late_to_recall(session: Session) -> None:
    user, commune = town(session)
    supplier(session, commune)
    message = sent(session, user, commune)
    with pytest.raises(MessageRefused, match="déjà parti"):
        preparing.recall(session, user, commune.id, message.id, AFTER)


def test_between_freeze_and_sending_everything_is_counted(session: Session) -> None:
    user, commune = town(session)
    moved_boss, moved = supplier(session, commune)
    _, closed = supplier(session, commune)
    _, stays = supplier(session, commune)
    leaver, left = supplier(session, commune)
    message = prepared(session, user, commune)
    new = worlds.siret(int(moved.siret[5:8]), 990).digits
    done = change(session, moved_boss, moved.id, new, NOON.date(), today=NOON.date(), now=NOON)
    closed.active = False
    session.query(Membership).filter(Membership.user_id == leaver.id).delete()
    supplier(session, commune)  # an invoice appears
    session.flush()
    assert send(session) == {"sent": 1}
    session.refresh(message)
    assert receipts(session, message) == {
        moved.id: ("dropped", "followed"),
        done.new_id: ("arrived", "followed"),
        closed.id: ("dropped", "inactive"),
        stays.id: ("arrived", ""),
        left.id: ("arrived", ""),
    }
    kept = message.counts
    assert (kept["frozen"], kept["arrived"], kept["followed"], kept["joined"]) == (4, 3, 1, 1)
    assert kept["dropped"] == {"inactive": 1}
    assert leaver.email not in written_to(session, message)
    assert kept["mails"] == 2


def test_who_wrote_and_manages_no_more_sends_nothing(session: Session) -> None:
    user, commune = town(session)
    worlds.attach(session, worlds.person(session), commune, MembershipRole.PRINCIPAL)
    supplier(session, commune)
    message = prepared(session, user, commune)
    session.query(Membership).filter(Membership.user_id == user.id).delete()
    assert send(session) == {"unsent": 1}
    session.refresh(message)
    assert (message.state, message.outcome) == (MessageState.UNSENT, "author-left")
    assert written_to(session, message) == set()


def test_a_sender_whose_siret_changed_sends_nothing(session: Session) -> None:
    user, commune = town(session)
    supplier(session, commune)
    message = prepared(session, user, commune)
    new = worlds.siret(int(commune.siret[5:8]), 991).digits
    change(session, user, commune.id, new, NOON.date(), today=NOON.date(), now=NOON)
    assert send(session) == {"unsent": 1}
    session.refresh(message)
    assert message.outcome == "sender-replaced"


def test_of_two_prepared_at_once_the_second_drops_who_has_had_the_first(session: Session) -> None:
    user, commune = town(session)
    _, firm = supplier(session, commune)
    first = prepared(session, user, commune)
    second = prepared(session, user, commune)
    assert send(session) == {"sent": 1, "unsent": 1}
    session.refresh(second)
    assert receipts(session, first) == {firm.id: ("arrived", "")}
    assert receipts(session, second) == {firm.id: ("dropped", "recent")}
    assert second.outcome == "nobody-left"


def test_a_recipient_under_another_siret_is_dropped_for_the_reason_that_holds_now(
    session: Session,
) -> None:
    user, commune = town(session)
    boss, firm = supplier(session, commune)
    prepared(session, user, commune)
    second = prepared(session, user, commune)
    new = worlds.siret(int(firm.siret[5:8]), 991).digits
    change(session, boss, firm.id, new, NOON.date(), today=NOON.date(), now=NOON)
    assert send(session) == {"sent": 1, "unsent": 1}
    session.refresh(second)
    assert receipts(session, second) == {firm.id: ("dropped", "recent")}


@pytest.mark.parametrize(
    ("prepared_at", "leaves_at"),
    [
        (datetime(2026, 11, 24, 6, 45, tzinfo=UTC), datetime(2026, 11, 24, 6, 55, tzinfo=UTC)),
        # 19:55 in Paris: ten minutes later the hours are over.
        (datetime(2026, 11, 24, 18, 55, tzinfo=UTC), datetime(2026, 11, 25, 6, 0, tzinfo=UTC)),
        # A Friday evening; a night; a Sunday; the eve of 11 November, a Tuesday.
        (datetime(2026, 11, 27, 20, 0, tzinfo=UTC), datetime(2026, 11, 30, 6, 0, tzinfo=UTC)),
        (datetime(2026, 11, 24, 2, 0, tzinfo=UTC), datetime(2026, 11, 24, 6, 0, tzinfo=UTC)),
        (datetime(2026, 11, 29, 10, 0, tzinfo=UTC), datetime(2026, 11, 30, 6, 0, tzinfo=UTC)),
        (datetime(2026, 11, 10, 20, 0, tzinfo=UTC), datetime(2026, 11, 12, 6, 0, tzinfo=UTC)),
        # Summer time.
        (datetime(2026, 7, 3, 18, 0, tzinfo=UTC), datetime(2026, 7, 6, 5, 0, tzinfo=UTC)),
    ],
)
def test_it_leaves_in_ten_minutes_within_the_hours(
    prepared_at: datetime, leaves_at: datetime
) -> None:
    assert preparing.leaves_at(prepared_at, urgent=False) == leaves_at
    assert preparing.leaves_at(prepared_at, urgent=True) == prepared_at + timedelta(minutes=10)


def test_a_pass_that_is_late_waits_for_the_hours(session: Session) -> None:
    user, commune = town(session)
    supplier(session, commune)
    message = prepared(session, user, commune)
    night = datetime(2026, 11, 24, 23, 0, tzinfo=UTC)
    assert send(session, night) == {"later": 1}
    session.refresh(message)
    assert message.sends_at == datetime(2026, 11, 25, 6, 0, tzinfo=UTC)
    assert send(session, datetime(2026, 11, 25, 6, 1, tzinfo=UTC)) == {"sent": 1}


@pytest.mark.parametrize(
    ("written", "field"),
    [
        (replace(ALL, subject=" "), "subject"),
        (replace(ALL, subject="Voir www.voleur.example"), "subject"),
        (replace(ALL, body=""), "body"),
        (replace(ALL, body="Au [à compléter : date]"), "body"),
        (replace(ALL, concerns=""), "concerns"),
        (replace(ALL, valid_until=None), "valid_until"),
        (replace(ALL, valid_until=date(2026, 11, 23)), "valid_until"),
        (replace(ALL, valid_until=date(2027, 11, 26)), "valid_until"),
        (replace(ALL, urgent=True), "urgent_reason"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(
    session: Session, written: Written, field: str
) -> None:
    user, commune = town(session)
    supplier(session, commune)
    with pytest.raises(Incomplete) as refused:
        prepared(session, user, commune, written)
    assert list(refused.value.faults) == [field]


def test_what_was_read_is_what_leaves(session: Session) -> None:
    user, commune = town(session)
    supplier(session, commune)
    draft = drafts.begin(session, user, commune.id, ALL, NOON)
    seen = draft.version
    drafts.save(session, user, commune.id, draft.id, replace(ALL, body="Autre"), seen, NOON)
    with pytest.raises(Changed):
        preparing.prepare(session, user, commune.id, draft.id, seen, NOON)
    with pytest.raises(Changed):
        drafts.save(session, user, commune.id, draft.id, ALL, seen, NOON)


def test_nobody_and_too_many(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    user, commune = town(session)
    with pytest.raises(MessageRefused, match="Aucune structure"):
        prepared(session, user, commune)
    supplier(session, commune)
    supplier(session, commune)
    monkeypatch.setattr(values, "MOST_RECIPIENTS", 1)
    with pytest.raises(TooMany):
        prepared(session, user, commune)


def test_who_is_mailed(session: Session) -> None:
    """Managers, and who asked for notifications; nobody who silenced messages or this sender."""
    user, commune = town(session)
    boss, firm = supplier(session, commune)
    plain, asks, silent, mutes, closed = (worlds.person(session) for _ in range(5))
    for one in (plain, asks, silent):
        worlds.attach(session, one, firm)
    for one in (mutes, closed):
        worlds.attach(session, one, firm, MembershipRole.SECONDARY)
    settings.save(session, asks, Choices(receives=True), NOON)
    quiet = Choices(receives=True, silenced=frozenset({Topic.MESSAGE}))
    settings.save(session, silent, quiet, NOON)
    session.add(MessageMute(user_id=mutes.id, structure_id=commune.id))
    closed.active = False
    session.flush()
    message = sent(session, user, commune)
    assert written_to(session, message) == {boss.email, asks.email}


def test_one_mail_a_person_whatever_the_number_of_their_structures(session: Session) -> None:
    user, commune = town(session)
    boss, _ = supplier(session, commune)
    _, second = supplier(session, commune)
    worlds.attach(session, boss, second, MembershipRole.SECONDARY)
    message = sent(session, user, commune)
    mails = select(func.count()).where(
        Delivery.about == f"message {message.id}", Delivery.recipient == boss.email
    )
    assert session.scalar(mails) == 1


def test_the_mail_holds_no_text_and_no_file(session: Session) -> None:
    user, commune = town(session)
    supplier(session, commune)
    message = sent(session, user, commune)
    mail = session.scalars(select(Delivery).where(Delivery.about == f"message {message.id}")).one()
    assert "S042" not in str(mail.context)
    assert mail.attachments == []
    assert mail.context["link"].endswith(f"/recus/{message.id}")
    assert "/outils/messages/quitter/" in (mail.unsubscribe_url or "")


def test_the_siret_change_hands_its_announcement_over(session: Session) -> None:
    user, commune = town(session)
    _, firm = supplier(session, commune)
    new = worlds.siret(int(commune.siret[5:8]), 992).digits
    done = change(session, user, commune.id, new, NOON.date(), today=NOON.date(), now=NOON)
    draft = drafts.announce(session, user, done.new_id, done.code, NOON)
    assert drafts.announce(session, user, done.new_id, done.code, NOON).id == draft.id
    assert "Nouveau SIRET" in draft.body
    preparing.prepare(session, user, done.new_id, draft.id, draft.version, NOON)
    assert ticked(session, done.code) == frozenset()
    assert send(session) == {"sent": 1}
    assert receipts(session, draft) == {firm.id: ("arrived", "")}
    assert len(ticked(session, done.code)) == 1


@pytest.fixture
def statements(session: Session) -> Iterator[list[str]]:
    """Every statement that the session sends."""
    seen: list[str] = []
    connection = session.connection()

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.lower().startswith(("savepoint", "release")):
            seen.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    yield seen
    event.remove(connection, "before_cursor_execute", note)


@pytest.mark.parametrize("count", [1, 9])
def test_the_number_of_queries_does_not_depend_on_how_many(
    session: Session, statements: list[str], count: int
) -> None:
    user, commune = town(session)
    for _ in range(count):
        _, firm = supplier(session, commune)
        for _ in range(3):
            worlds.attach(session, worlds.person(session), firm, MembershipRole.SECONDARY)
    draft = drafts.begin(session, user, commune.id, ALL, NOON)
    session.commit()
    session.expire_all()
    statements.clear()
    preparing.prepare(session, user, commune.id, draft.id, 1, NOON)
    session.commit()
    assert len(statements) <= 15, statements
    statements.clear()
    assert send(session) == {"sent": 1}
    assert len(statements) <= 15, "\n".join(statements)
    assert len(written_to(session, draft)) == 4 * count
    assert session.get_one(Structure, commune.id).active
