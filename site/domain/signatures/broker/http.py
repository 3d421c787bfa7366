"""One HTTP request to a pinned address: bounded in time and size, following nothing."""

import hashlib
import http.client
import os
import socket
import ssl
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from pathlib import Path
from urllib.parse import SplitResult, urlsplit


PORTS = {"http": 80, "https": 443}
URL_LENGTH = 2048

# Global unicast (RFC 4291), less what leads to IPv4 or to no public host: IETF protocol
# assignments with Teredo (RFC 2928, 4380), documentation (RFC 3849, 9637), 6to4 (RFC 3056).
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NOT_PUBLIC = tuple(
    IPv6Network(one) for one in ("2001::/23", "2001:db8::/32", "3fff::/20", "2002::/16")
)
_RELAY_6TO4 = 0xC0586300  # 192.88.99.0/24, RFC 7526


class AddressRefused(ValueError):
    """An address that may not be asked."""


def checked(url: str) -> SplitResult:
    """Split an http or https address on its usual port. Raises AddressRefused."""
    if len(url) > URL_LENGTH or any(ord(one) <= 0x20 or ord(one) > 0x7E for one in url):
        raise AddressRefused("too long, or characters that an address does not hold")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise AddressRefused("no address") from error
    if parts.scheme not in PORTS or not parts.hostname or "@" in parts.netloc:
        raise AddressRefused("neither http nor https, or no host, or a user")
    if port not in {None, PORTS[parts.scheme]}:
        raise AddressRefused("unusual port")
    return parts


def public_address(host: str, port: int) -> str:
    """Resolve a host, once, into the address to connect to.

    Raises AddressRefused when it does not resolve or when one of its addresses is not public:
    a name with both kinds is a trap.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise AddressRefused("unknown host") from error
    addresses = [str(one[4][0]) for one in found]
    if not addresses or not all(map(is_public, addresses)):
        raise AddressRefused("not a public host")
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether an IP address is that of a host of the public Internet."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv4Address):
        return _is_public_v4(parsed)
    return _is_public_v6(parsed)


def _is_public_v4(address: IPv4Address) -> bool:
    relays = int(address) & 0xFFFFFF00 == _RELAY_6TO4
    return address.is_global and not (address.is_multicast or address.is_reserved or relays)


def _is_public_v6(address: IPv6Address) -> bool:
    if address.scope_id is not None:
        return False
    return address in _GLOBAL_UNICAST and not any(address in one for one in _NOT_PUBLIC)


_CHUNK = 1 << 16


class FetchFailed(Exception):
    """Nothing usable came."""


Resolve = Callable[[str, int], str]
"""The address to connect to for a host and a port; raises AddressRefused."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to ask, and how much of an answer to take."""

    url: str
    limit: int
    body: bytes | None = None
    content_type: str = ""
    seconds: float = 5.0


def fetch(request: Request, resolve: Resolve = public_address) -> bytes:
    """Get, or post when there is a body, and return the body of a 200 answer.

    The host is resolved once and connected to by that address, so that a name that changes
    between the check and the connection changes nothing. Raises AddressRefused, FetchFailed.
    """
    parts = checked(request.url)
    deadline = time.monotonic() + request.seconds
    connection = _connection(parts, request.seconds, resolve)
    try:
        return _answer(connection, parts, request, deadline)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise FetchFailed(type(error).__name__) from error
    finally:
        connection.close()


def _answer(
    connection: http.client.HTTPConnection, parts: SplitResult, request: Request, deadline: float
) -> bytes:
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {"Accept": "*/*", "User-Agent": "verificateur-de-signatures"}
    if request.body is not None:
        headers["Content-Type"] = request.content_type
    method = "GET" if request.body is None else "POST"
    connection.request(method, target, request.body, headers)
    response = connection.getresponse()
    if response.status != http.client.OK:
        raise FetchFailed(f"status {response.status}")
    return _bounded(response, request.limit, deadline)


def _bounded(response: http.client.HTTPResponse, limit: int, deadline: float) -> bytes:
    body = bytearray()
    while chunk := response.read1(_CHUNK):
        body += chunk
        if len(body) > limit:
            raise FetchFailed("answer too long")
        if time.monotonic() > deadline:
            raise FetchFailed("answer too slow")
    return bytes(body)


class _Pinned(http.client.HTTPConnection):
    """A connection to an address already resolved, under the name of its host."""

    def __init__(self, host: str, address: str, port: int, seconds: float) -> None:
        super().__init__(host, port, timeout=seconds)
        self._address = address

    def connect(self) -> None:
        """Connect to the pinned address; the host's name serves for headers only."""
        self.sock = socket.create_connection((self._address, self.port), self.timeout)


class _PinnedSecure(_Pinned):
    """The same over TLS, the certificate checked against the host's name."""

    default_port = http.client.HTTPS_PORT

    def connect(self) -> None:
        """Connect to the pinned address, then ask the host to prove its name."""
        super().connect()
        context = ssl.create_default_context()
        self.sock = context.wrap_socket(self.sock, server_hostname=self.host)


def _connection(parts: SplitResult, seconds: float, resolve: Resolve) -> http.client.HTTPConnection:
    host = parts.hostname or ""
    port = PORTS[parts.scheme]
    kind = _PinnedSecure if parts.scheme == "https" else _Pinned
    return kind(host, resolve(host, port), parts.port or port, seconds)


# Revocation data kept on disk until their next update: a file each, its date its expiry.

LONGEST = timedelta(days=1)
"""Revocation lists are due every few days; a day-old one is asked for again."""
TOTAL_BYTES = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class RevocationCache:
    """Answers by what was asked. They are public data: they name no document and no visitor."""

    folder: Path

    def get(self, key: bytes, now: datetime) -> bytes | None:
        """What was answered to this question and is still good."""
        path = self._path(key)
        try:
            return path.read_bytes() if path.stat().st_mtime > now.timestamp() else None
        except OSError:
            return None

    def put(self, key: bytes, answer: bytes, next_update: datetime | None, now: datetime) -> None:
        """Keep an answer until its next update; one that announces none is not kept."""
        if next_update is None or next_update <= now:
            return
        until = min(next_update, now + LONGEST).timestamp()
        self.folder.mkdir(parents=True, exist_ok=True)
        self._tidy(now, len(answer))
        number, name = tempfile.mkstemp(dir=self.folder)
        with os.fdopen(number, "wb") as file:
            file.write(answer)
        os.utime(name, (until, until))
        os.replace(name, self._path(key))

    def _path(self, key: bytes) -> Path:
        return self.folder / hashlib.sha256(key).hexdigest()

    def _tidy(self, now: datetime, needed: int) -> None:
        """Remove what is past its date, then the next to be, until there is room."""
        total = needed
        found = [(path.stat().st_mtime, path.stat().st_size, path) for path in self._files()]
        for expiry, size, path in sorted(found, reverse=True):
            total += size
            if expiry <= now.timestamp() or total > TOTAL_BYTES:
                with suppress(FileNotFoundError):
                    path.unlink()

    def _files(self) -> list[Path]:
        return [path for path in self.folder.iterdir() if path.is_file()]
