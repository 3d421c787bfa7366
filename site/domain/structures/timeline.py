"""An invoice told in plain words, for the members of its two structures; and its next step."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute.domain import audit
from communaute.domain.structures import access, lifecycle
from communaute.domain.structures.errors import ImpossibleStatus, NotFound
from communaute.domain.structures.events import EventKind, happened
from communaute.domain.structures.lifecycle import Giver
from communaute.domain.structures.parts import invoice_line
from communaute.domain.structures.values import Step, Timeline
from communaute.models.accounts import User
from communaute.models.structures import Invoice, Membership, MembershipState, StatusChange


NO_SUCH_INVOICE = (
    "Cette facture n’existe pas, ou vous n’êtes rattaché à aucune de ses deux structures."
)
REFUSED_ACT = "invoice-status-refused"
YOURS = "votre structure"
GIVERS = {
    Giver.ACCOUNTANT: "le comptable public",
    Giver.VALIDATOR: "le valideur",
    Giver.SYSTEM: "Chorus Pro",
}


def timeline(session: Session, user: User, invoice_id: int) -> Timeline:
    """The invoice's steps and what comes next.

    Raises NotFound unless the person is an active member of one of its two structures.
    """
    invoice, sides = _seen_by(session, user, invoice_id)
    seen_from = Giver.SENDER if Giver.SENDER in sides else Giver.RECIPIENT
    history = session.scalars(
        select(StatusChange)
        .where(StatusChange.invoice_id == invoice.id)
        .order_by(StatusChange.at, StatusChange.id)
    ).all()
    steps = []
    for before, change in zip([None, *history[:-1]], history, strict=True):
        if before:
            giver = lifecycle.giver(before.status, change.status)
            expected = giver is not None
        else:
            expected = change.status in lifecycle.FIRST
            giver = Giver.SENDER if expected else Giver.SYSTEM
        steps.append(_told(invoice, change, giver, seen_from, expected=expected))
    here = invoice.sender_id if seen_from is Giver.SENDER else invoice.recipient_id
    return Timeline(
        invoice=invoice_line(invoice, here),
        service_code=invoice.service_code,
        steps=tuple(steps),
        next_sentence=lifecycle.turn_in_words(invoice.status, sent=seen_from is Giver.SENDER),
        possible=tuple(
            after
            for (before, after), giver in lifecycle.TRANSITIONS.items()
            if before == invoice.status and giver in sides
        ),
    )


def change_status(
    session: Session, user: User, invoice_id: int, status: str, reason: str, *, now: datetime
) -> Invoice:
    """Give an invoice another status, as a member of one of its structures.

    Works on an inactive (replaced) structure too: its open invoices stay processable.
    Raises NotFound, Forbidden (not this side's to give), ImpossibleStatus, ReasonMissing.
    """
    try:
        invoice, sides = _seen_by(session, user, invoice_id, hold=True)
    except NotFound:  # no page of ours sends that
        target = f"invoice {invoice_id}"
        audit.record_refusal(session, REFUSED_ACT, now=now, actor=user.id, target=target)
        raise
    wanted = lifecycle.status(status)
    giver = lifecycle.giver(invoice.status, wanted.code)
    if giver is None:
        before = lifecycle.status(invoice.status)
        raise ImpossibleStatus(
            f"Une facture « {before.label} » ne passe pas à « {wanted.label} ». "
            f"{lifecycle.OWN_RULE}"
        )
    if giver not in sides:
        target = f"invoice {invoice_id} to {wanted.code}"
        sentence = f"Ce n’est pas à votre structure de donner le statut « {wanted.label} »."
        access.forbid(session, user, REFUSED_ACT, target, now, sentence)
    given = lifecycle.check_reason(wanted, reason)
    record(session, invoice, wanted.code, given, at=now, recorded_at=now, user_id=user.id)
    return invoice


def record(
    session: Session,
    invoice: Invoice,
    status: str,
    reason: str,
    *,
    at: datetime,
    recorded_at: datetime,
    user_id: int | None = None,
) -> None:
    """Add a step that is the latest, and tell the two structures."""
    invoice.status, invoice.status_at = status, at
    session.add(
        StatusChange(
            invoice_id=invoice.id,
            status=status,
            at=at,
            recorded_at=recorded_at,
            user_id=user_id,
            reason=reason,
        )
    )
    details = {"number": invoice.number, "status": status}
    for structure_id in {invoice.sender_id, invoice.recipient_id}:
        happened(
            session,
            EventKind.INVOICE_STATUS,
            structure_id,
            recorded_at,
            invoice_id=invoice.id,
            details=details,
        )


def _seen_by(
    session: Session, user: User, invoice_id: int, *, hold: bool = False
) -> tuple[Invoice, frozenset[Giver]]:
    """The invoice and the sides this person acts for. Raises NotFound when there is none."""
    wanted = select(Invoice).where(Invoice.id == invoice_id)
    if hold:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    invoice = session.scalar(wanted)
    if invoice is None or not access.same_world(user, invoice.sender):
        raise NotFound(NO_SUCH_INVOICE)
    mine = set(
        session.scalars(
            select(Membership.structure_id).where(
                Membership.user_id == user.id,
                Membership.state == MembershipState.ACTIVE,
                Membership.structure_id.in_((invoice.sender_id, invoice.recipient_id)),
            )
        )
    )
    if not mine:
        raise NotFound(NO_SUCH_INVOICE)
    sides = {Giver.SENDER: invoice.sender_id, Giver.RECIPIENT: invoice.recipient_id}
    return invoice, frozenset(side for side, structure_id in sides.items() if structure_id in mine)


def _told(
    invoice: Invoice, change: StatusChange, giver: Giver | None, seen_from: Giver, *, expected: bool
) -> Step:
    status = lifecycle.status(change.status)
    names = {Giver.SENDER: invoice.sender.name, Giver.RECIPIENT: invoice.recipient.name, **GIVERS}
    return Step(
        status=status.code,
        label=status.label,
        at=change.at,
        by=(YOURS if giver is seen_from else names[giver]) if giver else "",
        reason=change.reason,
        expected=expected,
    )
