"""Revocation data are asked of public hosts only, for certificates chained to a listed anchor."""

import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communaute.domain.signatures.broker import http
from communaute.domain.signatures.broker.fetching import REQUESTS, Broker
from communaute.domain.signatures.broker.http import (
    AddressRefused,
    FetchFailed,
    Request,
    RevocationCache,
    checked,
    fetch,
    is_public,
)
from communaute.domain.signatures.trust.store import load_trust
from tests.signatures.authorities import (
    Publisher,
    issued_by,
    ocsp_answer,
    publisher,
    revocation_list,
    write_anchor,
)
from tests.signatures.trusted_lists import Signer, a_signer


ANCHOR = a_signer("AC d’essai")
STRANGER = a_signer("Inconnu")
NOW = datetime.now(UTC)


@pytest.fixture
def web() -> Iterator[Publisher]:
    started = publisher()
    yield started
    started.stop()


@pytest.fixture
def broker(tmp_path: Path) -> Broker:
    """A broker with its guards as they are in production."""
    trust = load_trust(write_anchor(tmp_path / "trust", ANCHOR))
    return Broker(trust, RevocationCache(tmp_path / "cache"))


@pytest.fixture
def allowed(broker: Broker, web: Publisher, monkeypatch: pytest.MonkeyPatch) -> Broker:
    """The same broker, for which this machine's web server is a public host."""
    monkeypatch.setitem(http.PORTS, "http", web.port)
    monkeypatch.setattr(broker, "resolve", lambda host, port: "127.0.0.1")
    return broker


def chain(*signers: Signer) -> tuple[bytes, ...]:
    return tuple(signer.der for signer in signers)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "192.0.0.1",
        "192.0.2.1",
        "192.88.99.1",
        "198.18.0.1",
        "203.0.113.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:8.8.8.8",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "fe80::1",
        "fe80::1%eth0",
        "2606:4700::1%eth0",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "2001::1",
        "2001:db8::1",
        "2002:a9fe:a9fe::1",
        "not an address",
    ],
)
def test_an_address_that_is_not_of_the_public_internet_is_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "147.67.210.30", "2606:4700::1111", "2a01:e0a::1"])
def test_a_public_address_is_accepted(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(network="169.254.0.0/16") | st.ip_addresses(network="fe80::/10"))
def test_no_link_local_address_is_accepted(address: object) -> None:
    assert not is_public(str(address))


@pytest.mark.parametrize(
    "url",
    [
        "ldap://annuaire.example/cn=crl",
        "file:///etc/passwd",
        "ftp://crl.example/a.crl",
        "http://user@crl.example/a.crl",
        "http://crl.example:8080/a.crl",
        "http://crl.example:99999/a.crl",
        "http://[::1/a.crl",
        "http:///a.crl",
        "http://crl.example/a b",
        "http://crl.example/\r\nHost: other",
        "http://crl.example/é",
        "http://crl.example/" + "a" * 2048,
        "",
    ],
)
def test_an_address_that_is_not_plain_http_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        checked(url)


def test_a_host_with_one_address_that_is_not_public_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 80)) for one in ("8.8.8.8", "10.0.0.1")
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)

    with pytest.raises(AddressRefused):
        http.public_address("crl.example", 80)


def test_a_host_is_resolved_once_and_connected_to_by_that_address(
    web: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.answers["/a.crl"] = b"list"
    monkeypatch.setitem(http.PORTS, "http", web.port)
    asked = []

    def resolve(host: str, port: int) -> str:
        asked.append(host)
        return "127.0.0.1"

    assert fetch(Request("http://crl.example/a.crl", 99), resolve) == b"list"
    assert asked == ["crl.example"]


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "127.1", "[::ffff:127.0.0.1]"],
)
def test_a_certificate_that_names_this_machine_causes_no_connection(
    broker: Broker, web: Publisher, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setitem(http.PORTS, "http", web.port)
    asking = issued_by(ANCHOR, crl=f"http://{host}/a.crl", ocsp=f"http://{host}/ocsp")

    assert not broker.fetch([chain(asking)])
    assert web.asked == []


def test_a_certificate_that_names_the_metadata_service_causes_no_connection(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    connections: list[object] = []
    monkeypatch.setattr(socket, "create_connection", lambda *args, **_: connections.append(args))
    asking = issued_by(ANCHOR, crl="http://169.254.169.254/", ocsp="http://[fd00:ec2::254]/")

    assert not broker.fetch([chain(asking)])
    assert connections == []


@pytest.mark.parametrize(
    "make",
    [
        lambda url: chain(issued_by(STRANGER, crl=url)),
        lambda url: chain(issued_by(STRANGER, crl=url), STRANGER),
        lambda url: chain(issued_by(a_signer("AC d’essai", NOW.replace(microsecond=0)), crl=url)),
        lambda url: chain(issued_by(ANCHOR, crl=url), issued_by(ANCHOR, ca=True)),
        lambda url: (issued_by(ANCHOR, crl=url).der[:-9],),
        lambda url: (b"not a certificate",),
        lambda url: (),
    ],
    ids=["stranger", "his chain", "forged issuer", "wrong chain", "cut", "garbage", "empty"],
)
def test_a_chain_that_does_not_lead_to_an_anchor_causes_no_request(
    allowed: Broker, web: Publisher, make: Callable[[str], tuple[bytes, ...]]
) -> None:
    assert not allowed.fetch([make("http://crl.example/a.crl")])
    assert web.asked == []


def test_the_list_of_a_chained_certificate_is_fetched(allowed: Broker, web: Publisher) -> None:
    web.answers["/a.crl"] = revocation_list(ANCHOR)
    asking = issued_by(ANCHOR, crl="http://crl.example/a.crl")

    assert allowed.fetch([chain(asking)]).crls == (web.answers["/a.crl"],)


def test_every_certificate_of_a_chain_is_asked_about(allowed: Broker, web: Publisher) -> None:
    middle = issued_by(ANCHOR, "AC déléguée", ca=True, crl="http://crl.example/anchor.crl")
    leaf = issued_by(middle, crl="http://crl.example/middle.crl")
    web.answers["/anchor.crl"], web.answers["/middle.crl"] = (
        revocation_list(ANCHOR),
        revocation_list(middle),
    )

    assert len(allowed.fetch([chain(leaf, middle)]).crls) == 2


def test_ocsp_is_asked_first_and_the_list_only_when_it_fails(
    allowed: Broker, web: Publisher
) -> None:
    crl, ocsp = "http://crl.example/a.crl", "http://ocsp.example/ask"
    answered = issued_by(ANCHOR, crl=crl, ocsp=ocsp)
    silent = issued_by(ANCHOR, "Alix Exemple", crl=crl, ocsp=ocsp)
    web.answers["/a.crl"] = revocation_list(ANCHOR)
    web.answers["/ask"] = ocsp_answer(ANCHOR, answered)

    assert allowed.fetch([chain(answered)]).ocsps == (web.answers["/ask"],)
    assert web.asked == ["POST /ask"]
    del web.answers["/ask"]
    assert allowed.fetch([chain(silent)]).crls == (web.answers["/a.crl"],)


def test_a_redirection_is_not_followed(allowed: Broker, web: Publisher) -> None:
    web.answers["/metadata"] = revocation_list(ANCHOR)

    assert not allowed.fetch([chain(issued_by(ANCHOR, crl="http://crl.example/elsewhere"))])
    assert web.asked == ["GET /elsewhere"]


def test_an_answer_that_is_too_long_is_dropped(
    web: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(http.PORTS, "http", web.port)
    web.answers["/long"] = bytes(200_000)

    with pytest.raises(FetchFailed):
        fetch(Request("http://crl.example/long", 100_000), lambda host, port: "127.0.0.1")


def test_an_answer_that_is_no_revocation_data_is_dropped(allowed: Broker, web: Publisher) -> None:
    web.answers["/a.crl"] = b"<html>not found</html>"

    assert not allowed.fetch([chain(issued_by(ANCHOR, crl="http://crl.example/a.crl"))])


def test_one_document_causes_a_bounded_number_of_requests(allowed: Broker, web: Publisher) -> None:
    many = [
        chain(issued_by(ANCHOR, str(number), crl=f"http://crl.example/{number}"))
        for number in range(REQUESTS + 5)
    ]
    allowed.fetch(many)

    assert len(web.asked) == REQUESTS


def test_an_answer_is_kept_until_its_next_update(
    allowed: Broker, web: Publisher, tmp_path: Path
) -> None:
    web.answers["/a.crl"] = revocation_list(ANCHOR)
    asking = chain(issued_by(ANCHOR, crl="http://crl.example/a.crl"))
    first = allowed.fetch([asking])
    again = Broker(allowed.trust, RevocationCache(tmp_path / "cache"), allowed.resolve)

    assert again.fetch([asking]) == first
    assert web.asked == ["GET /a.crl"]


def test_a_kept_answer_is_forgotten_once_due(tmp_path: Path) -> None:
    cache = RevocationCache(tmp_path)
    cache.put(b"question", b"answer", NOW + timedelta(hours=1), NOW)

    assert cache.get(b"question", NOW + timedelta(minutes=59)) == b"answer"
    assert cache.get(b"question", NOW + timedelta(minutes=61)) is None
    cache.put(b"other", b"answer", NOW + timedelta(hours=3), NOW + timedelta(hours=2))
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("due", [None, NOW - timedelta(seconds=1)])
def test_an_answer_that_is_due_already_is_not_kept(tmp_path: Path, due: datetime | None) -> None:
    RevocationCache(tmp_path).put(b"question", b"answer", due, NOW)

    assert list(tmp_path.iterdir()) == []


def test_a_kept_answer_is_asked_for_again_after_a_day(tmp_path: Path) -> None:
    cache = RevocationCache(tmp_path)
    cache.put(b"question", b"answer", NOW + timedelta(days=90), NOW)

    assert cache.get(b"question", NOW + timedelta(hours=25)) is None


def test_a_slow_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setitem(http.PORTS, "http", silent.getsockname()[1])
        with pytest.raises(FetchFailed):
            fetch(Request("http://crl.example/", 99, seconds=0.2), lambda host, port: "127.0.0.1")


def test_the_guard_is_the_one_in_use() -> None:
    assert fetch.__defaults__ == (http.public_address,)
    assert Broker.__dataclass_fields__["resolve"].default is http.public_address
