"""What leaves, as bytes and as an envelope: every kind of mail of the newsletter, by a real server."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from communaute.domain import clock
from communaute.domain.newsletter import sending
from communaute.extensions import db
from communaute.mailing.message import Message
from communaute.mailing.outbox import post
from communaute.mailing.tagged import BOUNCE, LEAVE
from communaute.wiring import letter_desk, post_office
from communaute.wiring.current import Site
from tests.conftest import settings_for
from tests.mailing import robot
from tests.mailing.servers import Postbox, smtp_server
from tests.mailing.test_messages import MAILS
from tests.newsletter.conftest import Moments
from tests.newsletter.readers import Reader
from tests.newsletter.test_sending import NO_LIMIT, ask, subscribers


OURS: dict[str, Callable[[], Message]] = {
    name: make for name, make in MAILS.items() if make().template.startswith("newsletter-")
}
HEADERS = {
    *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress"),
    *("List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "MIME-Version", "Content-Type"),
    "Content-Language",
}


def leave_by_smtp(app: Flask, folder: Path, **settings: str) -> Postbox:
    """Send what is due to a real server."""
    postbox = Postbox()
    with smtp_server(postbox) as url:
        given = settings_for(folder, smtp_url=url, **settings)
        sender = post_office.sender(app, given)
        sender.clock = clock.now
        db.session.remove()
        sender.run()
    return postbox


@pytest.mark.parametrize("name", OURS)
def test_each_kind_of_mail_is_what_mailboxes_want(
    letter_app: Flask, here: Moments, tmp_path: Path, name: str
) -> None:
    message = replace(OURS[name](), useless_after=None)
    post(db.session(), message, key="essai", due=here.now)
    db.session.commit()
    (raw,) = leave_by_smtp(letter_app, tmp_path).bytes_taken
    head, _, body = raw.partition(b"\r\n\r\n")
    lines = re.sub(rb"\r\n[ \t]+", b" ", head).split(b"\r\n")
    names = [line.partition(b":")[0].decode() for line in lines]
    assert len(names) == len(set(names)), "no header twice"
    listed = message.mailing_list is not None
    wanted = HEADERS if listed else {n for n in HEADERS if not n.startswith("List-")}
    assert set(names) == wanted, "Return-Path is the envelope's"
    if listed:
        whole = [line for line in head.split(b"\r\n") if line.startswith(b"List-Unsubscribe: ")]
        assert re.fullmatch(rb"List-Unsubscribe: <https://\S+>, <mailto:\S+>", whole[0])
        assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in head + b"\r\n"
    assert max(len(line) for line in body.split(b"\r\n")) <= 998
    assert len(raw) < 100_000
    assert b"text/plain" in body
    assert b"text/html" in body


@pytest.mark.parametrize("given", ["", "rebonds@retours.example"])
def test_bounces_have_an_address_of_their_own(
    letter_app: Flask, here: Moments, tmp_path: Path, given: str
) -> None:
    subscribers(2)
    ask(here)
    sending.queue_due(here.context, NO_LIMIT)
    postbox = leave_by_smtp(letter_app, tmp_path, mail_return_path=given)
    site: Site = letter_app.extensions["communaute"]
    host = given.partition("@")[2] or "localhost"
    assert site
    assert len(set(postbox.return_paths)) == 2
    for mail, path in zip(postbox.taken, postbox.return_paths, strict=True):
        code = re.search(r"Code de ce courriel[^:]*: ([A-Z0-9]{4}-[A-Z0-9]{4})", text_of(mail))
        assert code is not None
        assert path.endswith(f"@{host}")
        assert path.startswith("rebonds+" if given else "rebond+")
        tagger = type(letter_desk.context().tagger)("test", host)
        assert tagger.read(BOUNCE, path) == code[1].replace("-", "").lower()
        assert tagger.read(LEAVE, path) is None, "a tag of one kind is none of another"


def text_of(mail: object) -> str:
    """The plain text of a mail taken."""
    part = next(one for one in mail.walk() if one.get_content_type() == "text/plain")  # type: ignore[attr-defined]
    return str(part.get_payload(decode=True).decode())


def test_a_scanner_of_every_kind_of_mail_changes_nothing_and_the_click_works(
    letter_app: Flask, reader: Reader, here: Moments
) -> None:
    """A confirmation, a link, a move, a letter: each link by GET and HEAD, then its button."""
    other, moved = Reader(letter_app).subscribed("travaux"), Reader(letter_app)
    other.post(other.leaving(), lien="1")
    other.post(other.mailed("newsletter-link"), acte="adresse", courriel=moved.address)
    reader.subscribe("travaux")
    ask(here)
    sending.queue_due(here.context, NO_LIMIT)
    db.session.remove()
    with ThreadPoolExecutor(1) as apart:  # outside of this test's application context
        seen = apart.submit(robot.scan, letter_app, again=True).result()
    assert {one.template for one in seen} == {
        "newsletter-confirm",
        "newsletter-link",
        "newsletter-new-address",
        "newsletter-letter",
    }
    assert reader.row.confirmed_at is not None
    assert moved.row.address == moved.address
