"""Where trusted lists are taken from: their publishers over HTTPS, or a folder."""

import http.client
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from communaute.domain.signatures.trust.lists import ListFile, read_file
from communaute.domain.signatures.trust.reading import (
    LIST_BYTES,
    ListRefused,
    parse_list,
    read_header,
)


LIST_OF_LISTS = "https://ec.europa.eu/tools/lotl/eu-lotl.xml"
_PIVOTS = "https://ec.europa.eu/tools/lotl/"
_SECONDS = 8.0
# For a whole list, which a publisher could give byte by byte.
_WHOLE_SECONDS = 60.0
_CHUNK = 1 << 16
_ACCEPT = "application/vnd.etsi.tsl+xml, application/xml, text/xml"


class SourceUnreachable(OSError):
    """A list could not be had; `str(error)` says why, a French clause."""


class Source(Protocol):
    """Gives lists, none of them verified."""

    def gives(self, territory: str) -> bool:
        """Whether it is worth asking for the list of a territory."""

    def list_of_lists(self) -> ListFile:
        """The list of lists. Raises SourceUnreachable and ListRefused."""

    def pivot(self, address: str) -> ListFile:
        """A former list of lists that announced new signers. Raises the same."""

    def national(self, territory: str, address: str) -> ListFile:
        """The list of a territory. Raises the same."""


class Publishers:
    """The lists as published. Their addresses come from verified lists, all but the first."""

    def __init__(self, list_of_lists: str = LIST_OF_LISTS) -> None:
        self._list_of_lists = list_of_lists
        self._answers = False
        self._opener = build_opener(_SecureRedirects)

    def list_of_lists(self) -> ListFile:
        """The list of lists as published."""
        found = self._get("eu-lotl.xml", self._list_of_lists)
        self._answers = True
        return found

    def gives(self, territory: str) -> bool:
        """Whether the first publisher answered: without network, nobody else is asked."""
        return self._answers

    def pivot(self, address: str) -> ListFile:
        """A pivot as published; the list that names it is not verified yet."""
        if not address.startswith(_PIVOTS):
            raise SourceUnreachable("son adresse n’est pas celle de la Commission")
        return self._get(Path(urlsplit(address).path).name, address)

    def national(self, territory: str, address: str) -> ListFile:
        """A national list as published."""
        return self._get(f"tl-{territory.lower()}.xml", address)

    def _get(self, name: str, address: str) -> ListFile:
        xml = _download(self._opener, address)
        return ListFile(name, xml, read_header(parse_list(xml)))


@dataclass
class Folder:
    """The lists of a folder, known by their content whatever their names."""

    path: Path
    _tops: list[ListFile] = field(default_factory=list)
    _national: dict[str, ListFile] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    """Files that are no list, each with the reason."""

    def __post_init__(self) -> None:
        refused = {}
        for path in self._files():
            try:
                self._keep(read_file(path))
            except (ListRefused, OSError) as error:
                refused[path.name] = str(error)
        self._tops.sort(key=lambda one: one.header.sequence_number)
        self.refused = refused

    def list_of_lists(self) -> ListFile:
        """The newest list of lists of the folder."""
        if not self._tops:
            raise SourceUnreachable(f"aucune liste des listes dans {self.path}")
        return self._tops[-1]

    def gives(self, territory: str) -> bool:
        """Whether the folder has a list of that territory."""
        return territory in self._national

    def territories(self) -> list[str]:
        """The territories whose list the folder has."""
        return sorted(self._national)

    def pivot(self, address: str) -> ListFile:
        """The pivot of that name, if the folder has it."""
        name = Path(urlsplit(address).path).name
        for one in self._tops:
            if one.name == name:
                return one
        raise SourceUnreachable(f"{name} n’est pas dans {self.path}")

    def national(self, territory: str, address: str) -> ListFile:
        """The newest list of that territory in the folder."""
        if territory.upper() not in self._national:
            raise SourceUnreachable(f"aucune liste de ce pays dans {self.path}")
        return self._national[territory.upper()]

    def _files(self) -> Iterator[Path]:
        lists = self.path / "lists"
        return iter(sorted((lists if lists.is_dir() else self.path).glob("*.xml")))

    def _keep(self, found: ListFile) -> None:
        header = found.header
        if header.is_list_of_lists:
            self._tops.append(found)
            return
        known = self._national.get(header.territory)
        if known is None or known.header.sequence_number < header.sequence_number:
            self._national[header.territory] = found


class _SecureRedirects(HTTPRedirectHandler):
    """Follows a publisher that moved its list, never out of HTTPS."""

    max_redirections = 5

    def redirect_request(
        self,
        req: Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> Request | None:
        """The request to the new address. Raises URLError when it is not in HTTPS."""
        if urlsplit(newurl).scheme != "https":
            raise URLError("redirected out of HTTPS")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _download(opener: OpenerDirector, address: str) -> bytes:
    """Get a list over HTTPS, 16 MB at most and in a minute."""
    if urlsplit(address).scheme != "https":
        raise SourceUnreachable("son adresse n’est pas en HTTPS")
    until = time.monotonic() + _WHOLE_SECONDS
    try:
        with opener.open(Request(address, headers={"Accept": _ACCEPT}), timeout=_SECONDS) as found:  # noqa: S310 - HTTPS, checked above
            return _bounded(found, until)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise SourceUnreachable("son éditeur n’a pas répondu") from error


def _bounded(found: http.client.HTTPResponse, until: float) -> bytes:
    """Read one byte more than the longest list, for whoever parses it to refuse it by name."""
    body = bytearray()
    while len(body) <= LIST_BYTES and (chunk := found.read1(_CHUNK)):
        body += chunk
        if time.monotonic() > until:
            raise TimeoutError("too slow")
    if found.length:  # what was announced and did not come
        raise http.client.IncompleteRead(b"", found.length)
    return bytes(body)
