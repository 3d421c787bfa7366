"""Every mail: text and HTML that say the same, light, with the right headers."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from types import SimpleNamespace

import html5lib
import pytest
from flask import Flask

from communaute import post_office
from communaute.current import Site
from communaute.mailing.message import MailingList, Message
from communaute.mailing.messages import accounts, structures
from communaute.mailing.outbox import row_of
from tests.pages import soup_of, text_faults


WHEN = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)
LINK = "https://site.example/compte/page/jeton"
TO = "personne@exemple.example"
MAILS: dict[str, Callable[[], Message]] = {
    "confirm": lambda: accounts.confirm_address(to=TO, link=LINK, until=WHEN),
    "already": lambda: accounts.already_registered(to=TO, sign_in=LINK, reset=LINK + "2"),
    "reset": lambda: accounts.reset_password(to=TO, link=LINK, until=WHEN),
    "changed": lambda: accounts.password_changed(to=TO, when=WHEN, reset=LINK),
    "new address": lambda: accounts.confirm_new_address(to=TO, link=LINK, until=WHEN),
    "moved": lambda: accounts.address_changed(
        to=TO, new_address="autre@exemple.example", when=WHEN, contact=LINK
    ),
    "contact": lambda: accounts.confirm_contact(to=TO, link=LINK, until=WHEN),
    "factor on": lambda: accounts.second_factor_changed(to=TO, enabled=True, when=WHEN, reset=LINK),
    "factor off": lambda: accounts.second_factor_changed(
        to=TO, enabled=False, when=WHEN, reset=LINK
    ),
    "asked": lambda: structures.attachment_asked(
        to=TO,
        structure="Société (SIRET)",
        person="Lou",
        address="lou@exemple.example",
        words="Je remplace Charlie.",
        link=LINK,
    ),
    "asked by somebody": lambda: structures.attachment_asked(
        to=TO, structure="Société", person="", address="lou@exemple.example", words="", link=LINK
    ),
    "attached": lambda: structures.attachment_decided(
        to=TO, accepted=True, structure="Société", reason="", link=LINK
    ),
    "not attached": lambda: structures.attachment_decided(
        to=TO, accepted=False, structure="Société", reason="Je ne vous connais pas.", link=LINK
    ),
    "to confirm": lambda: structures.attachment_to_confirm(to=TO, structure="Société", link=LINK),
    "erased": lambda: accounts.account_erased(to=TO, when=WHEN),
}


def made(app: Flask, message: Message) -> EmailMessage:
    site: Site = app.extensions["communaute"]
    posted = SimpleNamespace(**row_of(message, "cle", WHEN))
    return post_office.renderer(app, site.settings).mail(posted, WHEN)


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


@pytest.mark.parametrize("name", MAILS)
def test_a_mail_is_light_french_and_says_the_same_twice(shared_app: Flask, name: str) -> None:
    message = MAILS[name]()
    mail = made(shared_app, message)
    assert len(mail.as_bytes()) < 100_000
    text, html = part(mail, "plain"), part(mail, "html")
    parser = html5lib.HTMLParser()
    parser.parse(html)
    assert parser.errors == []
    soup = soup_of(html)
    assert text_faults(soup_of(html)) == []
    assert soup.select_one("html[lang=fr]") is not None
    assert soup.select("img, script, link") == [], "readable with images off, nothing fetched"
    assert "prefers-color-scheme: dark" in html
    addresses = {str(a["href"]) for a in soup.select("a[href]")}
    assert addresses == set(re.findall(r"https?://\S+", text)), "the same links in both"
    assert message.why in text
    assert message.why in html
    assert len(soup.select("a.button")) <= 1, "one thing to do"
    assert "None" not in text
    assert "{{" not in text + html


@pytest.mark.parametrize("name", MAILS)
def test_a_mail_carries_its_headers(shared_app: Flask, name: str) -> None:
    mail = made(shared_app, MAILS[name]())
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "fr"
    assert mail["Date"].datetime == WHEN
    assert re.fullmatch(r"<[0-9a-f]{32}@localhost>", mail["Message-ID"])
    assert mail["From"].addresses[0].addr_spec == "ne-pas-repondre@localhost"
    assert mail["List-Unsubscribe"] is None
    assert 10 <= len(mail["Subject"]) <= 78
    assert mail.get_content_type() == "multipart/alternative"


def test_a_mail_of_a_list_says_how_to_stop(shared_app: Flask) -> None:
    listed = MailingList(name="newsletter", unsubscribe_url="https://site.example/stop/jeton")
    message = Message(
        to=TO,
        subject="Un numéro",
        template="account-erased",
        why="Vous êtes abonné.",
        context={"when": WHEN},
        mailing_list=listed,
    )
    mail = made(shared_app, message)
    assert mail["List-Id"] == "<newsletter.localhost>"
    assert mail["List-Unsubscribe"] == "<https://site.example/stop/jeton>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "https://site.example/stop/jeton" in part(mail, "plain")
    assert "https://site.example/stop/jeton" in part(mail, "html")


def test_nothing_typed_can_add_a_header(shared_app: Flask) -> None:
    message = Message(
        to=TO, subject="Un\nBcc: autre@exemple.example", template="account-erased", why="."
    )
    with pytest.raises(ValueError, match="Header"):
        made(shared_app, message)


def test_html_in_what_people_typed_stays_text(shared_app: Flask) -> None:
    message = accounts.address_changed(
        to=TO, new_address="<b>x</b>@exemple.example", when=WHEN, contact=LINK
    )
    assert "<b>x</b>" not in part(made(shared_app, message), "html")
