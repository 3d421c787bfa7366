"""What is in the content folder: pages and media found, bytes read once."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from communaute.editorial.faults import Fault
from communaute.editorial.kinds import KINDS
from communaute.editorial.media import SERVED, Media


# Folders of the content that hold no page: the synonyms of the search, the texts of the tools.
TEXTS = "textes"
NOT_PAGES = ("recherche", TEXTS)

Stamp = tuple[int, int]
"""When a file was last written (nanoseconds) and its size: what tells that it changed."""


@dataclass(slots=True)
class Files:
    """The files of the content folder, by what they are."""

    pages: list[tuple[str, Path, bytes]] = field(default_factory=list)
    texts: list[tuple[Path, bytes]] = field(default_factory=list)
    media: dict[str, Media] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    fingerprint: str = ""


def stamps(directory: Path) -> dict[str, Stamp]:
    """Return the stamp of every file under a folder, by its path."""
    return {
        entry.path: (entry.stat().st_mtime_ns, entry.stat().st_size) for entry in _walk(directory)
    }


def _walk(directory: Path | str) -> Iterator[os.DirEntry[str]]:
    with os.scandir(directory) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _walk(entry.path)
            else:
                yield entry


def find_files(directory: Path, names: Iterable[str]) -> Files:
    """Read every page and list every file served beside them, in the order of their names."""
    files, digest = Files(), hashlib.sha256()
    for name in sorted(names):
        path = Path(name)
        raw = path.read_bytes()
        digest.update(f"{path.relative_to(directory)}\0{len(raw)}\0".encode())
        digest.update(raw)
        _sort(files, directory, path, raw)
    files.fingerprint = digest.hexdigest()[:16]
    return files


def _sort(files: Files, directory: Path, path: Path, raw: bytes) -> None:
    folders = path.relative_to(directory).parts[:-1]
    if path.name.startswith(".") or any(folder.startswith(("_", ".")) for folder in folders):
        return
    is_page = path.suffix.lower() == ".md"
    if len(folders) == 1 and folders[0] in KINDS:
        if is_page:
            files.pages.append((folders[0], path, raw))
        elif path.suffix in SERVED:
            media = Media(path, f"/media/{folders[0]}/{path.name}")
            files.media[media.url] = media
    elif is_page and folders == (TEXTS,):
        files.texts.append((path, raw))
    elif is_page or (folders and folders[0] not in KINDS and folders[0] not in NOT_PAGES):
        files.faults.append(Fault(path, 1, _MISPLACED.format(", ".join(KINDS)), hides=is_page))


_MISPLACED = "Ce dossier n’est pas un genre de page : rangez le fichier dans l’un de ceux-ci : {}."
