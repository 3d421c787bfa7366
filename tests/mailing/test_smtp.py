"""Against a real SMTP server that refuses, stalls, drops the line, comes back."""

import ssl
import subprocess
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult
from sqlalchemy import select
from sqlalchemy.orm import Session

from communaute.mailing.smtp import Server, SmtpTransport
from communaute.models import Delivery, DeliveryState
from tests.mailing.conftest import Clock, MakeSender, post_many
from tests.mailing.servers import Postbox, free_port, smtp_server
from tests.mailing.test_outbox import read, states


def transport_to(address: str, **options: Any) -> SmtpTransport:
    return SmtpTransport(Server.from_url(address), **options)


def test_mails_arrive_over_one_line(
    session: Session, clock: Clock, sender_with: MakeSender
) -> None:
    post_many(session, 5, clock())
    postbox = Postbox()
    with smtp_server(postbox) as address:
        sender_with(transport_to(address)).run()
    assert len(set(postbox.identifiers())) == len(postbox.taken) == 5
    assert states(session) == [DeliveryState.SENT] * 5
    subject = str(postbox.taken[0]["Subject"])
    assert "=?utf-8?" in subject


def test_a_mailbox_that_does_not_exist_fails_at_once_and_holds_up_no_other(
    session: Session, clock: Clock, sender_with: MakeSender
) -> None:
    post_many(session, 2, clock())
    postbox = Postbox(at_recipient=["550 5.1.1 no such user"])
    with smtp_server(postbox) as address:
        sender_with(transport_to(address)).run()
    assert states(session) == [DeliveryState.FAILED, DeliveryState.SENT]
    assert read(session, Delivery.outcome)[0] == "550 5.1.1 no such user"


@pytest.mark.parametrize(
    "answers",
    [
        {"at_recipient": ["451 4.7.1 greylisted", "451 4.7.1 greylisted"]},
        {"at_data": ["452 4.2.2 full", "452 4.2.2 full"]},
    ],
    ids=["recipient", "data"],
)
def test_a_mail_put_off_is_tried_again_later_and_later(
    session: Session, clock: Clock, sender_with: MakeSender, answers: dict[str, list[str]]
) -> None:
    post_many(session, 1, clock())
    postbox = Postbox(**{name: list(said) for name, said in answers.items()})  # type: ignore[arg-type]
    with smtp_server(postbox) as address:
        for minutes, state in ((0, "waiting"), (0.5, "waiting"), (0.6, "waiting"), (3.1, "sent")):
            clock.move(minutes=minutes)
            sender_with(transport_to(address)).run()
            assert states(session) == [state]
    assert len(postbox.taken) == 1
    assert read(session, Delivery.attempts) == [3]


def test_after_three_days_a_mail_has_failed_and_is_listed(
    session: Session, clock: Clock, sender_with: MakeSender
) -> None:
    post_many(session, 1, clock())
    postbox = Postbox(at_recipient=["450 later"] * 100)
    started = clock()
    with smtp_server(postbox) as address:
        while states(session) == [DeliveryState.WAITING]:
            clock.now = read(session, Delivery.due_at)[0]
            sender_with(transport_to(address)).run()
    assert states(session) == [DeliveryState.FAILED]
    assert (clock() - started).total_seconds() == 72 * 3600
    assert 15 < read(session, Delivery.attempts)[0] < 40


def test_a_server_that_is_down_then_comes_back_loses_nothing(
    session: Session, clock: Clock, sender_with: MakeSender
) -> None:
    post_many(session, 6, clock())
    port = free_port()
    address = f"smtp://127.0.0.1:{port}"
    sender = sender_with(transport_to(address))
    sender.run()
    assert not sender.reachable
    assert read(session, Delivery.attempts) == [1, 0, 0, 0, 0, 0], "one asks for all"
    postbox = Postbox()
    clock.move(minutes=2)
    with smtp_server(postbox, port):
        sender_with(transport_to(address)).run()
    assert len(set(postbox.identifiers())) == len(postbox.taken) == 6
    assert states(session) == [DeliveryState.SENT] * 6


def test_a_server_down_for_three_days_fails_what_has_waited_so_long(
    session: Session, clock: Clock, sender_with: MakeSender
) -> None:
    post_many(session, 5, clock())
    clock.move(hours=73)
    sender_with(transport_to(f"smtp://127.0.0.1:{free_port()}")).run()
    assert states(session) == [DeliveryState.FAILED] * 5


@pytest.mark.parametrize(
    ("drops", "taken"),
    [({"drop_before_taking": 1}, 2), ({"drop_after_taking": 1}, 3)],
    ids=["lost", "taken"],
)
def test_a_line_dropped_after_data_is_uncertain_and_never_a_double(
    session: Session, clock: Clock, sender_with: MakeSender, drops: dict[str, int], taken: int
) -> None:
    """From here the two cases look the same: people see it, the machine sends nothing again."""
    postbox = Postbox(**drops)  # type: ignore[arg-type]
    post_many(session, 3, clock())
    with smtp_server(postbox) as address:
        sender_with(transport_to(address)).run()
        clock.move(hours=80)
        sender_with(transport_to(address)).run()
    assert states(session) == [DeliveryState.UNCERTAIN, DeliveryState.SENT, DeliveryState.SENT]
    assert len(set(postbox.identifiers())) == len(postbox.taken) == taken


def test_a_line_dropped_before_data_is_certainly_not_sent(
    session: Session, clock: Clock, sender_with: MakeSender
) -> None:
    post_many(session, 2, clock())
    postbox = Postbox(at_recipient=[None])
    with smtp_server(postbox) as address:
        sender_with(transport_to(address)).run()
        assert states(session) == [DeliveryState.WAITING, DeliveryState.WAITING]
        clock.move(minutes=2)
        sender_with(transport_to(address)).run()
    assert states(session) == [DeliveryState.SENT] * 2
    assert len(postbox.taken) == 2


def test_a_server_that_stalls_after_data_is_uncertain(
    session: Session, clock: Clock, sender_with: MakeSender
) -> None:
    post_many(session, 2, clock())
    postbox = Postbox(stalls=1)
    with smtp_server(postbox) as address:
        sender_with(transport_to(address, last_timeout=0.3)).run()
    assert states(session) == [DeliveryState.UNCERTAIN, DeliveryState.SENT]


def test_a_server_that_says_nothing_holds_a_pass_no_longer_than_its_time_out(
    session: Session, clock: Clock, sender_with: MakeSender
) -> None:
    import socket

    post_many(session, 2, clock())
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        sender = sender_with(transport_to(f"smtp://127.0.0.1:{port}", timeout=0.3))
        sender.run()
    assert not sender.reachable
    assert states(session) == [DeliveryState.WAITING] * 2


def test_a_line_closed_between_two_passes_is_opened_again(
    session: Session, clock: Clock, sender_with: MakeSender
) -> None:
    post_many(session, 1, clock())
    postbox = Postbox()
    port = free_port()
    transport = transport_to(f"smtp://127.0.0.1:{port}")
    with smtp_server(postbox, port):
        sender = sender_with(transport)
        mail = sender.renderer.mail(session.scalars(select(Delivery)).one(), clock())
        session.rollback()
        transport.send(mail)
    with smtp_server(postbox, port):
        transport.send(mail)
        transport.close()
    assert len(postbox.taken) == 2


def certificate(folder: Path) -> tuple[Path, Path]:
    key, pem = folder / "key.pem", folder / "cert.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
    command += " -addext subjectAltName=IP:127.0.0.1"
    options = [*command.split(), "-keyout", str(key), "-out", str(pem)]
    subprocess.run(options, check=True, capture_output=True)
    return key, pem


def test_a_password_travels_over_tls_only_and_the_certificate_is_checked(tmp_path: Path) -> None:
    key, pem = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, key)
    seen = []

    def authenticator(*arguments: Any) -> AuthResult:
        seen.append(arguments[-1])
        return AuthResult(success=arguments[-1].password == b"s:cret")

    postbox = Postbox()
    options: dict[str, Any] = {
        "tls_context": context,
        "authenticator": authenticator,
        "require_starttls": True,
    }
    from email.message import EmailMessage

    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@exemple.example", "b@exemple.example", "s"
    mail.set_content("x\n.y\n")
    with smtp_server(postbox, **options) as address:
        url = address.replace("//", "//moi:s%3Acret@") + "?tls=starttls"
        with pytest.raises(Exception, match="certificate verify failed"):
            transport_to(url).send(mail)
        assert seen == []
        trusting = ssl.create_default_context(cafile=str(pem))
        transport = transport_to(url, certificates=trusting)
        assert transport.send(mail).startswith("250")
        transport.close()
    assert len(seen) == 1
    assert str(postbox.taken[0].get_payload()).split() == ["x", ".y"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://relais.example", ("relais.example", 587, "starttls")),
        ("smtp://localhost", ("localhost", 25, "none")),
        ("smtps://a:b@relais.example", ("relais.example", 465, "tls")),
        ("smtp://relais.example?tls=none", ("relais.example", 25, "none")),
        ("smtp://a:b@relais.example:2525", ("relais.example", 2525, "starttls")),
    ],
)
def test_the_address_of_a_server_is_read(url: str, expected: tuple[str, int, str]) -> None:
    server = Server.from_url(url)
    assert (server.host, server.port, server.tls) == expected


@pytest.mark.parametrize("url", ["http://relais.example", "smtp:", "smtp://a:b@r.example?tls=none"])
def test_an_address_that_cannot_be_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="SMTP_URL"):
        Server.from_url(url)
