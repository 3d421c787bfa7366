"""Read, muted, reported, withdrawn, corrected, held: what readers and management do of a message."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from communaute.domain.messages import (
    choosing,
    drafts,
    inbox,
    personal_data,
    preparing,
    sent,
    stopping,
)
from communaute.domain.messages import practice as practising
from communaute.domain.messages.errors import Held, Incomplete, MessageRefused
from communaute.domain.messages.inbox import Shelf
from communaute.domain.notifications import leaving, settings
from communaute.domain.notifications.topics import Topic
from communaute.domain.siret.changing import change
from communaute.domain.structures.errors import NotFound
from communaute.models import (
    AuditEntry,
    Delivery,
    DeliveryState,
    Message,
    MessageReceipt,
    MessageReport,
    MessageState,
    Role,
    Structure,
    User,
)
from tests.messages.worlds import AFTER, ALL, NOON, prepared, send, supplier, town, written_to
from tests.messages.worlds import sent as left
from tests.structures import worlds


LATER = AFTER + timedelta(hours=1)


def lines(session: Session, user: User, structure: Structure, **asked: object) -> list[str]:
    found = inbox.inbox(session, user, structure.id, LATER, **asked)  # type: ignore[arg-type]
    return [one.subject for one in found.lines]


def test_read_by_one_it_is_read_for_the_structure_and_nobody_is_named(session: Session) -> None:
    user, commune = town(session)
    readers = [supplier(session, commune) for _ in range(6)]
    message = left(session, user, commune)
    for count, (reader, firm) in enumerate(readers, 1):
        assert inbox.unread_of(session, reader, [firm.id], LATER) == {firm.id: 1}
        inbox.mark_read(session, reader, firm.id, message.id, LATER)
        inbox.mark_read(session, reader, firm.id, message.id, LATER)
        assert inbox.unread_of(session, reader, [firm.id], LATER) == {firm.id: 0}
        said = sent.standing(session, user, commune.id, message.id, LATER).read
        assert said == f"lu par {'moins de 5' if count < 5 else count} structures sur 6"
    columns = {column.name for column in MessageReceipt.__table__.columns}
    assert not columns & {"user_id", "read_by", "reader_id"}


def test_expired_apart_and_searched_without_accents(session: Session) -> None:
    user, commune = town(session)
    reader, firm = supplier(session, commune)
    left(session, user, commune, replace(ALL, subject="Fermé en été"))
    assert lines(session, reader, firm, query="ete ferme") == ["Fermé en été"]
    assert lines(session, reader, firm, query="s042") == ["Fermé en été"]
    assert lines(session, reader, firm, query="absent") == []
    assert lines(session, reader, firm, query="100% _") == []
    over = inbox.inbox(session, reader, firm.id, NOON + timedelta(days=60))
    assert (over.total, over.counts[Shelf.EXPIRED], over.unread) == (0, 1, 0)


def test_a_new_siret_keeps_the_inbox(session: Session) -> None:
    user, commune = town(session)
    reader, firm = supplier(session, commune)
    message = left(session, user, commune)
    new = worlds.siret(int(firm.siret[5:8]), 993).digits
    done = change(session, reader, firm.id, new, NOON.date(), today=NOON.date(), now=LATER)
    moved = session.get_one(Structure, done.new_id)
    assert lines(session, reader, moved) == [message.subject]
    inbox.mark_read(session, reader, moved.id, message.id, LATER)
    assert inbox.read(session, reader, moved.id, message.id, LATER).read_at == LATER


def test_muted_for_oneself_alone(session: Session) -> None:
    user, commune = town(session)
    reader, firm = supplier(session, commune)
    mate = worlds.person(session)
    worlds.attach(session, mate, firm)
    message = left(session, user, commune)
    choosing.mute(session, reader, firm.id, message.id)
    choosing.mute(session, reader, firm.id, message.id)
    assert lines(session, reader, firm) == []
    assert lines(session, reader, firm, shelf=Shelf.MUTED) == [message.subject]
    assert lines(session, mate, firm) == [message.subject]
    week = NOON + timedelta(days=8)
    again = left(session, user, commune, ALL, week)
    assert reader.email not in written_to(session, again)
    choosing.unmute(session, reader, firm.id, message.id)
    assert len(lines(session, reader, firm)) == 2


@pytest.mark.parametrize("times", [1, 2])
def test_muted_still_once_the_sender_has_another_siret(session: Session, times: int) -> None:
    user, commune = town(session)
    reader, firm = supplier(session, commune)
    message = left(session, user, commune)
    choosing.mute(session, reader, firm.id, message.id)
    here, today = commune, NOON.date()
    for rank in range(times):
        new = worlds.siret(int(commune.siret[5:8]), 994 + rank).digits
        done = change(session, user, here.id, new, today, today=today, now=LATER)
        here = session.get_one(Structure, done.new_id)
    again = left(session, user, here, ALL, NOON + timedelta(days=8))
    assert reader.email not in written_to(session, again)
    found = inbox.inbox(session, reader, firm.id, NOON + timedelta(days=9), shelf=Shelf.MUTED)
    assert found.total == 2


def report(session: Session, reader: User, firm: Structure, message: Message) -> None:
    choosing.report(
        session, reader, firm.id, message.id, "menace", "Voyez.", now=LATER, base_url=worlds.BASE
    )


def test_three_structures_that_report_hold_the_sender(session: Session) -> None:
    admin = worlds.person(session, role=Role.ADMINISTRATOR)
    user, commune = town(session)
    readers = [supplier(session, commune) for _ in range(4)]
    message = left(session, user, commune)
    report(session, *readers[0], message)
    with pytest.raises(MessageRefused, match="déjà signalé"):
        report(session, *readers[0], message)
    report(session, *readers[1], message)
    supplier(session, commune)
    waiting = prepared(session, user, commune, ALL, LATER)
    report(session, *readers[2], message)
    assert admin.email in {
        to for to, template in worlds.mails(session) if template == "message-held"
    }
    assert send(session, LATER + timedelta(hours=1)) == {"held": 1}
    with pytest.raises(Held):
        prepared(session, user, commune, ALL, LATER)
    (line,) = stopping.overview(session, NOON).holds
    assert line.by_reports
    stopping.lift(session, line.id, actor=admin.id, now=LATER)
    assert send(session, LATER + timedelta(hours=1)) == {"sent": 1}
    session.refresh(waiting)
    assert waiting.state == MessageState.SENT
    # Lifted, the three reports are looked at: a fourth alone holds nobody.
    report(session, *readers[3], message)
    assert stopping.overview(session, NOON).holds == ()


def test_a_report_without_a_reason_of_the_list(session: Session) -> None:
    user, commune = town(session)
    reader, firm = supplier(session, commune)
    message = left(session, user, commune)
    with pytest.raises(Incomplete):
        choosing.report(
            session, reader, firm.id, message.id, "x", "", now=LATER, base_url=worlds.BASE
        )


@pytest.mark.parametrize("everybody", [True, False])
def test_an_administrator_s_stop_holds_what_has_not_left(session: Session, everybody: bool) -> None:
    admin = worlds.person(session, role=Role.ADMINISTRATOR)
    user, commune = town(session)
    supplier(session, commune)
    gone = left(session, user, commune)
    supplier(session, commune)
    waiting = prepared(session, user, commune, ALL, LATER)
    siret = "" if everybody else commune.siret
    made = stopping.stop(session, siret, "Une enquête", actor=admin.id, now=LATER)
    with pytest.raises(MessageRefused, match="déjà arrêté"):
        stopping.stop(session, siret, "Encore", actor=admin.id, now=LATER)
    states = select(Delivery.state).where(Delivery.about == f"message {gone.id}")
    assert set(session.scalars(states)) == {DeliveryState.HELD}
    assert send(session, LATER + timedelta(hours=1)) == {"held": 1}
    held = sent.standing(session, user, commune.id, waiting.id, LATER)
    assert held.held == "Une enquête"
    preparing.recall(session, user, commune.id, waiting.id, LATER)
    stopping.lift(session, made.id, actor=admin.id, now=LATER)
    assert set(session.scalars(states)) == {DeliveryState.WAITING}
    acts = select(AuditEntry.act, AuditEntry.details).where(AuditEntry.actor == admin.id)
    assert [(act, told.get("reason", "")) for act, told in session.execute(acts)] == [
        ("messages-stopped", "Une enquête"),
        ("messages-resumed", ""),
    ]


def test_a_stop_says_why_and_of_whom(session: Session) -> None:
    for siret, reason in (("", " "), ("12345678901234", "x")):
        with pytest.raises(Incomplete):
            stopping.stop(session, siret, reason, actor=1, now=NOON)


def test_a_raised_limit_follows_the_sender_s_siret(session: Session) -> None:
    admin = worlds.person(session, role=Role.ADMINISTRATOR)
    user, commune = town(session)
    stopping.raise_limit(session, commune.siret, 2_000, actor=admin.id, now=NOON)
    assert preparing.most_recipients(session, commune.id) == 2_000
    new = worlds.siret(int(commune.siret[5:8]), 995).digits
    done = change(session, user, commune.id, new, NOON.date(), today=NOON.date(), now=NOON)
    assert preparing.most_recipients(session, done.new_id) == 2_000
    with pytest.raises(Incomplete):
        stopping.raise_limit(session, commune.siret, 10**6, actor=admin.id, now=NOON)


def test_withdrawn_its_words_are_gone_and_its_note_is_read(session: Session) -> None:
    user, commune = town(session)
    reader, firm = supplier(session, commune)
    message = left(session, user, commune)
    with pytest.raises(Incomplete):
        sent.withdraw(session, user, commune.id, message.id, " ", LATER)
    sent.withdraw(session, user, commune.id, message.id, "Mauvaise date.", LATER)
    found = inbox.read(session, reader, firm.id, message.id, LATER)
    assert (found.body, found.withdrawn_note, found.files) == ("", "Mauvaise date.", ())
    assert inbox.unread_of(session, reader, [firm.id], LATER) == {firm.id: 0}
    states = select(Delivery.state).where(Delivery.about == f"message {message.id}")
    assert set(session.scalars(states)) == {DeliveryState.WITHDRAWN}
    with pytest.raises(MessageRefused):
        sent.withdraw(session, user, commune.id, message.id, "Encore.", LATER)


def corrected(session: Session, user: User, commune: Structure, number: int) -> Message:
    draft = drafts.correct(session, user, commune.id, number, LATER)
    written = replace(drafts.read(draft), what_changed="La date est le 15.")
    drafts.save(session, user, commune.id, draft.id, written, draft.version, LATER)
    preparing.prepare(session, user, commune.id, draft.id, draft.version, LATER)
    assert send(session, LATER + timedelta(minutes=11)) == {"sent": 1}
    session.refresh(draft)
    return draft


def test_a_correction_goes_to_who_had_the_first_and_says_what_changes(session: Session) -> None:
    user, commune = town(session)
    reader, firm = supplier(session, commune)
    first = left(session, user, commune)
    newcomer, other = supplier(session, commune)
    second = corrected(session, user, commune, first.id)
    assert written_to(session, second) == {reader.email}
    assert lines(session, newcomer, other) == []
    assert inbox.read(session, reader, firm.id, first.id, LATER).correction == second.id
    now_read = inbox.read(session, reader, firm.id, second.id, LATER)
    assert (now_read.what_changed, now_read.corrects) == ("La date est le 15.", first.id)
    third = corrected(session, user, commune, second.id)
    assert inbox.read(session, reader, firm.id, first.id, LATER).correction == third.id
    with pytest.raises(MessageRefused, match="déjà été corrigé 2 fois"):
        drafts.correct(session, user, commune.id, third.id, LATER)


def test_a_correction_without_what_changes_is_refused(session: Session) -> None:
    user, commune = town(session)
    supplier(session, commune)
    first = left(session, user, commune)
    draft = drafts.correct(session, user, commune.id, first.id, LATER)
    assert drafts.correct(session, user, commune.id, first.id, LATER).id == draft.id
    with pytest.raises(Incomplete) as refused:
        preparing.prepare(session, user, commune.id, draft.id, draft.version, LATER)
    assert list(refused.value.faults) == ["what_changed"]


def test_unsent_it_is_taken_up_again(session: Session) -> None:
    user, commune = town(session)
    supplier(session, commune)
    message = prepared(session, user, commune, replace(ALL, valid_until=date(2026, 11, 24)))
    assert send(session, NOON + timedelta(days=1)) == {"unsent": 1}
    assert "validité" in sent.standing(session, user, commune.id, message.id, LATER).why_unsent
    again = sent.reuse(session, user, commune.id, message.id, LATER)
    assert again.state == MessageState.DRAFT


def test_once_the_siret_has_changed_messages_are_opened_from_the_new_one(session: Session) -> None:
    user, commune = town(session)
    supplier(session, commune)
    waiting = prepared(session, user, commune)
    draft = drafts.begin(session, user, commune.id, ALL, NOON)
    new = worlds.siret(int(commune.siret[5:8]), 997).digits
    done = change(session, user, commune.id, new, NOON.date(), today=NOON.date(), now=NOON)
    assert send(session) == {"unsent": 1}
    session.refresh(waiting)
    assert waiting.outcome == "sender-replaced"
    now_known = done.new_id
    assert sent.standing(session, user, now_known, waiting.id, LATER).message.id == waiting.id
    assert sent.reuse(session, user, now_known, waiting.id, LATER).structure_id == now_known
    assert {one.id for one in drafts.drafts_of(session, now_known)} == {draft.id, waiting.id}


def test_a_few_recipients_are_not_counted_either() -> None:
    assert sent.read_in_words(2, 3) == "lu par moins de 5 structures"


def test_left_from_the_mail_no_mail_comes_any_more(session: Session) -> None:
    user, commune = town(session)
    reader, _ = supplier(session, commune)
    leaving.leave(session, reader, NOON, Topic.MESSAGE)
    assert Topic.MESSAGE in settings.choices_of(session, reader).silenced
    assert written_to(session, left(session, user, commune)) == set()


def test_who_is_not_attached_reads_nothing(session: Session) -> None:
    user, commune = town(session)
    _, firm = supplier(session, commune)
    message = left(session, user, commune)
    stranger = worlds.person(session)
    with pytest.raises(NotFound):
        inbox.inbox(session, stranger, firm.id, LATER)
    with pytest.raises(NotFound):
        inbox.read(session, stranger, firm.id, message.id, LATER)
    with pytest.raises(NotFound):
        inbox.mark_read(session, user, commune.id, message.id, LATER)


def test_kept_a_year_after_the_last_day_drafts_three_months(session: Session) -> None:
    user, commune = town(session)
    reader, firm = supplier(session, commune)
    message = left(session, user, commune)
    report(session, reader, firm, message)
    drafts.begin(session, user, commune.id, ALL, NOON)
    year = timedelta(days=365)
    assert personal_data.purge_messages(session, NOON + timedelta(days=89)) == 0
    assert personal_data.purge_messages(session, NOON + timedelta(days=91)) == 1
    assert personal_data.purge_messages(session, NOON + year) == 0
    assert personal_data.purge_messages(session, NOON + year + timedelta(days=38)) == 1
    left_over = select(func.count()).select_from(MessageReport)
    assert session.scalar(left_over.where(MessageReport.message_id == message.id)) == 0


def test_what_a_person_is_given_and_what_survives(session: Session) -> None:
    user, commune = town(session)
    reader, firm = supplier(session, commune)
    message = left(session, user, commune)
    report(session, reader, firm, message)
    choosing.mute(session, reader, firm.id, message.id)
    (written,) = personal_data.export_messages(session, user)
    assert written["objet"] == ALL.subject
    assert personal_data.export_reports(session, reader)[0]["message"] == "Voyez."
    assert personal_data.export_mutes(session, reader)[0]["nom"] == commune.name
    personal_data.erase_reports(session, reader)
    session.delete(user)
    session.flush()
    session.expire_all()
    assert session.get_one(Message, message.id).author_id is None
    words = select(MessageReport.words).where(MessageReport.message_id == message.id)
    assert session.scalar(words) == ""


def test_one_person_is_one_voice_whatever_they_manage(session: Session) -> None:
    user, commune = town(session)
    firms = [supplier(session, commune)[1] for _ in range(3)]
    enemy = worlds.person(session)
    for firm in firms:
        worlds.attach(session, enemy, firm)
    message = left(session, user, commune)
    for firm in firms:
        report(session, enemy, firm, message)
    assert stopping.overview(session, NOON).holds == ()


def test_what_is_invented_is_not_held_with_the_real_world(session: Session) -> None:
    admin = worlds.person(session, role=Role.ADMINISTRATOR)
    guest = worlds.guest(session)
    company = practising.fill(session, guest, NOON)
    stopping.stop(session, "", "Une enquête", actor=admin.id, now=NOON)
    message = prepared(session, guest, company, ALL, NOON)
    assert practising.let_time_pass(session, guest, company.id, message.id, NOON) == "sent"


def test_a_replaced_structure_prepares_nothing(session: Session) -> None:
    user, commune = town(session)
    supplier(session, commune)
    new = worlds.siret(int(commune.siret[5:8]), 996).digits
    change(session, user, commune.id, new, NOON.date(), today=NOON.date(), now=NOON)
    with pytest.raises(MessageRefused, match="n’est plus active"):
        prepared(session, user, commune)
