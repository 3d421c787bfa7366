"""Lists taken over HTTPS from a real server: what its certificate, its answers and its pace do."""

import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from communaute.domain.signatures.trust import sources
from communaute.domain.signatures.trust.reading import LIST_BYTES
from communaute.domain.signatures.trust.refresh import Taken, refresh_lists
from communaute.domain.signatures.trust.sources import Publishers
from communaute.domain.signatures.trust.store import load_trust
from tests.signatures.forging import AUTHORITY, Wish, issue
from tests.signatures.trusted_lists import (
    ISSUED,
    Pointer,
    TrustedList,
    a_signer,
    anchors_of,
    signed,
)


COMMISSION = a_signer("Commission d’essai")
FRANCE = a_signer("Autorité française d’essai")
WEB_AUTHORITY = issue(replace(AUTHORITY, name="AC du web d’essai"))
OTHER_AUTHORITY = issue(replace(AUTHORITY, name="AC inconnue"))

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Web:
    """An HTTPS server of this machine: what each path answers, and what was asked."""

    port: int = 0
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    stopping: Event = field(default_factory=Event)

    def address(self, path: str, host: str = "localhost") -> str:
        return f"https://{host}:{self.port}{path}"


def answering(body: bytes, announced: int | None = None) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", str(announced or len(body)))
        request.end_headers()
        request.wfile.write(body)

    return answer


def absent(request: BaseHTTPRequestHandler) -> None:
    request.send_error(404)


def moved(address: str) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(302)
        request.send_header("Location", address)
        request.end_headers()

    return answer


def _handler(web: Web) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            web.asked.append(self.path)
            web.answers.get(self.path, absent)(self)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is what these tests are about."""


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    """The server, whose authority this process trusts as it would those of the system."""
    ours = tmp_path / "authority.pem"
    ours.write_bytes(WEB_AUTHORITY.certificate.public_bytes(Encoding.PEM))
    monkeypatch.setenv("SSL_CERT_FILE", str(ours))
    yield from _served(tmp_path, "localhost", WEB_AUTHORITY)


def _served(folder: Path, host: str, authority: object) -> Iterator[Web]:
    web = Web()
    server = _Server(("127.0.0.1", 0), _handler(web))
    server.socket = _context(folder, host, authority).wrap_socket(server.socket, server_side=True)
    web.port = int(server.server_address[1])
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
    yield web
    web.stopping.set()
    server.shutdown()
    server.server_close()


def _context(folder: Path, host: str, authority: object) -> ssl.SSLContext:
    names = ((x509.SubjectAlternativeName([x509.DNSName(host)]), False),)
    holder = issue(Wish(host, statements=None, more=names), authority)  # type: ignore[arg-type]
    key = holder.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file = folder / f"{host}.pem"
    file.write_bytes(key + holder.certificate.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@dataclass
class Refreshing:
    """Refreshes one trust DIR from the server."""

    web: Web
    folder: Path

    def __call__(self, start: str = "/eu.xml") -> dict[str, str]:
        return {one.territory: one.outcome for one in self.told(start)}

    def told(self, start: str = "/eu.xml") -> list[Taken]:
        source = Publishers(self.web.address(start))
        return list(refresh_lists(self.folder, source, anchors_of(COMMISSION)))

    def publish(self, number: int = 10, french: int = 5, days: int = 0) -> None:
        issued = ISSUED + timedelta(days=days)
        pointers = (Pointer("FR", (FRANCE,), self.web.address("/fr.xml")),)
        top = TrustedList("EU", number, issued, pointers=pointers)
        self.web.answers["/eu.xml"] = answering(signed(top, COMMISSION))
        self.web.answers["/fr.xml"] = answering(signed(TrustedList("FR", french, issued), FRANCE))

    def numbers(self) -> dict[str, int]:
        trust = load_trust(self.folder, lambda: anchors_of(COMMISSION))
        return {one.territory: one.sequence_number for one in trust.lists if not one.refused}


@pytest.fixture
def refresh(web: Web, tmp_path: Path) -> Refreshing:
    refreshing = Refreshing(web, tmp_path / "trust")
    refreshing.publish()
    return refreshing


def test_lists_are_taken_over_https(refresh: Refreshing) -> None:
    assert refresh() == {"EU": "taken", "FR": "taken"}
    assert refresh.numbers() == {"EU": 10, "FR": 5}
    refresh.publish(11, 6, days=1)
    assert refresh() == {"EU": "taken", "FR": "taken"}
    assert refresh.numbers() == {"EU": 11, "FR": 6}


def test_a_list_that_goes_back_leaves_the_good_copy(refresh: Refreshing) -> None:
    refresh.publish(11, 6, days=1)
    refresh()
    refresh.publish(10, 5)
    assert refresh() == {"EU": "refused", "FR": "refused"}
    assert refresh.numbers() == {"EU": 11, "FR": 6}


def test_a_publisher_that_moved_is_followed_within_https(refresh: Refreshing, web: Web) -> None:
    web.answers["/old.xml"] = moved(web.address("/eu.xml"))
    assert refresh("/old.xml") == {"EU": "taken", "FR": "taken"}
    assert web.asked == ["/old.xml", "/eu.xml", "/fr.xml"]


@pytest.mark.parametrize(
    "to", ["http://localhost/eu.xml", "file:///etc/passwd", "ftp://localhost/"]
)
def test_a_publisher_that_leads_out_of_https_is_not_followed(
    to: str, refresh: Refreshing, web: Web
) -> None:
    web.answers["/eu.xml"] = moved(to)
    assert refresh() == {"EU": "unreachable"}
    assert web.asked == ["/eu.xml"]


def test_a_publisher_that_turns_in_circles_is_left(refresh: Refreshing, web: Web) -> None:
    web.answers["/fr.xml"] = moved(web.address("/fr.xml"))
    assert refresh() == {"EU": "taken", "FR": "unreachable"}
    assert len(web.asked) < 10


def test_a_certificate_for_another_host_is_not_believed(refresh: Refreshing, web: Web) -> None:
    source = Publishers(web.address("/eu.xml", "127.0.0.1"))
    (told,) = refresh_lists(refresh.folder, source, anchors_of(COMMISSION))
    assert told.outcome == "unreachable"
    assert web.asked == []


def test_a_certificate_of_an_unknown_authority_is_not_believed(
    refresh: Refreshing, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    other = _served(tmp_path / "other", "localhost", OTHER_AUTHORITY)
    web = next(other)
    told = list(refresh_lists(refresh.folder, Publishers(web.address("/eu.xml")), anchors_of()))
    next(other, None)
    assert [one.outcome for one in told] == ["unreachable"]
    assert web.asked == []


def hanging(web: Web, body: bytes = b"") -> Answer:
    """Answer some bytes, then nothing for as long as the server lives."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "1000000")
        request.end_headers()
        request.wfile.write(body)
        web.stopping.wait(30)

    return answer


def dripping(web: Web) -> Answer:
    """Answer one byte after the other, none of them late."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        while not web.stopping.wait(0.01):
            request.wfile.write(b" ")

    return answer


BROKEN: dict[str, Callable[[Web], Answer]] = {
    "absent": lambda _: absent,
    "in error": lambda _: lambda request: request.send_error(500),
    "cut short": lambda _: answering(b"<TrustServiceStatusList", 100_000),
    "silent": hanging,
    "silent after a start": lambda web: hanging(web, b"<TrustServiceStatusList"),
    "byte by byte": dripping,
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_publisher_that_does_not_give_its_list_leaves_the_good_copy(
    case: str, refresh: Refreshing, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh()
    refresh.publish(11, 6, days=1)
    monkeypatch.setattr(sources, "_SECONDS", 0.3)
    monkeypatch.setattr(sources, "_WHOLE_SECONDS", 0.3)
    web.answers["/fr.xml"] = BROKEN[case](web)
    assert refresh() == {"EU": "taken", "FR": "unreachable"}
    assert refresh.numbers() == {"EU": 11, "FR": 5}


def test_a_list_too_long_is_refused_by_name(refresh: Refreshing, web: Web) -> None:
    refresh()
    web.answers["/fr.xml"] = answering(b"<a>" + b" " * LIST_BYTES)
    (french,) = (one for one in refresh.told() if one.territory == "FR")
    assert (french.outcome, french.reason) == ("refused", "le fichier dépasse 16 Mo")
    assert refresh.numbers() == {"EU": 10, "FR": 5}


def test_a_page_that_is_no_list_is_refused(refresh: Refreshing, web: Web) -> None:
    web.answers["/fr.xml"] = answering(b"<html><body>Maintenance</body></html>")
    assert refresh() == {"EU": "taken", "FR": "refused"}
