"""The network a client comes from: what limits count by."""

import ipaddress


def network_of(address: str | None) -> str:
    """The client's address, or the /56 that one subscriber has in IPv6; `unknown` for no address.

    By single addresses, whoever has IPv6 would have as many counts as he likes.
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
