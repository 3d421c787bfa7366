"""« Contrôler un rapport »: a code proves a file's hash, the verdict and the date of the lists."""

from http import HTTPStatus

from flask import request
from flask.typing import ResponseReturnValue

from communaute.blueprints.signatures import bp
from communaute.blueprints.signatures.forms import CodeForm
from communaute.blueprints.signatures.presentation import kind_of
from communaute.blueprints.signatures.words import SIGNATURE_TITLES
from communaute.domain import clock
from communaute.domain.signatures.results import WrongCode, find_verification, read_code, spaced
from communaute.domain.signatures.vocabulary import Verdict
from communaute.extensions import db, limiter, reading
from communaute.models import Verification
from communaute.web.rendering import render
from communaute.wiring import current


UNKNOWN = (
    "Aucun rapport n’a ce code. Vérifiez chaque caractère ; si le code est exact, "
    "le rapport ne vient pas de ce site ou a plus de cinq ans."
)


@bp.get("/outils/signature/controle")
@limiter.limit("30 per minute; 200 per hour")
def control() -> ResponseReturnValue:
    """The form; with `code`, what was proved, or what is wrong with the code (422, 404)."""
    form = CodeForm(request.args)
    proof, status = None, HTTPStatus.OK
    if "code" in request.args:
        proof, status = proof_of(form)
    return render(
        "signatures/control.html",
        "tool",
        status=status,
        form=form,
        proof=proof,
        kind=kind_of(Verdict(proof.verdict), acceptable=proof.acceptable) if proof else None,
        titles=SIGNATURE_TITLES,
        code=spaced(proof.code) if proof else None,
        tool=current.tools()["signature"],
        level=2,
    )


def proof_of(form: CodeForm) -> tuple[Verification | None, HTTPStatus]:
    """What the typed code proves; what is wrong with it stands beside the field."""
    try:
        code = read_code(form.code.data or "")
    except WrongCode as wrong:
        form.code.errors = [str(wrong)]
        return None, HTTPStatus.UNPROCESSABLE_ENTITY
    proof = find_verification(reading(db.session()), code, clock.now())
    if proof is None:
        form.code.errors = [UNKNOWN]
        return None, HTTPStatus.NOT_FOUND
    return proof, HTTPStatus.OK
