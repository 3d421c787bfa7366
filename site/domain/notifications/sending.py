"""Send the digests that are due: each person once, whoever runs it, killed at any moment.

A batch is one transaction: the people's rows are held, their digests posted, how far they have been
told written down. Killed, it has done nothing; two hosts never hold the same rows.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from communaute.domain.context import Context
from communaute.domain.notifications import happenings, leaving, places, settings
from communaute.domain.notifications.digest import Digest, Line, compose
from communaute.mailing.message import Message
from communaute.mailing.messages.notifications import digest as digest_mail
from communaute.mailing.outbox import post_many
from communaute.models.accounts import User
from communaute.models.notifications import NotificationSetting
from communaute.models.structures import Event


log = logging.getLogger(__name__)
BATCH = 500
# A digest that could not be made, after how long.
TRIED_AGAIN = timedelta(days=1)
OUTCOMES = ("sent", "nothing", "closed", "untold")


def send_due(context: Context) -> dict[str, int]:
    """Post the digests that are due; answers how many people had one, had nothing to be told, have
    a closed account, and how many events could not be told. Safe to run twice. Commits by batch.
    """
    counts: Counter[str] = Counter(dict.fromkeys(OUTCOMES, 0))
    top = places.give_places(context.session)
    while _batch(context, top, counts):
        pass
    return dict(counts)


def _batch(context: Context, top: int, counts: Counter[str]) -> bool:
    session = context.session
    due = (
        select(NotificationSetting)
        .where(NotificationSetting.next_at <= context.now)
        .order_by(NotificationSetting.next_at, NotificationSetting.user_id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    rows = session.scalars(due, execution_options={"populate_existing": True}).all()
    if rows:
        _serve(context, rows, top, counts)
    session.commit()
    return bool(rows)


def _serve(
    context: Context, rows: Sequence[NotificationSetting], top: int, counts: Counter[str]
) -> None:
    session = context.session
    people = [row.user_id for row in rows]
    open_accounts = _open(session, people)
    further = Event.place > NotificationSetting.sent_to, Event.place <= top
    told = happenings.happened(session, people, *further)
    waits = happenings.waiting(session, people)
    mails: list[tuple[str, Message]] = []
    for row in rows:
        user = open_accounts.get(row.user_id)
        try:
            if user is None:
                counts["closed"] += 1
            else:
                happened, wait = told.get(user.id, []), waits.get(user.id, [])
                choices = settings.read(row)
                digest = compose(choices, happened, wait)
                # Before the mail is written: one that cannot be made must not be half done.
                choices.due_after(context.now)
                if digest is not None:
                    # Which digest it is: of whom, due when, told from where.
                    key = f"digest-{row.user_id}-{row.next_at:%Y%m%dT%H%M}-{row.sent_to}"
                    mails.append((key, _message(context, row, user, digest, choices.rhythm)))
                counts["sent" if digest else "nothing"] += 1
                counts["untold"] += _note_faults(session, digest)
            _move_on(row, top, context.now)
        except Exception:
            # One that cannot be made keeps no other back: the next tells what it would have told.
            log.exception("the digest of account %s cannot be made", row.user_id)
            counts["failed"] += 1
            row.next_at = max(context.now, row.next_at or context.now) + TRIED_AGAIN
    post_many(session, mails, due=context.now)


def _open(session: Session, people: Sequence[int]) -> dict[int, User]:
    """The accounts that are written to: confirmed, not closed, nobody invented."""
    found = session.scalars(select(User).where(User.id.in_(people)))
    return {user.id: user for user in found if user.is_active}


def _message(
    context: Context, row: NotificationSetting, user: User, digest: Digest, rhythm: str
) -> Message:
    def written(lines: Sequence[Line]) -> list[dict[str, str]]:
        return [{"text": line.text, "url": context.base_url + line.path} for line in lines]

    return digest_mail(
        to=user.contact_address,
        subject=digest.subject,
        waits=written(digest.waits),
        groups=[(group.structure, written(group.lines)) for group in digest.groups],
        left_out=digest.left_out,
        since=row.since or context.now,
        rhythm=rhythm,
        base_url=context.base_url,
        leave=leaving.link(context.secret, context.base_url, user.id),
    )


def _move_on(row: NotificationSetting, top: int, now: datetime) -> None:
    """Until where this person has been told; when the next digest is due.

    Counted from the later of now and what was due: a clock set back sends nothing twice.
    """
    row.sent_to, row.since = top, now
    row.next_at = settings.read(row).due_after(max(now, row.next_at or now))


def _note_faults(session: Session, digest: Digest | None) -> int:
    """Write down which events could not be told, for staff to see."""
    faults = digest.faults if digest else {}
    for event_id, reason in faults.items():
        session.execute(update(Event).where(Event.id == event_id).values(fault=reason))
    return len(faults)
