"""From the signed document to the verdict, through what authorities answer on a real server."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID

from communaute.domain.signatures.broker import http
from communaute.domain.signatures.broker.fetching import Broker
from communaute.domain.signatures.broker.http import AddressRefused, Resolve, RevocationCache
from communaute.domain.signatures.engine import SignatureEngine
from communaute.domain.signatures.report import DocumentReport, from_wire
from communaute.domain.signatures.serve.engine import Submission
from communaute.domain.signatures.vocabulary import RevocationStatus, Verdict
from tests.signatures.authorities import Publisher, publisher
from tests.signatures.forging import AUTHORITY, Cms, Holder, Wish, crl, issue, ocsp, trusting
from tests.signatures.pki import DAY


TEXT = b"Contrat de cent euros\n"
LISTED = issue(replace(AUTHORITY, name="AC"))
Ask = Callable[..., DocumentReport]


@pytest.fixture
def web() -> Iterator[Publisher]:
    started = publisher()
    yield started
    started.stop()


def told_where(host: str = "ac.example", *, answers: bool = True, lists: bool = True) -> Holder:
    """A signer whose certificate says where to ask about it."""
    more: list[tuple[x509.ExtensionType, bool]] = []
    if answers:
        place = x509.UniformResourceIdentifier(f"http://{host}/ocsp")
        access = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, place)
        more.append((x509.AuthorityInformationAccess([access]), False))
    if lists:
        full = [x509.UniformResourceIdentifier(f"http://{host}/c.crl")]
        point = x509.DistributionPoint(full, None, None, None)
        more.append((x509.CRLDistributionPoints([point]), False))
    return issue(Wish(more=more), LISTED)


@pytest.fixture
def ask(tmp_path: Path, web: Publisher, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Verify, ask the authorities as the verifier does, verify again."""
    monkeypatch.setitem(http.PORTS, "http", web.port)
    trust = trusting(tmp_path / "trust", [LISTED])
    cache = RevocationCache(tmp_path / "cache")
    engine = SignatureEngine(trust, cache=cache)

    def asked(signer: Holder, resolve: Resolve = lambda host, port: "127.0.0.1") -> DocumentReport:
        document = Cms(signer).der(TEXT)
        first = engine.verify(Submission(document))
        assert from_wire(first.report).verdict is Verdict.INDETERMINATE
        found = Broker(trust, cache, resolve).fetch(first.chains)
        return from_wire(engine.verify(Submission(document, revocation=found)).report)

    return asked


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(minutes=2)])
@pytest.mark.parametrize("due", [timedelta(hours=1), None])
def test_an_answer_of_now_decides_whatever_the_clock_of_who_gives_it(
    ahead: timedelta, due: timedelta | None, ask: Ask, web: Publisher
) -> None:
    signer = told_where()
    since = now() + ahead
    web.answers["/ocsp"] = ocsp(LISTED, signer, since=since, until=since + due if due else None)
    report = ask(signer)
    assert report.acceptable
    assert report.signatures[0].facts.revocation.source == "OCSP"
    assert web.asked == ["POST /ocsp"]


def test_a_list_decides_where_there_is_no_answer(ask: Ask, web: Publisher) -> None:
    web.answers["/c.crl"] = crl(LISTED)
    assert ask(told_where()).acceptable
    assert web.asked == ["POST /ocsp", "GET /c.crl"]


@pytest.mark.parametrize("answers", [True, False])
def test_what_is_revoked_is_said_to_be(answers: bool, ask: Ask, web: Publisher) -> None:
    signer = told_where(answers=answers)
    since = now() - DAY
    if answers:
        web.answers["/ocsp"] = ocsp(LISTED, signer, status="revoked", revoked_at=since)
    else:
        web.answers["/c.crl"] = crl(LISTED, {signer.certificate.serial_number: since})
    report = ask(signer)
    assert report.sub_indication == "REVOKED_NO_POE"
    assert report.signatures[0].facts.revocation.revoked_at == since


BAD: dict[str, Callable[[Holder], bytes]] = {
    "on another certificate": lambda signer: ocsp(LISTED, told_where()),
    "by an impostor": lambda signer: ocsp(issue(replace(AUTHORITY, name="AC")), signer),
    "of yesterday": lambda signer: ocsp(LISTED, signer, since=now() - 2 * DAY, until=now() - DAY),
    "garbage": lambda signer: b"not an answer",
    "empty": lambda signer: b"",
    "too long": lambda signer: b"0" * (100 * 1024 + 1),
}


@pytest.mark.parametrize("case", BAD)
def test_an_answer_that_is_not_worth_it_decides_nothing(
    case: str, ask: Ask, web: Publisher
) -> None:
    signer = told_where(lists=False)
    web.answers["/ocsp"] = BAD[case](signer)
    report = ask(signer)
    assert report.verdict is Verdict.INDETERMINATE
    assert report.signatures[0].facts.revocation.status is not RevocationStatus.REVOKED


INSIDE = ["127.0.0.1", "169.254.169.254", "10.0.0.1", "::1", "::ffff:127.0.0.1", "fd00::1"]


@pytest.mark.parametrize("address", INSIDE)
def test_a_name_that_leads_inside_causes_no_connection(
    address: str, ask: Ask, web: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real resolution, of a name whose first answer is public and whose second is not."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    found = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", web.port)),
        (family, socket.SOCK_STREAM, 6, "", (address, web.port)),
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(AddressRefused):
        http.public_address("ac.example", web.port)
    assert ask(told_where(), http.public_address).verdict is Verdict.INDETERMINATE
    assert web.asked == []


def test_a_name_that_changes_between_two_questions_is_asked_once_for_each(
    ask: Ask, web: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: what was checked is what is connected to, never the name again."""
    resolved: list[str] = []
    connected: list[tuple[str, int]] = []

    def resolve(host: str, port: int) -> str:
        resolved.append(host)
        return f"93.184.215.{len(resolved)}"

    def connect(address: tuple[str, int], *_: object) -> socket.socket:
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("resolved again"))
    ask(told_where(), resolve)
    assert connected == [("93.184.215.1", web.port), ("93.184.215.2", web.port)]
    assert resolved == ["ac.example", "ac.example"]
