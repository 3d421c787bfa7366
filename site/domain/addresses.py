"""Addresses that people type: which are one person's mailbox, what a page may lead to."""

import hashlib
import unicodedata
from urllib.parse import urlsplit


# One mailbox under two names, and the only provider known to ignore dots.
GMAIL = frozenset({"gmail.com", "googlemail.com"})


def person_key(email: str) -> str:
    """The same text for every spelling of one mailbox (docs/decisions/0111).

    Case and what follows « + » never tell two people apart; dots neither, at Gmail.
    """
    local, _, domain = unicodedata.normalize("NFKC", email).casefold().rpartition("@")
    local = local.split("+", 1)[0] or local
    if domain in GMAIL:
        return f"{local.replace('.', '')}@gmail.com"
    return f"{local}@{domain}"


def mailbox_digest(email: str) -> str:
    """The mailbox as a digest: two spellings have the same, and it says no address."""
    return hashlib.sha256(person_key(email).encode()).hexdigest()


def is_https(address: str, longest: int) -> bool:
    """Whether a text is an https address with a host, of `longest` characters at most."""
    if len(address) > longest or any(character.isspace() for character in address):
        return False
    try:
        parts = urlsplit(address)
    except ValueError:  # « https://[ »: no address at all
        return False
    return parts.scheme == "https" and bool(parts.hostname)
