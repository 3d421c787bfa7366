"""Every step of the conversation, every way it goes wrong: sent once, or seen to be uncertain."""

import email
import smtplib
from email import policy
from typing import Any, cast

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute.mailing.outbox import post
from communaute.mailing.rendering import address_of
from communaute.mailing.smtp import Server, SmtpTransport, say_all
from communaute.models import Delivery, DeliveryState
from tests.mailing.conftest import Clock, MakeSender, a_mail, post_many
from tests.mailing.scripted import DROP, STALL, Script, scripted
from tests.mailing.test_outbox import states


WAITING, SENT = DeliveryState.WAITING, DeliveryState.SENT
FAILED, UNCERTAIN = DeliveryState.FAILED, DeliveryState.UNCERTAIN
BEFORE_THE_DOT = ("banner", "ehlo", "mail", "rcpt", "data")
# What a server says at a step, and where the mail is then.
SAID = {
    **{(step, DROP): WAITING for step in BEFORE_THE_DOT},
    **{(step, STALL): WAITING for step in BEFORE_THE_DOT},
    **{(step, "421 4.3.2 closing"): WAITING for step in ("banner", "mail", "rcpt", "data")},
    ("banner", "554 5.7.1 no service"): WAITING,
    ("ehlo", "502 5.5.1 what"): WAITING,
    ("mail", "451 4.3.0 later"): WAITING,
    ("mail", "552 5.3.4 too large"): WAITING,
    ("mail", "530 5.7.0 authenticate first"): WAITING,
    ("mail", "not SMTP at all"): WAITING,
    ("rcpt", "450 4.2.0 greylisted"): WAITING,
    ("rcpt", "550 5.1.1 no such user"): FAILED,
    ("rcpt", "552 5.2.2 mailbox full"): FAILED,
    ("rcpt", "not SMTP at all"): WAITING,
    ("data", "451 4.3.0 later"): WAITING,
    ("data", "554 5.5.1 no valid recipients"): FAILED,
    ("data", "250 OK"): WAITING,
    ("dot", "451 4.3.0 later"): WAITING,
    ("dot", "421 4.3.2 closing"): WAITING,
    ("dot", "554 5.7.1 refused as spam"): FAILED,
    ("dot", "552 5.3.4 too large"): FAILED,
    ("dot", "251 taken, forwarded"): SENT,
    # Nobody can tell what these mean: people decide.
    ("dot", DROP): UNCERTAIN,
    ("dot", STALL): UNCERTAIN,
    ("dot", "not SMTP at all"): UNCERTAIN,
    ("dot", "354 go on"): UNCERTAIN,
    ("dot", "250"): SENT,
}


def quick(address: str) -> SmtpTransport:
    """A transport that does not wait long."""
    return SmtpTransport(Server.from_url(address), timeout=0.3, last_timeout=0.3)


@pytest.mark.slow
@pytest.mark.parametrize("features", [(), ("PIPELINING",)], ids=["one by one", "together"])
def test_a_mail_is_sent_once_or_seen_to_be_uncertain(
    session: Session, clock: Clock, sender_with: MakeSender, features: tuple[str, ...]
) -> None:
    """First the server misbehaves, then it is well again: what waited leaves, nothing twice.

    So it is whether the server hears the commands one by one or together.
    """
    for (step, said), expected in SAID.items():
        key = f"{step} {said}"
        post(session, a_mail(), key=key, due=clock())
        session.commit()
        # HELO is tried when EHLO is not understood.
        script = Script({step: said}, times=2 if said.startswith("502") else 1, features=features)
        with scripted(script) as address:
            sender_with(quick(address)).run()
            assert state_of(session, key) == expected, key
            clock.move(minutes=2)
            sender_with(quick(address)).run()
        assert state_of(session, key) == (SENT if expected == WAITING else expected), key
        assert len(script.taken) == (expected in (WAITING, SENT)), key


def state_of(session: Session, key: str) -> str:
    session.rollback()
    state = session.scalars(select(Delivery.state).where(Delivery.key == key)).one()
    session.rollback()
    return state


def test_what_a_server_refuses_among_commands_said_together_holds_up_no_other(
    session: Session, clock: Clock, sender_with: MakeSender
) -> None:
    """The mailbox is refused, the text is asked for all the same: none is given, the next mail leaves."""
    post_many(session, 3, clock())
    script = Script({"rcpt": "550 5.1.1 no such user"}, times=1, features=("PIPELINING",))
    with scripted(script) as address:
        sender_with(quick(address)).run()
    assert states(session) == [FAILED, SENT, SENT]
    assert len(script.taken) == 2
    assert script.heard.count(b"DATA\r\n") == 3


def test_commands_said_together_hide_no_other(session: Session) -> None:
    with pytest.raises(ValueError, match="one line"):
        say_all(cast(smtplib.SMTP, None), ["RCPT TO:<a@b.example>\r\nRCPT TO:<c@d.example>"])


def test_without_starttls_nothing_is_said_in_clear(
    session: Session, clock: Clock, sender_with: MakeSender
) -> None:
    post_many(session, 1, clock())
    script = Script()
    with scripted(script) as address:
        sender_with(quick(address.replace("//", "//moi:secret@") + "?tls=starttls")).run()
    assert states(session) == [WAITING]
    assert {line.split()[0].lower() for line in script.heard} == {b"ehlo"}


def test_a_server_that_closes_after_each_mail_takes_them_all(
    session: Session, clock: Clock, sender_with: MakeSender
) -> None:
    class OneEach(Script):
        def answer(self, step: str) -> str:
            return DROP if step == "rset" else super().answer(step)

    post_many(session, 4, clock())
    script = OneEach()
    with scripted(script) as address:
        for _ in range(4):
            sender_with(quick(address)).run()
    assert states(session) == [SENT] * 4
    assert len(script.taken) == 4


KINDS = {
    "a@café.example": b"<a@xn--caf-dma.example>",
    "a@straße.example": b"<a@xn--strae-oqa.example>",
    "prenom.nom+essai@exemple.example": b"<prenom.nom+essai@exemple.example>",
    "o'brien@exemple.example": b"<o'brien@exemple.example>",
}


def test_an_address_of_any_kind_is_said_as_servers_understand_it(
    session: Session, clock: Clock, sender_with: MakeSender
) -> None:
    for to in KINDS:
        post(session, a_mail(to=to), key=to, due=clock())
    session.commit()
    script = Script()
    with scripted(script) as address:
        sender_with(quick(address)).run()
    assert states(session) == [SENT] * len(KINDS)
    said = [line for line in script.heard if line.lower().startswith(b"rcpt")]
    assert all(any(wanted in line for line in said) for wanted in KINDS.values())


INJECTIONS: tuple[dict[str, Any], ...] = (
    {"to": "a@exemple.example\r\nBcc: b@exemple.example"},
    {"to": "a@exemple.example>\r\nRCPT TO:<b@exemple.example"},
    {"to": "a@exemple.example, b@exemple.example"},
    {"subject": "Bonjour\r\nBcc: b@exemple.example"},
    {"subject": "Bonjour\r\n\r\nUn autre texte"},
    {"context": {"when": "x\r\n.\r\nMAIL FROM:<x@y.example>"}},
)


def test_what_people_type_adds_no_header_and_no_recipient(
    session: Session, clock: Clock, sender_with: MakeSender
) -> None:
    received = 0
    for number, given in enumerate(INJECTIONS):
        post(session, a_mail(**given), key=str(number), due=clock())
        session.commit()
        script = Script(features=("PIPELINING",) if number % 2 else ())
        with scripted(script) as address:
            sender_with(quick(address)).run()
        said = [line[:4].lower() for line in script.heard]
        assert said.count(b"rcpt") <= 1, given
        assert said.count(b"mail") <= 1, given
        for taken in script.taken:
            mail = email.message_from_bytes(taken, policy=policy.SMTP)
            assert mail["Bcc"] is None
            assert "b@exemple.example" not in str(mail["To"])
            received += 1
    assert received


def test_an_address_without_a_host_is_none() -> None:
    with pytest.raises(ValueError, match="not an address"):
        address_of("personne")
