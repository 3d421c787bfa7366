"""What a returned mail does to a subscriber, by its status (RFC 3463); and how a person puts them back.

Source of the classes: RFC 3463. The thresholds are our own rule: no mailbox, at once; what may pass
(a full box, a server that is down), after three mails in fifteen days; what is said of us (5.7.x), never.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session

from communaute.domain.newsletter import leaving
from communaute.domain.newsletter.context import LIST, Context
from communaute.domain.newsletter.errors import BadLink
from communaute.domain.newsletter.subscribers import known, lift, named, suppress
from communaute.mailing import returned
from communaute.mailing.outbox import withdraw_from_list
from communaute.mailing.returned import What, without_addresses
from communaute.models.columns import insert_once
from communaute.models.mailing import Delivery, DeliveryState
from communaute.models.newsletter import (
    ReturnedMail,
    ReturnKind,
    Subscriber,
    Suppression,
    SuppressionReason,
)


MOST_FAILURES, FAILURE_WINDOW = 3, timedelta(days=15)
BATCH = 500
_CODE = re.compile(r"([45])\d\d[ -]")
# RFC 3463: 5.1.x means that there is no such mailbox, except 5.1.7 and 5.1.8, which are about the
# sender's address: ours.
ABOUT_US = ("5.1.7", "5.1.8")


@dataclass(frozen=True)
class Told:
    """What one was told of one mail, by whom (`source`: mail, smtp, ses, mailgun, json)."""

    code: str
    status: str
    said: str = ""
    complaint: bool = False
    source: str = "mail"


def kind_of(status: str) -> ReturnKind:
    """What a status says of a mailbox."""
    if status.startswith(("5.7.", "5.6.")) or status in ABOUT_US:
        return ReturnKind.POLICY
    if status.startswith("5.1."):
        return ReturnKind.NO_MAILBOX
    if status[:1] in ("4", "5"):
        return ReturnKind.TEMPORARY
    return ReturnKind.OTHER


def receive(context: Context, raw: bytes, recipient: str = "") -> What:
    """Take a mail that came back, from a Postfix alias or a folder; answers what it was."""
    found = returned.read(raw, context.tagger, recipient)
    if found.what is What.LEAVE:
        try:
            leaving.leave_by_mail(context, found.leaves)
        except BadLink:  # erased since
            return What.FOREIGN
        return What.LEAVE
    if found.what in (What.BOUNCE, What.COMPLAINT):
        told = Told(found.code, found.status, found.said, complaint=found.what is What.COMPLAINT)
        return found.what if take(context, told) else What.FOREIGN
    return found.what


def take(context: Context, told: Told) -> bool:
    """Note what was told of one mail, once, and do what it says; False when the mail is none of ours."""
    letters = told.code.replace("-", "").upper()
    code = f"{letters[:4]}-{letters[4:]}"
    found = context.session.scalar(
        select(Delivery).where(Delivery.code == code, Delivery.list_name == LIST).limit(1)
    )
    if found is None:
        return False
    _note(context, found, told)
    return True


def take_refusals(context: Context) -> int:
    """Note the mails that a server refused as they were sent; answers how many. Commits by batch."""
    refused = (
        select(Delivery)
        .where(
            Delivery.list_name == LIST,
            Delivery.state == DeliveryState.FAILED,
            ~exists().where(ReturnedMail.delivery_id == Delivery.id),
        )
        .order_by(Delivery.id)
        .limit(BATCH)
    )
    count, last = 0, 0
    while rows := context.session.scalars(refused.where(Delivery.id > last)).all():
        for one in rows:
            last = one.id
            if (status := status_of(one.outcome)) is not None:
                told = Told(one.code or "", status, without_addresses(one.outcome), source="smtp")
                _note(context, one, told)
                count += 1
        context.session.commit()
    return count


def status_of(outcome: str) -> str | None:
    """The enhanced status of a server's answer; X.0.0 when it gives none; None when it is no answer."""
    code = _CODE.match(outcome)
    if code is None:
        return None
    found = returned.STATUS.search(outcome)
    return found[1] if found else f"{code[1]}.0.0"


def _note(context: Context, delivery: Delivery, told: Told) -> None:
    kind = ReturnKind.COMPLAINT if told.complaint else kind_of(told.status)
    row = _subscriber(context, delivery)
    values = {
        "key": hashlib.sha256(f"{delivery.id} {kind}".encode()).hexdigest(),
        "delivery_id": delivery.id,
        "subscriber_id": row.id if row else None,
        "at": context.now,
        "source": told.source,
        "kind": kind,
        "status": told.status[:12],
        "said": told.said[:500],
    }
    once = insert_once(context.session, ReturnedMail, tells=True)
    if context.session.execute(once, values).first() is not None and row is not None:
        _do(context, row, kind)


def _subscriber(context: Context, delivery: Delivery) -> Subscriber | None:
    """Whom a delivery was for, by the link at its foot; None when they are erased, or have moved."""
    token = (delivery.unsubscribe_url or "").rpartition("/")[2]
    try:
        row = named(context, context.who_leaves(token))
    except BadLink:
        return None
    return row if row.address == delivery.recipient else None


def _do(context: Context, row: Subscriber, kind: ReturnKind) -> None:
    if kind is ReturnKind.NO_MAILBOX:
        _stop(context, row, SuppressionReason.NO_MAILBOX)
    elif kind is ReturnKind.COMPLAINT:
        leaving.leave_row(context, row, "complaint")
        _stop(context, row, SuppressionReason.COMPLAINT)
    elif kind is ReturnKind.TEMPORARY and _times(context, row) >= MOST_FAILURES:
        _stop(context, row, SuppressionReason.KEEPS_FAILING)


def _times(context: Context, row: Subscriber) -> int:
    lately = select(func.count()).where(
        ReturnedMail.subscriber_id == row.id,
        ReturnedMail.kind == ReturnKind.TEMPORARY,
        ReturnedMail.lifted_at.is_(None),
        ReturnedMail.at > context.now - FAILURE_WINDOW,
    )
    return context.session.scalar(lately) or 0


def _stop(context: Context, row: Subscriber, reason: SuppressionReason) -> None:
    suppress(context.session, row, reason, context.now)
    withdraw_from_list(context.session, row.address, LIST)


def restore(context: Context, number: int) -> bool:
    """« Remettre »: write to this subscriber again; what came back before no longer counts.

    A complaint is not put back: only its author may subscribe again. False when there is nothing to do.
    """
    told = context.session.get(ReturnedMail, number)
    if told is None or told.subscriber_id is None or told.kind == ReturnKind.COMPLAINT:
        return False
    row = context.session.get_one(Subscriber, told.subscriber_id)
    lift(context.session, known(context.session, row.reference))
    own = update(ReturnedMail).where(
        ReturnedMail.subscriber_id == row.id, ReturnedMail.lifted_at.is_(None)
    )
    context.session.execute(own.values(lifted_at=context.now))
    return True


@dataclass(frozen=True, kw_only=True)
class Line:
    """One returned mail, as staff sees it. `stopped` says why its subscriber is not written to."""

    told: ReturnedMail
    subscriber: Subscriber | None
    stopped: Suppression | None


def lines(session: Session, *, before: int | None = None, limit: int = 100) -> list[Line]:
    """What came back, the latest first."""
    found = (
        select(ReturnedMail, Subscriber, Suppression)
        .outerjoin(Subscriber, Subscriber.id == ReturnedMail.subscriber_id)
        .outerjoin(
            Suppression,
            (Suppression.digest == Subscriber.digest) & (Suppression.list_name == LIST),
        )
        .order_by(ReturnedMail.id.desc())
        .limit(limit)
    )
    if before is not None:
        found = found.where(ReturnedMail.id < before)
    return [
        Line(told=told, subscriber=subscriber, stopped=stopped)
        for told, subscriber, stopped in session.execute(found)
    ]
