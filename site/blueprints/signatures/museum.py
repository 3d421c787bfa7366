"""The museum: known attacks and honest oddities, with the verdict each must have."""

from flask import render_template
from flask.typing import ResponseReturnValue

from communaute.blueprints.signatures import TOOLS, bp
from communaute.blueprints.signatures.presentation import kind_of
from communaute.domain.signatures.museum.catalogue import PIECES, Piece
from communaute.domain.signatures.vocabulary import Verdict


FAMILIES = {
    "PDF": "Dans un PDF",
    "CMS": "Dans un fichier CMS (.p7m, .p7s)",
    "XML": "Dans un XML",
    "ZIP": "Dans un conteneur ASiC",
}
EXPECTED = {
    Verdict.PASSED: "Valide",
    Verdict.INDETERMINATE: "Non concluant",
    Verdict.FAILED: "Non valide",
}


@bp.get("/outils/signature/musee")
def museum() -> ResponseReturnValue:
    """Every piece, by family: what it tries, and what must be said of it."""
    attacks = {
        title: [_shown(piece) for piece in PIECES if piece.attack and piece.family == family]
        for family, title in FAMILIES.items()
    }
    honest = [_shown(piece) for piece in PIECES if not piece.attack]
    return render_template("signatures/museum.html", tool=TOOLS[0], attacks=attacks, honest=honest)


def _shown(piece: Piece) -> tuple[Piece, str, str]:
    """A piece, the words of its verdict and their colour."""
    if not isinstance(piece.expected, Verdict):
        return piece, "Refusé sans être ouvert", "info"
    return piece, EXPECTED[piece.expected], kind_of(piece.expected, acceptable=True)
