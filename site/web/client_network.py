"""Where a client comes from: the network that limits count by, or this machine itself."""

import ipaddress
from urllib.parse import urlsplit

from flask import request


LOOPBACK = ("localhost", "127.0.0.1", "::1")
# What a header that a proxy adds begins with.
PROXY_HEADERS = (
    "x-forwarded",
    "forwarded",
    "via",
    "x-real-",
    "x-original-",
    "x-client-",
    "x-cluster-client-",
    "true-client-",
    "cf-",
    "fastly-",
    "x-envoy-",
)


def network_of(address: str | None) -> str:
    """The client's address, or the /56 that one subscriber has in IPv6; `unknown` for no address.

    By single addresses, whoever has IPv6 would have as many counts as they like.
    """
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 56), strict=False))
    return str(found)


def from_this_machine() -> bool:
    """Whether a program on this machine asks this machine, and no proxy in between.

    A proxy leaves a header of its own, or speaks the HTTP/1.0 that browsers left long ago: nginx does
    when it is told nothing else.
    """
    if request.environ.get("SERVER_PROTOCOL") == "HTTP/1.0":
        return False
    if any(name.lower().startswith(PROXY_HEADERS) for name, _ in request.headers):
        return False
    try:
        asked_by = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return False
    return asked_by.is_loopback and urlsplit(request.host_url).hostname in LOOPBACK
