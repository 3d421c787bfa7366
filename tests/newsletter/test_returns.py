"""What comes back: each status its effect, from each door; nothing from a stranger, nothing breaks."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from flask import Flask
from sqlalchemy import select

from communaute.domain.newsletter import returns, subscribers
from communaute.extensions import db
from communaute.mailing.returned import What
from communaute.mailing.tagged import BOUNCE, LEAVE
from communaute.models import Delivery, DeliveryState, ReturnedMail, Suppression
from communaute.wiring import letter_desk, mail_webhooks
from communaute.wiring.current import Site
from tests.newsletter.conftest import Moments
from tests.newsletter.readers import Reader


DSN = """From: MAILER-DAEMON@mx.example
To: {to}
Subject: Undelivered
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain; charset=utf-8

Not delivered.

--b
Content-Type: {kind}

Reporting-MTA: dns; mx.example

Final-Recipient: {final}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} <p@exemple.example> no

--b--
"""


def dsn(
    to: str,
    status: str,
    action: str = "failed",
    kind: str = "message/delivery-status",
    final: str = "rfc822; p@exemple.example",
) -> bytes:
    """A delivery report."""
    return DSN.format(to=to, status=status, action=action, kind=kind, final=final).encode()


def returns_to(delivery: Delivery) -> str:
    """Where a mail comes back."""
    return letter_desk.context().tagger.address(BOUNCE, str(delivery.code).replace("-", ""))


@pytest.fixture
def sent(reader: Reader) -> Delivery:
    """A mail of the newsletter to somebody subscribed."""
    reader.subscribed("travaux")
    return reader.mails()[-1]


def take(here: Moments, raw: bytes) -> What:
    what = returns.receive(here.context, raw)
    db.session.commit()
    return what


def is_stopped(reader: Reader) -> str:
    """Why this person is not written to; empty when they are."""
    found = subscribers.suppressed(db.session(), reader.row)
    return found.reason if found else ""


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("5.1.1", "no-mailbox"),
        ("5.1.10", "no-mailbox"),
        ("5.1.8", ""),
        ("5.2.2", ""),
        ("4.2.2", ""),
        ("5.7.1", ""),
        ("5.7.515", ""),
        ("5.6.0", ""),
    ],
)
def test_by_its_status(
    here: Moments, reader: Reader, sent: Delivery, status: str, reason: str
) -> None:
    assert take(here, dsn(returns_to(sent), status)) == What.BOUNCE
    assert is_stopped(reader) == reason
    line = db.session.scalars(select(ReturnedMail)).one()
    assert (line.status, line.delivery_id) == (status, sent.id)
    assert "@" not in line.said, "no address in the log of returns"


def another(here: Moments, reader: Reader) -> Delivery:
    """One more mail, later."""
    here.later(hours=2)
    reader.subscribe("travaux")
    return reader.mails()[-1]


def test_what_may_pass_stops_after_three_in_fifteen_days(
    here: Moments, reader: Reader, sent: Delivery
) -> None:
    for _ in range(3):
        take(here, dsn(returns_to(sent), "4.4.7"))
    assert is_stopped(reader) == "", "one mail told three times is one"
    here.later(days=16)
    for _ in range(2):
        take(here, dsn(returns_to(another(here, reader)), "5.2.2"))
    assert is_stopped(reader) == "", "the first is too old"
    take(here, dsn(returns_to(another(here, reader)), "4.4.1"))
    assert is_stopped(reader) == "keeps-failing"


def test_ours_to_mend_never_costs_a_subscriber(
    here: Moments, reader: Reader, sent: Delivery
) -> None:
    for _ in range(5):
        take(here, dsn(returns_to(another(here, reader)), "5.7.1"))
    assert is_stopped(reader) == ""


def test_put_back_one_is_written_to_again(here: Moments, reader: Reader, sent: Delivery) -> None:
    take(here, dsn(returns_to(sent), "5.1.1"))
    number = db.session.scalars(select(ReturnedMail.id)).one()
    assert returns.restore(here.context, number)
    db.session.commit()
    assert is_stopped(reader) == ""
    take(here, dsn(returns_to(sent), "5.1.1"))
    assert is_stopped(reader) == "", "the same report told again is the one put back"


def test_internationalised_reports_are_read(here: Moments, reader: Reader, sent: Delivery) -> None:
    """RFC 6533, which libraries pass over."""
    raw = dsn(
        returns_to(sent),
        "5.1.1",
        kind="message/global-delivery-status",
        final="utf-8; pâté@exemple.example",
    )
    assert take(here, raw) == What.BOUNCE
    assert is_stopped(reader) == "no-mailbox"


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        (
            b"From: a@b.example\r\nTo: %s\r\nAuto-Submitted: auto-replied\r\n\r\nEn vacances.",
            What.AUTOMATIC,
        ),
        (b"From: a@b.example\r\nTo: %s\r\n\r\nMerci beaucoup", What.AUTOMATIC),
        (
            b"From: a@b.example\r\nTo: %s\r\n\r\nHi. 550 5.1.1 <p@exemple.example> unknown",
            What.BOUNCE,
        ),
        (b"", What.UNREADABLE),
        (b"\xff\xfe\x00", What.UNREADABLE),
    ],
)
def test_other_mails(here: Moments, reader: Reader, sent: Delivery, raw: bytes, what: What) -> None:
    to = returns_to(sent).encode()
    assert take(here, raw.replace(b"%s", to)) == what
    assert is_stopped(reader) == ("no-mailbox" if what is What.BOUNCE else "")


def test_a_delay_is_no_failure(here: Moments, reader: Reader, sent: Delivery) -> None:
    assert take(here, dsn(returns_to(sent), "4.4.1", action="delayed")) == What.DELAY
    assert take(here, dsn(returns_to(sent), "2.0.0", action="delivered")) == What.AUTOMATIC
    assert db.session.scalars(select(ReturnedMail)).all() == []


def test_a_bounce_of_somebody_else_s_mail_does_nothing(
    here: Moments, reader: Reader, sent: Delivery
) -> None:
    good = returns_to(sent)
    local, _, host = good.rpartition("@")
    made_up = (
        f"{local[:-1]}{'a' if local[-1] != 'a' else 'b'}@{host}",
        "rebond+x.y@localhost",
        "a@b.example",
    )
    for address in made_up:
        assert take(here, dsn(address, "5.1.1")) == What.FOREIGN
    assert is_stopped(reader) == ""


def test_a_complaint_leaves_and_is_not_put_back(
    here: Moments, reader: Reader, sent: Delivery
) -> None:
    raw = (
        f"From: fbl@isp.example\nTo: {returns_to(sent)}\nMIME-Version: 1.0\n"
        "Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n"
        "--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n\n--b--\n"
    )
    assert take(here, raw.encode()) == What.COMPLAINT
    assert reader.row.left_at is not None
    assert is_stopped(reader) == "complaint"
    number = db.session.scalars(select(ReturnedMail.id)).one()
    assert not returns.restore(here.context, number)


def test_apple_s_automatic_mail_leaves(here: Moments, reader: Reader, sent: Delivery) -> None:
    address = letter_desk.context().tagger.address(LEAVE, reader.row.reference)
    raw = (
        f"From: p@exemple.example\nTo: {address}\nSubject: unsubscribe\n"
        "Auto-Submitted: auto-replied\nX-Apple-Unsubscribe: true\n\n"
    )
    assert take(here, raw.encode()) == What.LEAVE
    assert reader.row.left_at is not None


def bombs() -> Iterator[bytes]:
    """Mails made to hurt who reads them."""
    deep = "".join(
        f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(3_000)
    )
    yield ("To: {to}\nMIME-Version: 1.0\n" + deep).encode()
    yield b"To: {to}\n" + b"X-A: " + b"a" * 2_000_000
    yield b"To: {to}\nContent-Type: multipart/report; boundary=b\n\n" + b"--b\n\nx\n" * 100_000
    yield dsn("{to}", "5.1.1" + "1" * 5_000)
    many = "; ".join(f"a{n}*{n}=x" for n in range(40_000))
    yield ("To: {to}\nContent-Type: multipart/report; " + many + "\n\nx").encode()
    yield ("To: {to}\nTo: " + "/" * 300_000 + "\n\nx").encode()
    yield b"To: {to}\nContent-Type: message/delivery-status; charset=\xff\n\nStatus: =?utf-8?b?////?=\n"


@pytest.mark.parametrize("number", range(7))
def test_a_bomb_is_read_and_does_nothing(
    here: Moments, reader: Reader, sent: Delivery, number: int
) -> None:
    raw = list(bombs())[number].replace(b"{to}", returns_to(sent).encode())
    assert take(here, raw) in set(What)
    assert is_stopped(reader) == ""


def test_the_command_reads_stdin_and_a_folder(
    letter_app: Flask, here: Moments, reader: Reader, sent: Delivery, tmp_path: Path
) -> None:
    runner = letter_app.test_cli_runner()
    raw = dsn("somebody@else.example", "5.7.1")
    to = returns_to(sent)
    db.session.remove()
    assert runner.invoke(args=["mail", "bounce", "--to", to], input=raw).output == "bounce: 1\n"
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "1").write_bytes(dsn(to, "5.1.1"))
    (tmp_path / "new" / "2").write_bytes(b"\xff")
    for said in ("bounce: 1, unreadable: 1\n", "nothing\n"):
        assert runner.invoke(args=["mail", "bounce", "--folder", str(tmp_path)]).output == said
    assert is_stopped(reader) == "no-mailbox"


def test_what_is_refused_at_once_counts_as_what_comes_back(
    here: Moments, reader: Reader, sent: Delivery
) -> None:
    found = db.session.get_one(Delivery, sent.id)
    found.state, found.outcome = DeliveryState.FAILED, "550 5.1.1 <p@exemple.example> unknown"
    db.session.commit()
    assert returns.take_refusals(here.context) == 1
    assert returns.take_refusals(here.context) == 0
    assert is_stopped(reader) == "no-mailbox"
    assert db.session.scalars(select(Suppression.list_name)).one() == "newsletter"


# What machines tell.

Post = Callable[..., int]


@pytest.fixture
def told(letter_app: Flask, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> Post:
    """Post to the door, with every secret set."""
    site: Site = letter_app.extensions["communaute"]
    given = {
        **site.settings.__dict__,
        "bounce_token": "jeton",
        "bounce_mailgun_key": "cle",
        "bounce_sns_topics": "arn:aws:sns:eu-west-3:1:ours",
    }
    monkeypatch.setattr(site, "settings", type(site.settings)(**given))

    def post(body: object, **headers: str) -> int:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return reader.open("POST", "/api/v1/rebonds", data=data, headers=headers).status_code

    return post


def test_plain_json_with_the_token(told: Post, reader: Reader, sent: Delivery) -> None:
    event = {"return_path": returns_to(sent), "status": "5.1.1"}
    assert told(event) == 401
    assert told(event, Authorization="Bearer autre") == 401
    bearer = {"Authorization": "Bearer jeton"}
    for nonsense in (b"{", b"[" * 100_000, [{"x": 1}], [event] * 501, 3, "x"):
        assert told(nonsense, **bearer) == 422
    assert is_stopped(reader) == ""
    assert told([event, {"return_path": "a@b.example", "status": "5.1.1"}], **bearer) == 200
    assert is_stopped(reader) == "no-mailbox"


def mailgun(sent: Delivery, now: datetime, key: str = "cle", token: str = "t") -> dict[str, object]:
    """What Mailgun writes."""
    stamp = str(int(now.timestamp()))
    mark = hmac.new(key.encode(), f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    return {
        "signature": {"timestamp": stamp, "token": token, "signature": mark},
        "event-data": {
            "event": "failed",
            "severity": "permanent",
            "envelope": {"sender": returns_to(sent)},
            "delivery-status": {"enhanced-code": "5.1.1", "message": "unknown p@exemple.example"},
        },
    }


def test_mailgun_fresh_signed_and_once(
    told: Post, here: Moments, reader: Reader, sent: Delivery
) -> None:
    mark = reader.address
    assert told(mailgun(sent, here.now, key="autre", token=f"a{mark}")) == 403
    assert told(mailgun(sent, here.now - timedelta(minutes=6), token=f"b{mark}")) == 403
    assert is_stopped(reader) == ""
    assert told(mailgun(sent, here.now, token=f"c{mark}")) == 200
    assert told(mailgun(sent, here.now, token=f"c{mark}")) == 403, "told already"
    assert is_stopped(reader) == "no-mailbox"


@pytest.fixture(scope="module")
def amazon() -> tuple[rsa.RSAPrivateKey, bytes]:
    """A key, and its certificate, as SNS would have them."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
    return key, made.sign(key, SHA256()).public_bytes(Encoding.PEM)


def sns(key: rsa.RSAPrivateKey, message: str, version: str = "2", **more: str) -> dict[str, str]:
    """What SNS writes, signed."""
    body = {
        "Type": "Notification",
        "MessageId": "1",
        "Message": message,
        "Timestamp": "2026-11-29T00:00:00Z",
        "TopicArn": "arn:aws:sns:eu-west-3:1:ours",
        "SigningCertURL": "https://sns.eu-west-3.amazonaws.com/c.pem",
        "SignatureVersion": version,
        **more,
    }
    names = (
        "Message",
        "MessageId",
        "SubscribeURL",
        "Subject",
        "Timestamp",
        "Token",
        "TopicArn",
        "Type",
    )
    text = "".join(f"{name}\n{body[name]}\n" for name in names if name in body)
    algorithm = SHA256() if version == "2" else SHA1()
    signature = key.sign(text.encode(), padding.PKCS1v15(), algorithm)
    return {**body, "Signature": base64.b64encode(signature).decode()}


def ses(sent: Delivery) -> str:
    """What SES writes inside."""
    return json.dumps(
        {
            "notificationType": "Bounce",
            "mail": {"source": returns_to(sent)},
            "bounce": {"bounceType": "Permanent", "bouncedRecipients": [{"status": "5.1.1"}]},
        }
    )


def test_ses_through_sns(
    told: Post,
    reader: Reader,
    sent: Delivery,
    amazon: tuple[rsa.RSAPrivateKey, bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key, certificate = amazon
    asked: list[str] = []

    def fetch(address: str) -> bytes:
        asked.append(address)
        return certificate

    monkeypatch.setattr(mail_webhooks, "fetch_from_amazon", fetch)
    good = sns(key, ses(sent))
    assert told({**good, "Message": good["Message"] + " "}) == 403, "altered"
    assert told({**good, "TopicArn": "arn:aws:sns:eu-west-3:2:theirs"}) == 403
    assert told(sns(key, ses(sent), TopicArn="arn:aws:sns:eu-west-3:2:theirs")) == 403, (
        "signed, not for us"
    )
    asked.clear()
    for address in (
        "https://sns.eu-west-3.amazonaws.com.evil.example/c.pem",
        "http://sns.eu-west-3.amazonaws.com/c.pem",
        "https://u@sns.eu-west-3.amazonaws.com/c.pem",
        "https://sns.eu-west-3.amazonaws.com:444/c.pem",
        "file:///etc/passwd",
        "https://[",
    ):
        assert told(sns(key, ses(sent), SigningCertURL=address)) == 403
    assert asked == [], "nothing of another host is ever fetched"
    assert is_stopped(reader) == ""
    assert told(good) == 200
    assert told(sns(key, ses(sent), version="1")) == 200
    assert is_stopped(reader) == "no-mailbox"
    asked.clear()
    confirm = {
        "Type": "SubscriptionConfirmation",
        "Token": "t",
        "SubscribeURL": "https://sns.eu-west-3.amazonaws.com/?Action=ConfirmSubscription",
    }
    assert told({**sns(key, "x", **confirm), "Token": "u"}) == 403
    assert [one for one in asked if "Confirm" in one] == [], "never fetched unverified"
    assert told(sns(key, "x", **confirm)) == 200
    assert asked[-1] == confirm["SubscribeURL"]


def test_nonsense_of_the_right_shape_has_its_answer(letter_app: Flask, here: Moments) -> None:
    for body in ('{"TopicArn": ["x"], "Type": ["x"]}', '{"TopicArn": {}, "Type": {}}'):
        assert letter_app.test_client().post("/api/v1/rebonds", data=body).status_code == 422
