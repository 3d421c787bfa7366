"""Put each signature apart beside its document, when several files come at once.

Only names tell, so that only two plain ways of naming are taken: the whole name of the document
with something after it (`contrat.pdf.p7s`, `contrat.pdf - Signature 1.xml`), and its stem with
.p7s, which holds nothing but a signature. Any other file is verified alone.
"""

from collections.abc import Sequence
from pathlib import PurePosixPath


_APART = (".p7s", ".xml", ".sig", ".sgn")


def paired(names: Sequence[str]) -> list[tuple[int, int | None]]:
    """Give the rank of each document with that of its signature, or None when it is alone.

    A document that two files sign comes twice.
    """
    found = {rank: _document_of(rank, names) for rank in range(len(names))}
    signed = {document for document in found.values() if document is not None}
    return [
        (rank, None) if document is None else (document, rank)
        for rank, document in found.items()
        if document is not None or rank not in signed
    ]


def _document_of(rank: int, names: Sequence[str]) -> int | None:
    name = names[rank].casefold()
    if not name.endswith(_APART):
        return None
    others = [(other.casefold(), at) for at, other in enumerate(names) if at != rank]
    longer = [(len(other), at) for other, at in others if _continues(name, other)]
    if longer:
        return max(longer)[1]
    stem = PurePosixPath(name).stem
    alike = [
        at
        for other, at in others
        if PurePosixPath(other).stem == stem and not other.endswith(".p7s")
    ]
    return alike[0] if name.endswith(".p7s") and len(alike) == 1 else None


def _continues(name: str, other: str) -> bool:
    rest = name.removeprefix(other) if other else name
    return rest != name and rest[:1] in set(". -_(")
