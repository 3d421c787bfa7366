"""What travels with a mail: an invitation that calendars understand, a document."""

import email
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from communaute.mailing import outbox
from communaute.mailing.message import LARGEST_BYTES, Attachment, Message, invitation
from communaute.mailing.outbox import post, row_of
from communaute.mailing.smtp import Server, SmtpTransport
from communaute.models import Delivery
from communaute.wiring import post_office
from communaute.wiring.current import Site
from tests.mailing.conftest import Clock, MakeSender, a_mail
from tests.mailing.servers import Postbox, smtp_server
from tests.mailing.test_outbox import read


CALENDAR = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\n"
    "SUMMARY:Déposer une facture\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
).encode()
INVITATION = Attachment("formation.ics", "text/calendar; method=REQUEST", CALENDAR)
# Every byte there is: what is not text travels as it is.
DOCUMENT = Attachment("Attestation d’été.pdf", "application/pdf", b"%PDF-1.7\n" + bytes(range(256)))


def made(app: Flask, message: Message) -> EmailMessage:
    """The mail as its reader parses it."""
    site: Site = app.extensions["communaute"]
    when = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)
    posted = SimpleNamespace(**row_of(message, "cle", when))
    mail = post_office.renderer(app, site.settings).mail(posted, when)
    return email.message_from_bytes(mail.as_bytes(), policy=policy.default)


def shape(mail: EmailMessage) -> list[str]:
    return [part.get_content_type() for part in mail.walk()]


def test_a_document_is_attached_under_its_own_name(shared_app: Flask) -> None:
    mail = made(shared_app, a_mail(attachments=(DOCUMENT,)))
    alternative = ["multipart/alternative", "text/plain", "text/html"]
    assert shape(mail) == ["multipart/mixed", *alternative, "application/pdf"]
    (attached,) = mail.iter_attachments()
    assert attached.get_filename() == "Attestation d’été.pdf"
    assert attached.get_content() == DOCUMENT.content
    assert mail["Content-Language"] == "fr"


def test_an_invitation_is_shown_by_calendars_and_can_be_kept(shared_app: Flask) -> None:
    """As an alternative, mail programs show it with buttons; as a file, anybody can open it."""
    mail = made(shared_app, a_mail(attachments=(INVITATION, DOCUMENT)))
    alternative = ["multipart/alternative", "text/plain", "text/html", "text/calendar"]
    assert shape(mail) == ["multipart/mixed", *alternative, "application/ics", "application/pdf"]
    shown = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    assert shown.get_param("method") == "REQUEST"
    assert shown.get_content_charset() == "utf-8"
    assert shown.get_payload(decode=True) == CALENDAR
    kept = next(mail.iter_attachments())
    assert kept.get_filename() == "formation.ics"
    assert kept.get_content() == CALENDAR


def test_a_calendar_that_asks_nothing_is_a_file_like_another(shared_app: Flask) -> None:
    feed = Attachment("sessions.ics", "text/calendar", CALENDAR)
    mail = made(shared_app, a_mail(attachments=(feed,)))
    assert shape(mail)[-1] == "text/calendar"
    (attached,) = mail.iter_attachments()
    assert attached.get_filename() == "sessions.ics"
    assert attached.get_payload(decode=True) == CALENDAR


def test_what_is_attached_arrives_then_is_forgotten(
    session: Session, clock: Clock, sender_with: MakeSender
) -> None:
    post(session, a_mail(attachments=(INVITATION, DOCUMENT)), key="jointes", due=clock())
    session.commit()
    assert [kept["name"] for kept in read(session, Delivery.attachments)[0]] == [
        "formation.ics",
        "Attestation d’été.pdf",
    ]
    postbox = Postbox()
    with smtp_server(postbox) as address:
        sender_with(SmtpTransport(Server.from_url(address))).run()
    (taken,) = postbox.taken
    payloads = [part.get_payload(decode=True) for part in taken.walk()]
    assert DOCUMENT.content in payloads
    assert payloads.count(CALENDAR) == 2
    assert read(session, Delivery.attachments) == [[]]


def test_what_is_withdrawn_is_forgotten(session: Session, clock: Clock) -> None:
    post(session, a_mail(attachments=(DOCUMENT,)), key="retire", due=clock())
    session.commit()
    assert outbox.withdraw(session, "quelquun0@exemple.example") == 1
    session.commit()
    assert read(session, Delivery.attachments) == [[]]


def test_too_large_a_mail_is_refused_before_it_is_asked_for(session: Session, clock: Clock) -> None:
    half = Attachment("moitie.pdf", "application/pdf", b"x" * (LARGEST_BYTES // 2 + 1))
    assert post(session, a_mail(1, attachments=(half,)), key="1", due=clock())
    with pytest.raises(ValueError, match="bytes"):
        post(session, a_mail(2, attachments=(half, half)), key="2", due=clock())


@pytest.mark.parametrize("name", ["", "a/b.pdf", "a\\b.pdf", "a\r\nBcc: x.pdf", ".pdf", "x" * 101])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        Attachment(name, "application/pdf", b"%PDF")


@pytest.mark.parametrize("kind", ["", "pdf", "application/", "text/plain\r\nBcc: x", "a/b; c"])
def test_a_type_that_is_none_is_refused(kind: str) -> None:
    with pytest.raises(ValueError, match="type"):
        Attachment("a.pdf", kind, b"%PDF")


def test_several_invitations_are_files_that_calendars_understand(shared_app: Flask) -> None:
    """Of several alternatives a mail program shows one: each of two sessions must be reached."""
    both = tuple(
        invitation(name=f"seance-{n}.ics", method="REQUEST", text=CALENDAR.decode()) for n in (1, 2)
    )
    mail = made(shared_app, a_mail(attachments=both))
    parts = list(mail.iter_attachments())
    assert [part.get_filename() for part in parts] == ["seance-1.ics", "seance-2.ics"]
    assert {(part.get_content_type(), part.get_param("method")) for part in parts} == {
        ("text/calendar", "REQUEST")
    }
    assert parts[1].get_payload(decode=True) == CALENDAR
