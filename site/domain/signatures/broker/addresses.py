"""Which hosts may be asked: public addresses only, resolved once."""

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
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
