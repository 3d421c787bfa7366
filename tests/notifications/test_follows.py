"""Pages and dates that are followed: asked twice, told once, left from the mail."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute.domain.context import Context
from communaute.domain.notifications import changes, follows
from communaute.domain.notifications.changes import News
from communaute.domain.notifications.follows import Subject, SubjectKind
from communaute.domain.notifications.settings import DeadLink, TooMany, WrongChoice
from communaute.models import Delivery, Follow, Follower
from tests.structures import worlds


NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)


def page(name: str = "x") -> Subject:
    """A page of this test alone: the database is shared."""
    return Subject(SubjectKind.PAGE, f"/guides/{name}-{uuid4().hex[:8]}")


def somebody() -> str:
    return f"{uuid4().hex[:10]}@exemple.example"


def news(subject: Subject, words: str = "Les montants.", at: datetime = LATER) -> News:
    mark = changes.mark_of(words)
    return News(subject=subject, mark=mark, at=at, title="Guide", text=words, path=subject.key)


def tell(session: Session, now: datetime = LATER) -> dict[str, int]:
    return changes.tell(Context(session, now, worlds.BASE, "secret"))


def mails(session: Session, to: str) -> list[Delivery]:
    own = select(Delivery).where(Delivery.recipient == to).order_by(Delivery.id)
    return list(session.scalars(own))


def ask(session: Session, email: str, subject: Subject, now: datetime = NOON) -> Follower:
    follows.ask(session, email, subject, "la page", worlds.BASE, now)
    return session.scalars(select(Follower).where(Follower.email == email.lower())).one()


def following(session: Session, subject: Subject) -> tuple[str, Follower]:
    email = somebody()
    follower = ask(session, email, subject)
    follows.confirm(session, follower, [subject], NOON)
    return email, follower


def test_nothing_is_followed_until_the_address_has_answered(session: Session) -> None:
    subject, email = page(), somebody()
    follower = ask(session, email, subject)
    assert [m.template for m in mails(session, email)] == ["follow-asked"]
    changes.note(session, [news(subject)])
    tell(session)
    assert len(mails(session, email)) == 1
    assert follows.awaited(session, follower, NOON) == [subject]
    assert follows.awaited(session, follower, NOON + follows.WITHIN) == []


def test_one_real_change_is_one_mail(session: Session) -> None:
    subject = page()
    email, _ = following(session, subject)
    assert changes.note(session, [news(subject)]) == 1
    assert changes.note(session, [news(subject), news(subject)]) == 0
    for _ in range(3):
        tell(session)
    told = mails(session, email)[1:]
    assert [m.subject for m in told] == ["Cette page a changé : Guide"]
    assert told[0].list_name == "suivi"
    changes.note(session, [news(subject, "Autre chose.", LATER + timedelta(hours=1))])
    tell(session)
    assert len(mails(session, email)) == 3


def test_what_came_before_is_not_told(session: Session) -> None:
    subject = page()
    changes.note(session, [news(subject, at=NOON)])
    email, _ = following(session, subject)
    changes.note(session, [news(subject, at=NOON)])
    tell(session)
    assert len(mails(session, email)) == 1


def test_an_older_content_told_again_by_another_host_is_no_change(session: Session) -> None:
    """During a release two hosts disagree: neither's page is a change for ever."""
    subject = page()
    changes.note(session, [news(subject, "Avant.", NOON - timedelta(days=1))])
    email, _ = following(session, subject)
    for words in ("Après.", "Avant.", "Après."):
        changes.note(session, [news(subject, words)])
        tell(session)
    assert len(mails(session, email)) == 2


def test_a_date_that_two_follows_cover_is_said_once(session: Session) -> None:
    training = Subject(SubjectKind.TRAINING, uuid4().hex)
    theme = Subject(SubjectKind.THEME, uuid4().hex)
    user = worlds.person(session)
    for subject in (training, theme):
        follows.start(session, user, subject, NOON)
    date = replace(news(training), path="/formations/x", mark="paire-7")
    changes.note(session, [date, replace(date, subject=theme)])
    tell(session)
    (mail,) = mails(session, user.email)
    assert mail.subject == "Nouvelle date : Guide"
    assert len(mail.context["lines"]) == 1


def test_several_changes_found_together_are_one_mail(session: Session) -> None:
    first, second = page(), page()
    user = worlds.person(session)
    for subject in (first, second):
        follows.start(session, user, subject, NOON)
        changes.note(session, [news(subject)])
    tell(session)
    (mail,) = mails(session, user.email)
    assert mail.subject.replace("\u00a0", " ").startswith("2 nouveautés")


def test_nobody_is_written_to_at_night(session: Session) -> None:
    subject = page()
    email, _ = following(session, subject)
    night = datetime(2026, 11, 24, 23, 0, tzinfo=UTC)
    changes.note(session, [news(subject)])
    tell(session, night)
    assert mails(session, email)[-1].due_at == datetime(2026, 11, 25, 7, 0, tzinfo=UTC)


def test_a_stranger_cannot_fill_a_mailbox_nor_confirm_for_its_owner(session: Session) -> None:
    email, mine = somebody(), page()
    follower = ask(session, email, mine)
    for number in range(30):
        ask(session, email, page(), NOON + timedelta(minutes=number))
    assert len(mails(session, email)) == 1
    awaited = follows.awaited(session, follower, NOON)
    assert len(awaited) == follows.MOST_AWAITED
    follows.confirm(session, follower, awaited[-1:], NOON)
    assert follows.followed(session, follower) == awaited[-1:]
    assert follows.awaited(session, follower, NOON) == []


def test_the_person_s_own_wish_still_works_after_they_have_answered(session: Session) -> None:
    email, _ = following(session, page())
    ask(session, email, page(), NOON + timedelta(minutes=2))
    assert len(mails(session, email)) == 2


def test_who_refuses_all_is_not_asked_again_within_the_hour(session: Session) -> None:
    email = somebody()
    follower = ask(session, email, page())
    assert follows.confirm(session, follower, [], NOON) == 0
    ask(session, email, page(), NOON + timedelta(minutes=2))
    assert len(mails(session, email)) == 1


def test_who_follows_already_is_not_asked_again(session: Session) -> None:
    subject = page()
    email, follower = following(session, subject)
    ask(session, email, subject, NOON + timedelta(days=1))
    assert len(mails(session, email)) == 1
    assert follows.followed(session, follower) == [subject]


def test_one_is_left_or_all_and_what_was_left_can_be_put_back(session: Session) -> None:
    first, second = page(), page()
    email, follower = following(session, first)
    ask(session, email, second, NOON + timedelta(minutes=1))
    follows.confirm(session, follower, [second], NOON)
    follows.stop(session, follower, first, NOON)
    assert follows.followed(session, follower) == [second]
    follows.stop(session, follower, None, LATER)
    assert follows.followed(session, follower) == []
    changes.note(session, [news(second, at=LATER + timedelta(hours=1))])
    tell(session)
    assert [m.template for m in mails(session, email)] == ["follow-asked", "follow-asked"]
    for _ in range(2):
        follows.put_back(session, follower)
        assert follows.followed(session, follower) == [second], "the last act, not the one before"


def test_an_account_takes_over_what_its_address_followed_alone(session: Session) -> None:
    subject = page()
    email, follower = following(session, subject)
    user = worlds.person(session)
    user.email = email
    session.flush()
    assert follows.of_user(session, user).id == follower.id
    assert follows.of_account(session, user) == [subject]
    assert follows.address_of(session, follower) == user.contact_address


def test_an_address_that_has_an_account_is_that_account_s(session: Session) -> None:
    user, subject = worlds.person(session), page()
    follows.ask(session, user.email.upper(), subject, "la page", worlds.BASE, NOON)
    follower = follows.of_user(session, user)
    assert follows.awaited(session, follower, NOON) == [subject]
    assert follows.followed(session, follower) == []


def test_the_settings_choose_among_what_they_offer(session: Session) -> None:
    kept, left, other = page(), page(), page()
    user = worlds.person(session)
    for subject in (kept, left, other):
        follows.start(session, user, subject, NOON)
    new = Subject(SubjectKind.THEME, "travaux")
    follows.choose(session, user, [kept, left, new], [kept, new], LATER)
    assert set(follows.of_account(session, user)) == {kept, other, new}


def test_nobody_follows_everything(session: Session) -> None:
    user = worlds.person(session)
    for _ in range(follows.MOST):
        follows.start(session, user, page(), NOON)
    with pytest.raises(TooMany, match="100"):
        follows.start(session, user, page(), NOON)


def test_a_closed_account_is_not_written_to_and_delays_nobody(session: Session) -> None:
    subject, user = page(), worlds.person(session)
    follows.start(session, user, subject, NOON)
    email, _ = following(session, subject)
    user.active = False
    changes.note(session, [news(subject)])
    tell(session)
    assert mails(session, user.email) == []
    assert len(mails(session, email)) == 2


def test_what_was_not_confirmed_goes_then_who_follows_nothing(session: Session) -> None:
    subject, email = page(), somebody()
    ask(session, email, subject)
    kept, _ = following(session, page())
    assert follows.purge(session, NOON + follows.WITHIN + timedelta(minutes=1)) >= 1
    own = select(Follower.email).where(Follower.email.in_([email, kept]))
    assert list(session.scalars(own)) == [kept]


@pytest.mark.parametrize("text", ["", "page", "page:", "autre:x", "page:" + "x" * 200])
def test_nonsense_is_nothing_to_follow(text: str) -> None:
    with pytest.raises(WrongChoice):
        Subject.read(text)


@pytest.mark.parametrize("key", ["", "x", "x" * 43, "é" * 43])
def test_a_forged_key_opens_nothing(session: Session, key: str) -> None:
    with pytest.raises(DeadLink):
        follows.with_key(session, key)
    assert session.scalar(select(Follow.id).where(Follow.subject == key)) is None
