"""The SIRET checker: a GET form, so that a checked number is an address one can keep."""

from flask import request
from flask.typing import ResponseReturnValue

from communaute import current
from communaute.blueprints.siret import bp
from communaute.blueprints.siret.forms import SiretForm
from communaute.domain.siret import InvalidSiret, read_siret
from communaute.web.rendering import render


@bp.get("/outils/verifier-siret")
def check() -> ResponseReturnValue:
    """The form; with `siret`, what the number says or what is wrong with it (422)."""
    form = SiretForm(request.args)
    siret, status = None, 200
    if "siret" in request.args:
        try:
            siret = read_siret(form.siret.data or "")
        except InvalidSiret as refused:
            form.siret.errors = [str(refused)]
            status = 422
    tool = current.tools()["verifier-siret"]
    return render("siret/check.html", "tool", status=status, form=form, siret=siret, tool=tool)
