"""Addresses that people type: what a page may lead to."""

from urllib.parse import urlsplit


def is_https(address: str, longest: int) -> bool:
    """Whether a text is an https address with a host, of `longest` characters at most."""
    if len(address) > longest or any(character.isspace() for character in address):
        return False
    try:
        parts = urlsplit(address)
    except ValueError:  # « https://[ »: no address at all
        return False
    return parts.scheme == "https" and bool(parts.hostname)
