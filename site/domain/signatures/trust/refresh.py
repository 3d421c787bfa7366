"""Take newer lists into a trust DIR: verified first, never older than what is there."""

import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pyhanko.sign.validation.qualified.eutl_parse import LOTL_RULE, parse_lotl_unsafe

from communaute.domain.signatures.trust.lists import (
    ListFile,
    ListOfLists,
    newest_list_of_lists,
    newest_national_list,
    read_folder,
    verify_list_of_lists,
    verify_national_list,
)
from communaute.domain.signatures.trust.pinned import OfficialAnchor, official_anchors
from communaute.domain.signatures.trust.reading import ListHeader, ListRefused
from communaute.domain.signatures.trust.sources import Folder, Publishers, Source, SourceUnreachable


TAKEN, UNCHANGED, REFUSED, UNREACHABLE = "taken", "unchanged", "refused", "unreachable"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one list: taken, already there, or not taken and why."""

    territory: str
    outcome: str
    """One of the four above."""
    sequence_number: int | None = None
    issued_at: datetime | None = None
    next_update: datetime | None = None
    reason: str = ""
    """A French clause, when the list was not taken."""


def refresh_lists(
    directory: Path, source: Source, anchors: Sequence[OfficialAnchor]
) -> Iterator[Taken]:
    """Take the list of lists of `source`, then every national list it names, one at a time.

    Each is verified, compared with the copy in `directory/lists` and put in its place in one
    step; a list that is not taken leaves the last good copy.
    """
    folder = directory / "lists"
    folder.mkdir(parents=True, exist_ok=True)
    files, _ = read_folder(folder)
    before, _ = newest_list_of_lists(files, anchors)
    top, outcome = _refresh_top(folder, source, files, before, anchors)
    yield outcome
    for territory, address in _national_addresses(top) if top else ():
        if source.gives(territory):
            yield _refresh_national(folder, source, files, top, territory, address)


def refresh_from_publishers(directory: Path) -> list[Taken]:
    """Take the lists as published, over HTTPS; only the signers in force are believed."""
    return list(refresh_lists(directory, Publishers(), official_anchors()[-1:]))


def refresh_from_folder(directory: Path, folder: Path) -> list[Taken]:
    """Take the lists of a folder given by hand.

    It may be of another time: the former signers of the list of lists are believed too.
    """
    source = Folder(folder)
    taken = list(refresh_lists(directory, source, official_anchors()))
    return [*taken, *refused_files(source, taken)]


def refused_files(source: Folder, seen: Iterable[Taken]) -> Iterator[Taken]:
    """Name what a folder holds and that was not even asked for."""
    asked = {one.territory for one in seen}
    for territory in source.territories():
        if territory not in asked:
            yield Taken(territory, REFUSED, reason="la liste des listes ne la nomme pas")
    for name, reason in source.refused.items():
        yield Taken("", REFUSED, reason=f"{name} : {reason}")


def _refresh_top(
    folder: Path,
    source: Source,
    files: Sequence[ListFile],
    before: ListOfLists | None,
    anchors: Sequence[OfficialAnchor],
) -> tuple[ListOfLists | None, Taken]:
    """Take the list of lists; give the one to go on with, new or not."""
    try:
        found = source.list_of_lists()
        known = [*(one for one in files if one.header.is_list_of_lists), *_pivots(found, source)]
        top, refusals = newest_list_of_lists([*known, found], anchors)
        if top is None or top.list.header != found.header:
            _refuse_older(found.header, before.list.header if before else None)
            raise ListRefused(_reason(found, [one.refused or "" for one in refusals]))
        outcome = _compared(found.header, before.list.header if before else None)
        if outcome.outcome == TAKEN:
            _keep_what_announced(folder, found, known, anchors)
            _write(folder / "eu-lotl.xml", found.xml)
    except (ListRefused, SourceUnreachable) as error:
        return before, _not_taken("EU", error)
    return top, outcome


def _refresh_national(
    folder: Path,
    source: Source,
    files: Sequence[ListFile],
    top: ListOfLists | None,
    territory: str,
    address: str,
) -> Taken:
    """Take the list of a territory, when it verifies and is not older."""
    try:
        found = source.national(territory, address)
        if found.header.territory != territory:
            raise ListRefused("c’est la liste d’un autre pays")
        verify_national_list(found, top)
        before, _ = newest_national_list(files, territory, top)
        outcome = _compared(found.header, before.header if before else None)
        if outcome.outcome == TAKEN:
            _write(folder / f"tl-{territory.lower()}.xml", found.xml)
    except (ListRefused, SourceUnreachable) as error:
        return _not_taken(territory, error)
    return outcome


def _pivots(found: ListFile, source: Source) -> Iterator[ListFile]:
    """The former lists that announced the signers of this one; those that can be had."""
    try:
        addresses = parse_lotl_unsafe(found.xml.decode()).pivot_urls
    except Exception:  # the parser raises many kinds on a list that lacks a part
        return
    for address in addresses:
        with suppress(SourceUnreachable, ListRefused):
            yield source.pivot(address)


def _keep_what_announced(
    folder: Path, found: ListFile, known: Iterable[ListFile], anchors: Sequence[OfficialAnchor]
) -> None:
    """Keep the lists without which this one would not verify when it is loaded."""
    try:
        verify_list_of_lists(found, anchors)
    except ListRefused:
        for one in known:
            _write(folder / f"eu-lotl-pivot-{one.header.sequence_number}.xml", one.xml)


def _national_addresses(top: ListOfLists) -> list[tuple[str, str]]:
    """The territories that the list of lists names, with the address of their list."""
    addresses = {
        one.territory.upper(): one.location_uri
        for one in top.pointers.references
        if LOTL_RULE not in one.scheme_rules
    }
    return sorted(addresses.items())


def _compared(found: ListHeader, before: ListHeader | None) -> Taken:
    """Whether a verified list is new. Raises ListRefused when it is older than the copy here."""
    _refuse_older(found, before)
    outcome = UNCHANGED if found == before else TAKEN
    return Taken(
        found.territory, outcome, found.sequence_number, found.issued_at, found.next_update
    )


def _refuse_older(found: ListHeader, before: ListHeader | None) -> None:
    """A number or a date that goes back is refused: an old list may vouch for the withdrawn.

    As a date never goes back, a certificate that expired before the present copy was issued
    can sign nothing that is taken.
    """
    if before is None:
        return
    if found.sequence_number < before.sequence_number or found.issued_at < before.issued_at:
        raise ListRefused(
            f"son numéro ({found.sequence_number}, du {found.issued_at:%d/%m/%Y}) est antérieur "
            f"à celui de la copie présente ({before.sequence_number}, "
            f"du {before.issued_at:%d/%m/%Y})"
        )


def _reason(found: ListFile, refusals: Sequence[str]) -> str:
    return next(
        (one.removeprefix(f"{found.name} : ") for one in refusals if one.startswith(found.name)),
        "elle n’est pas la plus récente",
    )


def _not_taken(territory: str, error: ListRefused | SourceUnreachable) -> Taken:
    outcome = REFUSED if isinstance(error, ListRefused) else UNREACHABLE
    return Taken(territory, outcome, reason=str(error))


def _write(path: Path, content: bytes) -> None:
    """Replace a file in one step: a reader sees the former copy or the new one."""
    number, draft = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    with os.fdopen(number, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.chmod(draft, 0o644)
    os.replace(draft, path)
