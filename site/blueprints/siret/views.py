"""The SIRET checker: a GET form, so that a checked number is an address one can keep."""

from http import HTTPStatus

from flask import request
from flask.typing import ResponseReturnValue

from communaute.blueprints.siret import bp
from communaute.blueprints.siret.forms import SiretForm
from communaute.domain.structures.numbers import Siret
from communaute.web.rendering import render
from communaute.wiring import current


@bp.get("/outils/verifier-siret")
def check() -> ResponseReturnValue:
    """The form; with `siret`, what the number says or what is wrong with it (422)."""
    form = SiretForm(request.args)
    asked = "siret" in request.args
    siret = Siret(form.siret.data or "") if asked and form.validate() else None
    status = HTTPStatus.UNPROCESSABLE_ENTITY if asked and siret is None else HTTPStatus.OK
    tool = current.tools()["verifier-siret"]
    return render("siret/check.html", "tool", status=status, form=form, siret=siret, tool=tool)
