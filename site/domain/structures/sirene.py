"""Ask the public « Recherche d'entreprises » API whether a SIRET exists.

Outside any transaction: a slow register must hold no lock. It never raises for the register's own
failures: a register that is down is an answer (« non vérifié »).
"""

import http.client
import json
import ssl
import time
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode, urlsplit

from communaute.domain.structures.numbers import Siret


SECONDS = 3.0
# An answer of one company with its matching establishments is a few kilobytes.
LARGEST_ANSWER = 1 << 20
_CHUNK = 1 << 16


class Existence(StrEnum):
    """What the register says."""

    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"
    NOT_ASKED = "not-asked"
    UNREACHABLE = "unreachable"


SENTENCES = {
    Existence.OPEN: "Le registre public connaît ce SIRET : l’établissement est ouvert.",
    Existence.CLOSED: "D’après le registre public, cet établissement est fermé.",
    Existence.UNKNOWN: "Le registre public ne connaît pas ce SIRET.",
    Existence.NOT_ASKED: "L’existence de ce SIRET n’a pas été demandée au registre public : la structure est "
    "« non vérifiée ».",
    Existence.UNREACHABLE: "Le registre public ne répond pas : la structure est « non vérifiée » pour "
    "l’instant. Rien n’est à refaire.",
}


@dataclass(frozen=True)
class Answer:
    """What the register says of a SIRET; `name` is empty unless it knows it.

    `sentence` says it in French, and that the SIRET is « non vérifié » when nobody could tell.
    """

    existence: Existence
    name: str = ""

    @property
    def sentence(self) -> str:
        """What it means for whoever declares the structure."""
        return SENTENCES[self.existence]

    @property
    def verified(self) -> bool:
        """Whether the register knows the SIRET as open."""
        return self.existence is Existence.OPEN


NOT_ASKED = Answer(Existence.NOT_ASKED)
UNREACHABLE = Answer(Existence.UNREACHABLE)


def ask(url: str, siret: Siret, timeout: float = SECONDS) -> Answer:
    """Ask the register at `url` (SIRENE_URL; empty: NOT_ASKED), at most about `timeout` seconds."""
    if not url:
        return NOT_ASKED
    try:
        return read(_fetch(url, siret, timeout), siret)
    except (OSError, http.client.HTTPException, ValueError, TypeError, AttributeError):
        return UNREACHABLE


def read(body: bytes, siret: Siret) -> Answer:
    """What an answer says of a SIRET. Raises ValueError, TypeError, AttributeError for nonsense."""
    results: list[dict[str, Any]] = json.loads(body)["results"]
    for company in results:
        establishments = [
            company.get("siege") or {},
            *(company.get("matching_etablissements") or []),
        ]
        for one in establishments:
            if one.get("siret") == siret.digits:
                is_open = one.get("etat_administratif") == "A"
                name = str(company.get("nom_complet") or "")
                return Answer(Existence.OPEN if is_open else Existence.CLOSED, name[:200])
    # A company without that establishment: the register answers something else than was asked.
    return UNREACHABLE if results else Answer(Existence.UNKNOWN)


def _fetch(url: str, siret: Siret, timeout: float) -> bytes:
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    path = path if path.endswith("/search") else f"{path}/search"
    deadline = time.monotonic() + timeout
    connection = _connection(parts.scheme, parts.netloc, timeout)
    try:
        query = urlencode({"q": siret.digits, "page": 1, "per_page": 1})
        headers = {"Accept": "application/json", "User-Agent": "communaute-chorus-pro"}
        connection.request("GET", f"{path}?{query}", headers=headers)
        response = connection.getresponse()
        if response.status != http.client.OK:
            raise ValueError(response.status)
        return _bounded(response, deadline)
    finally:
        connection.close()


def _connection(scheme: str, host: str, timeout: float) -> http.client.HTTPConnection:
    if scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(host, timeout=timeout, context=context)
    return http.client.HTTPConnection(host, timeout=timeout)


def _bounded(response: http.client.HTTPResponse, deadline: float) -> bytes:
    body = bytearray()
    while chunk := response.read1(_CHUNK):
        body += chunk
        if len(body) > LARGEST_ANSWER or time.monotonic() > deadline:
            raise ValueError("too much, or too slow")
    return bytes(body)
