"""What mail services tell by HTTP, checked before it is read: Amazon SES through SNS, Mailgun, plain JSON.

Anybody can post: a signature alone proves who signs, not that it is meant for us, so that SNS topics are also
on a list; Mailgun's stamp must be fresh, and serves once. Sources: docs of the three services, read in
November 2026 through the threads cited in docs/decisions/0258.
"""

import hashlib
import hmac
import json
import re
from base64 import b64decode
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm


FRESH = timedelta(minutes=5)
LARGEST, MOST = 256_000, 500
SNS_HOST = re.compile(r"sns\.[a-z0-9-]{2,30}\.amazonaws\.com(?:\.cn)?")
# In this order, each name then its value, each ended by a line: the last one too.
SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": (
        *("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    ),
}
Fetch = Callable[[str], bytes]


class Forged(Exception):
    """Not signed by whom it says, not for us, too old, or told already."""


class Nonsense(Exception):
    """Not what such a service writes."""


@dataclass(frozen=True)
class Event:
    """One thing told: the envelope's sender (our VERP address), what happened to the mail."""

    return_path: str
    status: str
    said: str = ""
    complaint: bool = False


def parsed(body: bytes) -> Any:  # noqa: ANN401  # JSON
    """The body as JSON. Raises Nonsense."""
    try:
        return json.loads(body[: LARGEST + 1])
    except (ValueError, RecursionError):
        raise Nonsense("not JSON") from None


def from_sns(body: Mapping[str, Any], topics: Collection[str], fetch: Fetch) -> list[Event]:
    """What SES tells through SNS; nothing when SNS asks to be confirmed, which is then done.

    `fetch` reads an https address of Amazon's. Raises Forged, Nonsense.
    """
    kind = str(body.get("Type"))
    if kind not in SIGNED:
        raise Nonsense("no notification of SNS")
    if body.get("TopicArn") not in topics:
        raise Forged("a topic that is not on our list")
    _check_sns(body, fetch)
    if kind == "SubscriptionConfirmation":
        fetch(_of_amazon(str(body.get("SubscribeURL", ""))))
        return []
    return list(_ses(parsed(str(body.get("Message", "")).encode())))


def _check_sns(body: Mapping[str, Any], fetch: Fetch) -> None:
    address = _of_amazon(str(body.get("SigningCertURL", "")))
    names = SIGNED[str(body["Type"])]
    text = "".join(f"{name}\n{body[name]}\n" for name in names if name in body)
    algorithm: HashAlgorithm = SHA256() if body.get("SignatureVersion") == "2" else SHA1()  # noqa: S303
    try:
        key = x509.load_pem_x509_certificate(fetch(address)).public_key()
        if not isinstance(key, RSAPublicKey):
            raise Forged("not Amazon's kind of key")
        signature = b64decode(str(body.get("Signature", "")), validate=True)
        key.verify(signature, text.encode(), PKCS1v15(), algorithm)
    except (InvalidSignature, ValueError, OSError):
        raise Forged("not signed by SNS") from None


def _of_amazon(address: str) -> str:
    """An https address of SNS. Raises Forged for any other: nothing else is ever fetched."""
    try:
        parts = urlsplit(address)
        plain = parts.port is None and not parts.username
    except ValueError:
        raise Forged("not an address") from None
    if parts.scheme != "https" or not plain or not SNS_HOST.fullmatch(parts.hostname or ""):
        raise Forged("not an address of SNS")
    return address


def _ses(message: object) -> Iterator[Event]:
    told = _mapping(message)
    source = str(_mapping(told.get("mail")).get("source", ""))
    kind = told.get("notificationType") or told.get("eventType")
    if kind == "Complaint":
        yield Event(source, "", complaint=True)
    if kind == "Bounce":
        bounce = _mapping(told.get("bounce"))
        permanent = bounce.get("bounceType") == "Permanent"
        people = bounce.get("bouncedRecipients")
        for one in people if isinstance(people, list) else []:
            given = _mapping(one)
            status = str(given.get("status") or ("5.0.0" if permanent else "4.0.0"))
            yield Event(source, status, str(given.get("diagnosticCode", "")))


def from_mailgun(
    body: Mapping[str, Any], key: str, now: datetime, is_new: Callable[[str], bool]
) -> list[Event]:
    """What Mailgun tells. `is_new` says whether a token is seen for the first time, and remembers it.

    Raises Forged, Nonsense.
    """
    stamp = _mapping(body.get("signature"))
    timestamp, token = str(stamp.get("timestamp", "")), str(stamp.get("token", ""))
    wanted = hmac.new(key.encode(), f"{timestamp}{token}".encode(), hashlib.sha256).hexdigest()
    if not key or not hmac.compare_digest(
        wanted, str(stamp.get("signature", "")).encode("ascii", "replace").decode()
    ):
        raise Forged("not signed by Mailgun")
    if not timestamp.isdigit() or len(timestamp) > 12:
        raise Nonsense("no moment")
    if abs(now - datetime.fromtimestamp(int(timestamp), UTC)) > FRESH:
        raise Forged("too old")
    if not is_new(token):
        raise Forged("told already")
    return list(_mailgun(_mapping(body.get("event-data"))))


def _mailgun(data: Mapping[str, Any]) -> Iterator[Event]:
    source = str(_mapping(data.get("envelope")).get("sender", ""))
    if data.get("event") == "complained":
        yield Event(source, "", complaint=True)
    if data.get("event") == "failed":
        answer = _mapping(data.get("delivery-status"))
        permanent = data.get("severity") == "permanent"
        status = str(answer.get("enhanced-code") or ("5.0.0" if permanent else "4.0.0"))
        yield Event(source, status, str(answer.get("message") or answer.get("description") or ""))


def from_json(body: object) -> list[Event]:
    """Plain JSON: one object or a list, each with `return_path`, `status`, and `said` or `complaint`.

    Raises Nonsense.
    """
    events = body if isinstance(body, list) else [body]
    if len(events) > MOST:
        raise Nonsense("too many")
    given = [_mapping(one) for one in events]
    if any("return_path" not in one for one in given):
        raise Nonsense("no return_path")
    return [
        Event(
            str(one["return_path"]),
            str(one.get("status", "")),
            str(one.get("said", "")),
            complaint=one.get("complaint") is True,
        )
        for one in given
    ]


def _mapping(value: object) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise Nonsense("not an object")
    return value
