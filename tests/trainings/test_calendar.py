"""What the mails do to somebody's calendar, read as a calendar would."""

import email
import email.policy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from flask import Flask
from icalendar import Calendar as AnyCalendar

from communaute.domain.trainings import calendars, changing, listing, own, personal_data
from communaute.domain.trainings.errors import NoPlace
from communaute.domain.trainings.planning import SessionTimes
from communaute.wiring import post_office
from communaute.wiring.current import Site
from tests.trainings.people import CLASS, School


def read(text: str | bytes) -> Any:
    """An iCalendar object; its components are untyped."""
    return AnyCalendar.from_ical(text)


@dataclass
class Agenda:
    """A calendar that follows RFC 5546: by UID, a lower or equal SEQUENCE changes nothing."""

    entries: dict[str, Any] = field(default_factory=dict)
    gone: dict[str, int] = field(default_factory=dict)

    def receive(self, text: str, method_of_part: str) -> None:
        calendar = read(text)
        assert calendar["method"] == method_of_part, "RFC 6047: the header says the same"
        (event,) = calendar.walk("VEVENT")
        uid, sequence = str(event["uid"]), int(event["sequence"])
        known = self.entries.get(uid)
        before = int(known["sequence"]) if known else self.gone.get(uid, -1)
        if sequence < before or (sequence == before and known is not None):
            return
        if calendar["method"] == "CANCEL":
            assert event["status"] == "CANCELLED"
            self.entries.pop(uid, None)
            self.gone[uid] = sequence
        elif sequence > self.gone.get(uid, -1):
            self.entries[uid] = event

    @property
    def starts(self) -> list[datetime]:
        return sorted(each["dtstart"].dt for each in self.entries.values())


class Reader:
    """Somebody who opens every mail they get, as bytes, once."""

    def __init__(self, app: Flask, school: School, who: str) -> None:
        self.app, self.school, self.who = app, school, who
        self.agenda, self.read = Agenda(), 0

    def open_mails(self) -> Agenda:
        for delivery in self.school.mails(self.who)[self.read :]:
            self.read += 1
            if delivery.state != "withdrawn":
                for part in self.parts(self.bytes_of(delivery)):
                    method = part.get_param("method")
                    self.agenda.receive(part.get_content(), str(method))
        return self.agenda

    def bytes_of(self, delivery: object) -> bytes:
        site: Site = self.app.extensions["communaute"]
        renderer = post_office.renderer(self.app, site.settings)
        return renderer.mail(delivery, self.school.now).as_bytes()  # type: ignore[arg-type]

    @staticmethod
    def parts(raw: bytes) -> list[EmailMessage]:
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        return [p for p in mail.walk() if p.get_content_type() == "text/calendar"]


@pytest.fixture
def lea(shared_app: Flask, school: School) -> Reader:
    return Reader(shared_app, school, "lea")


def starts_of(school: School, pair: int) -> list[datetime]:
    return [each.starts_at for each in school.view_of(pair).sessions]


def test_the_whole_life_of_a_place_as_a_calendar_sees_it(school: School, lea: Reader) -> None:
    first, second = school.pairs(2, 2)
    school.sign_up(first)
    assert lea.open_mails().starts == [], "nothing before it is confirmed"
    school.do("confirm")
    assert lea.open_mails().starts == starts_of(school, first)
    school.do("change_pair", "lea", second)
    assert lea.open_mails().starts == starts_of(school, second)
    school.do("change_pair", "lea", first)
    assert lea.open_mails().starts == starts_of(school, first), "back to events cancelled before"
    moved = [
        SessionTimes(
            starts_at=s.starts_at + timedelta(days=1), ends_at=s.ends_at + timedelta(days=1)
        )
        for s in school.view_of(first).sessions
    ]
    changing.move_pair(school.context, first, moved, class_url=CLASS)
    school.session.commit()
    assert lea.open_mails().starts == [each.starts_at for each in moved]
    assert len(lea.agenda.entries) == 2, "moved, not copied"
    changing.cancel_pair(school.context, first, reason="")
    school.session.commit()
    assert lea.open_mails().starts == []
    school.do("accept_offer")
    assert lea.open_mails().starts == starts_of(school, second)
    school.do("cancel")
    assert lea.open_mails().starts == []


def test_mails_read_in_the_wrong_order_end_the_same(school: School, lea: Reader) -> None:
    first, second = school.pairs(2, 2)
    parts: list[EmailMessage] = []
    school.sign_up(first)
    for verb, given in (("confirm", ()), ("change_pair", (second,)), ("cancel", ())):
        school.do(verb, "lea", *given)
        parts += lea.parts(lea.bytes_of(school.mails()[-1]))
    # The last mail says again what the one it overtook would have cancelled.
    assert len(parts) == 2 + 4 + 4
    for part in reversed(parts):
        lea.agenda.receive(part.get_content(), str(part.get_param("method")))
    assert lea.agenda.starts == []


def test_a_mail_with_a_calendar_is_well_made(school: School, lea: Reader) -> None:
    school.placed(school.pair(), "lea")
    raw = lea.bytes_of(school.mails()[-1])
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert mail.get_content_type() == "multipart/mixed"
    kinds = [part.get_content_type() for part in mail.iter_parts()]
    assert kinds == ["multipart/alternative", "text/calendar", "text/calendar"]
    assert [p.get_filename() for p in mail.iter_attachments()] == ["seance-1.ics", "seance-2.ics"]
    assert mail["Content-Language"] == "fr"
    body = mail.get_body(("plain",))
    assert body is not None
    assert "Classe" not in str(mail["Subject"])
    for part in lea.parts(raw):
        text = part.get_payload(decode=True)
        assert isinstance(text, bytes)
        assert b"\r\n" in text
        assert b"\n" not in text.replace(b"\r\n", b"")
        assert max(map(len, text.split(b"\r\n"))) <= 75
        (event,) = read(text).walk("VEVENT")
        assert event["dtstart"].to_ical().endswith(b"Z"), "in UTC"
        assert event["organizer"] == "mailto:ne-pas-repondre@site.example"
        assert event["attendee"] == "mailto:lea@exemple.example"


def test_the_file_to_download_says_what_the_mails_said(school: School, lea: Reader) -> None:
    pair = school.pair()
    school.sign_up(pair)
    with pytest.raises(NoPlace):
        own.calendar(school.context, school.token())
    school.do("confirm")
    text = own.calendar(school.context, school.token())
    events = {str(e["uid"]): e for e in read(text).walk("VEVENT")}
    agenda = lea.open_mails()
    assert events.keys() == agenda.entries.keys()
    for uid, event in events.items():
        assert event["sequence"] == agenda.entries[uid]["sequence"]
        assert event["dtstart"].dt == agenda.entries[uid]["dtstart"].dt


def test_the_public_feed_holds_no_virtual_class_and_no_name(school: School) -> None:
    pair = school.pair()
    school.placed(pair, "lea")
    pairs = listing.pairs_to_come(school.context)
    text = calendars.public_calendar(school.context, pairs)
    assert len(read(text).walk("VEVENT")) == 2
    assert CLASS not in text.replace("\r\n ", "")
    assert "lea@" not in text.replace("\r\n ", "")


def test_the_feed_follows_a_move(school: School) -> None:
    pair = school.pair()
    before = feed(school)
    view = school.view_of(pair)
    later = [
        SessionTimes(
            starts_at=s.starts_at + timedelta(hours=1), ends_at=s.ends_at + timedelta(hours=1)
        )
        for s in view.sessions
    ]
    changing.move_pair(school.context, pair, later, class_url=CLASS)
    school.session.commit()
    after = feed(school)
    assert before.keys() == after.keys()
    for uid in before:
        assert int(after[uid]["sequence"]) == int(before[uid]["sequence"]) + 1


def feed(school: School) -> dict[str, Any]:
    pairs = listing.pairs_to_come(school.context)
    text = calendars.public_calendar(school.context, pairs)
    return {str(event["uid"]): event for event in read(text).walk("VEVENT")}


def test_a_name_cannot_add_a_line_to_a_calendar(school: School, lea: Reader) -> None:
    pair = school.pair()
    school.sign_up(pair, name='Léa";X="1\\n:BEGIN:VALARM')
    school.do("confirm")
    (event,) = read(lea.parts(lea.bytes_of(school.mails()[-1]))[0].get_content()).walk("VEVENT")
    assert "VALARM" not in [component.name for component in event.subcomponents]
    assert str(event["summary"]).startswith("Envoyer une facture")


def test_a_session_left_is_cancelled_even_when_its_mail_was_overtaken(
    school: School, lea: Reader
) -> None:
    first, second, third = school.pairs(count=3)
    school.placed(first, "lea")
    assert lea.open_mails().starts == starts_of(school, first)
    for pair in (second, third):  # nothing leaves between the two
        school.do("change_pair", "lea", pair)
    assert lea.open_mails().starts == starts_of(school, third)


def test_erasing_right_after_cancelling_still_empties_the_calendar(
    school: School, lea: Reader
) -> None:
    school.placed(school.pair(), "lea")
    assert lea.open_mails().starts
    token = school.token()
    school.do("cancel")
    personal_data.erase(school.context, token)
    school.session.commit()
    assert lea.open_mails().starts == []


def test_what_is_published_names_its_organiser_and_nobody_who_comes(school: School) -> None:
    """RFC 5546, 3.2.1: METHOD:PUBLISH has one ORGANIZER, and no ATTENDEE."""
    school.placed(school.pair(), "lea")
    downloaded = own.calendar(school.context, school.token())
    public = calendars.public_calendar(school.context, listing.pairs_to_come(school.context))
    for text in (downloaded, public):
        assert read(text)["method"] == "PUBLISH"
        for event in read(text).walk("VEVENT"):
            assert event["organizer"] == "mailto:ne-pas-repondre@site.example"
            assert "attendee" not in event
