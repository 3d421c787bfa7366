"""Make every piece of the museum, and the folder that a verifier is tried on."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from communaute.domain.signatures.museum import (
    cms_pieces,
    honest_cms,
    honest_pdf,
    pdf_pieces,
    xml_pieces,
    zip_pieces,
)
from communaute.domain.signatures.museum.authorities import Authorities, invent
from communaute.domain.signatures.museum.catalogue import PIECES, Piece


MAKERS: Mapping[str, Callable[[Authorities], bytes]] = {
    **pdf_pieces.MAKERS,
    **cms_pieces.MAKERS,
    **honest_pdf.MAKERS,
    **honest_cms.MAKERS,
    **xml_pieces.MAKERS,
    **zip_pieces.MAKERS,
}


def write_museum(directory: Path) -> int:
    """Write every piece, the trust to verify them with, and `musee.json`; say how many.

    `musee.json` lists `file`, `title`, `why`, `expected` (a verdict, or an error) and `attack`.
    """
    authorities = invent()
    authorities.write_trust(directory / "confiance")
    listed = [_written(directory, piece, authorities) for piece in PIECES]
    text = json.dumps(listed, ensure_ascii=False, indent=1)
    (directory / "musee.json").write_text(text, encoding="utf-8")
    return len(listed)


def _written(directory: Path, piece: Piece, authorities: Authorities) -> dict[str, str | bool]:
    folder = directory / ("attaques" if piece.attack else "honnetes")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{piece.name}.{piece.suffix}"
    path.write_bytes(make(piece, authorities))
    return {
        "file": f"{folder.name}/{path.name}",
        "title": piece.title,
        "why": piece.why,
        "expected": piece.expected.value,
        "attack": piece.attack,
    }


def make(piece: Piece, authorities: Authorities) -> bytes:
    """Make the file of a piece."""
    return MAKERS[piece.name](authorities)
