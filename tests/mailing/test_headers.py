"""The bytes that leave: headers that mail programs must find whole, and whom bounces go to."""

import re
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from communaute.mailing.message import MailingList
from communaute.mailing.outbox import post
from communaute.mailing.transports import FolderTransport
from communaute.wiring import post_office
from tests.conftest import settings_for
from tests.mailing.conftest import Clock, MakeSender, a_mail
from tests.mailing.servers import Postbox, smtp_server


# Python folds an address from 58 characters and encodes it from 76: below, between, above, far above.
LENGTHS = (40, 57, 58, 75, 76, 120, 480)


def address(length: int) -> str:
    base = "https://communaute.example/notifications/quitter/"
    return (base + "x" * length)[: max(length, len(base) + 1)]


def lines_of(raw: bytes) -> list[bytes]:
    head = raw.split(b"\r\n\r\n")[0]
    return [line for line in head.split(b"\r\n") if line.lower().startswith(b"list-unsubscribe:")]


def post_listed(session: Session, clock: Clock) -> list[bytes]:
    """Ask for a mail of each length; the headers that must leave."""
    urls = [address(length) for length in LENGTHS]
    for number, url in enumerate(urls):
        listed = MailingList(name="notifications", unsubscribe_url=url)
        mail = a_mail(number, mailing_list=listed, subject="Récapitulatif " + "très long " * 20)
        post(session, mail, key=f"essai-{number}", due=clock())
    session.commit()
    return [f"List-Unsubscribe: <{url}>".encode() for url in urls]


def check(raws: list[bytes], wanted: list[bytes]) -> None:
    assert sorted(line for raw in raws for line in lines_of(raw)) == sorted(wanted)
    for raw in raws:
        assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw
        assert re.search(rb"(?m)^Message-ID: <[0-9a-f]{32}@[^>]+>\r$", raw)
        others = [line for line in raw.split(b"\r\n") if not line.startswith(b"List-Unsubscribe:")]
        assert max(map(len, others)) <= 78


def test_by_smtp_the_way_to_leave_is_one_line(
    session: Session, clock: Clock, sender_with: MakeSender
) -> None:
    wanted, postbox = post_listed(session, clock), Postbox()
    with smtp_server(postbox) as url:
        transport = post_office.transport_of(settings_for(Path("/tmp"), smtp_url=url))
        sender_with(transport).run()
    check(postbox.bytes_taken, wanted)


def test_in_the_folder_the_way_to_leave_is_one_line(
    session: Session, clock: Clock, sender_with: MakeSender, tmp_path: Path
) -> None:
    wanted = post_listed(session, clock)
    sender_with(FolderTransport(tmp_path / "mails")).run()
    check([path.read_bytes() for path in (tmp_path / "mails").glob("*.eml")], wanted)


@pytest.mark.parametrize("given", ["", "rebonds@communaute.example"])
def test_bounces_go_where_the_setting_says(
    session: Session, clock: Clock, sender_with: MakeSender, tmp_path: Path, given: str
) -> None:
    postbox = Postbox()
    post(session, a_mail(), key="essai", due=clock())
    session.commit()
    with smtp_server(postbox) as url:
        settings = settings_for(tmp_path / "s", smtp_url=url, mail_return_path=given)
        sender_with(post_office.transport_of(settings)).run()
    assert postbox.return_paths == [given or str(postbox.taken[0]["From"]).split("<")[1].strip(">")]
