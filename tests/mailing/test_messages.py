"""Every mail: text and HTML that say the same, light, with the right headers."""

import inspect
import pkgutil
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from email.message import EmailMessage
from functools import partial
from importlib import import_module
from types import SimpleNamespace
from typing import cast, get_type_hints

import html5lib
import pytest
from flask import Flask

from communaute import PACKAGE
from communaute.french.typography import typeset
from communaute.mailing import messages as messages_package
from communaute.mailing.message import MailingList, Message
from communaute.mailing.messages import (
    accounts,
    messages,
    newsletter,
    notifications,
    structures,
    testimonials,
)
from communaute.mailing.outbox import row_of
from communaute.wiring import post_office
from communaute.wiring.current import Site
from tests.pages import soup_of, text_faults
from tests.trainings import mails as training_mails


WHEN = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)
LINK = "https://site.example/compte/page/jeton"
TO = "personne@exemple.example"
LISTED = MailingList(
    name="newsletter",
    unsubscribe_url="https://site.example/quitter/jeton",
    unsubscribe_mail="desabonnement+jeton@site.example",
)
NEWS = messages.News(
    number=7,
    sender="Commune d’essai",
    siret="123 456 789 00012",
    subject="Nouveau code service",
    corrects="",
    until=WHEN,
    base_url="https://site.example",
)
MAILS: dict[str, Callable[[], Message]] = {
    "newsletter confirm": lambda: newsletter.confirm_subscription(
        to=TO,
        link=LINK,
        until=WHEN,
        themes=["Travaux", "Justice"],
        rhythm="Numéro par numéro",
        listed=LISTED,
    ),
    "newsletter already": lambda: newsletter.already_subscribed(to=TO, link=LINK, listed=LISTED),
    "newsletter link": lambda: newsletter.preferences_link(to=TO, link=LINK, listed=LISTED),
    "newsletter move": lambda: newsletter.confirm_new_address(
        to=TO, link=LINK, until=WHEN, listed=LISTED
    ),
    "newsletter moved": lambda: newsletter.address_changed(
        to=TO, when=WHEN, link=LINK, listed=LISTED
    ),
    "letter": lambda: newsletter.letter(
        to=TO,
        subject="Un numéro de la newsletter",
        sending=0,
        listed=LISTED,
        about="newsletter 1",
        body={
            "html": '<h2>Titre</h2><p><a href="https://site.example/page">Une page</a></p>',
            "text": "Titre\n\nUne page [1]\n\n[1] https://site.example/page",
        },
    ),
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
    "message": lambda: messages.arrived(
        NEWS, to=TO, structure="Société d’essai", structure_id=3, leave=LINK
    ),
    "correction": lambda: messages.arrived(
        replace(NEWS, corrects="La date est le 15."),
        to=TO,
        structure="S",
        structure_id=3,
        leave=LINK,
    ),
    "held": lambda: messages.held(to=TO, sender="Commune", siret="123", link=LINK),
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
    "testimonial": lambda: testimonials.confirm(to=TO, link=LINK, until=WHEN),
    "testimonial approved": lambda: testimonials.approved(to=TO, link=LINK),
    "testimonial refused": lambda: testimonials.refused(to=TO, link=LINK, reason="Hors sujet."),
    "testimonial proposed": lambda: testimonials.proposed(to=TO, link=LINK, why="Plus court."),
    "testimonial still true": lambda: testimonials.still_true(
        to=TO, link=LINK, true_on=WHEN.date()
    ),
    "testimonial withdrawn": lambda: testimonials.withdrawn(to=TO),
    "attached": lambda: structures.attachment_decided(
        to=TO, accepted=True, structure="Société", reason="", link=LINK
    ),
    "not attached": lambda: structures.attachment_decided(
        to=TO, accepted=False, structure="Société", reason="Je ne vous connais pas.", link=LINK
    ),
    "to confirm": lambda: structures.attachment_to_confirm(to=TO, structure="Société", link=LINK),
    "digest": lambda: notifications.digest(
        to=TO,
        subject="2 choses vous attendent, 3 nouvelles",
        waits=[{"text": "Facture F-1 : suspendue", "url": LINK}],
        groups=[("Société", [{"text": "Facture F-2 : mise en paiement", "url": LINK + "2"}])],
        left_out=2,
        since=WHEN,
        rhythm="chaque jour ouvré à 8 h",
        base_url="https://site.example",
        leave=LINK + "3",
    ),
    "followed": lambda: notifications.follow_changed(
        to=TO,
        subject="Nouvelle date : Créer son compte",
        lines=[{"text": "Créer son compte : mardi 8 décembre 2026", "url": LINK}],
        leave=LINK + "3",
    ),
    "erased": lambda: accounts.account_erased(to=TO, when=WHEN),
    "role given": lambda: accounts.role_changed(to=TO, role="Rédaction", given=True, when=WHEN),
    "role taken": lambda: accounts.role_changed(to=TO, role="Rédaction", given=False, when=WHEN),
}
# The mails about trainings are listed in tests/trainings/mails.py and checked here.
MAILS |= training_mails.MAILS
# What an argument of each type may be; a mail that takes anything else has an example above.
VALUES = {str: "Une valeur", int: 3, bool: True, datetime: WHEN, date: WHEN.date()}
LINKS = ("link", "url", "sign_in", "reset", "contact", "page")


def messages_of(feature: str) -> list[Callable[..., Message]]:
    """The mails that a feature writes: every public function of its module."""
    module = import_module(f"communaute.mailing.messages.{feature}")
    return [
        function
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and not name.startswith("_")
        and get_type_hints(function).get("return") is Message
    ]


def features() -> list[str]:
    return [module.name for module in pkgutil.iter_modules(messages_package.__path__)]


def example_of(function: Callable[..., Message]) -> Message | None:
    """A mail made from the types of its arguments; None when one has no plain type."""
    given: dict[str, object] = {}
    for name, kind in get_type_hints(function).items():
        if name == "return":
            continue
        if kind not in VALUES:
            return None
        link = kind is str and name.endswith(LINKS)
        given[name] = TO if name == "to" else f"{LINK}/{name}" if link else VALUES[kind]
    return function(**given)


def templates_of(feature: str) -> set[str]:
    """The kinds of mails of a feature."""
    examples = [example_of(function) for function in messages_of(feature)]
    return {message.template for message in examples if message is not None}


# Templates that others include.
PARTS = {"layout", "button", "training-sessions"}
COVERED = {make().template for make in MAILS.values()}
MAILS |= {
    f"{feature}.{function.__name__}": partial(cast(Callable[..., Message], example_of), function)
    for feature in features()
    for function in messages_of(feature)
    if (made_up := example_of(function)) is not None and made_up.template not in COVERED
}


def test_no_mail_is_left_out() -> None:
    """Add an example to MAILS when a mail takes more than plain values."""
    written = {path.stem for path in (PACKAGE / "templates" / "mail").glob("*.html")}
    assert written - PARTS == {make().template for make in MAILS.values()}


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
    assert typeset(message.why) in text
    assert typeset(message.why) in html
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
    assert (mail["List-Unsubscribe"] is not None) == (MAILS[name]().mailing_list is not None)
    assert 10 <= len(mail["Subject"]) <= 78
    kind = "multipart/mixed" if MAILS[name]().attachments else "multipart/alternative"
    assert mail.get_content_type() == kind


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


def test_what_is_ready_is_printed_as_it_is(shared_app: Flask) -> None:
    """A letter's words are set once, when it is frozen: nothing is done to them again."""
    body = {"html": '<p>"Brut" : l\'essai ?</p>', "text": '"Brut" : l\'essai ?'}
    message = newsletter.letter(
        to=TO, subject="Un « numéro » : essai", sending=0, listed=LISTED, about="x", body=body
    )
    mail = made(shared_app, message)
    assert body["text"] in part(mail, "plain")
    assert body["html"] in part(mail, "html")
    assert "\x1e" not in part(mail, "plain") + part(mail, "html")
    assert "Un «\u00a0numéro\u00a0»\u00a0: essai" in part(mail, "plain")
