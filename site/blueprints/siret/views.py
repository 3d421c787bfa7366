"""The two tools: the SIRET checker, and « Changer de SIRET » with its two ways in and its practice.

The checker is a GET form, so that a checked number is an address one can keep.
"""

from http import HTTPStatus

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from communaute.blueprints.siret import bp
from communaute.blueprints.siret.forms import SiretForm
from communaute.blueprints.structures import practising
from communaute.blueprints.structures.access import guest_only
from communaute.domain import clock
from communaute.domain.structures import practice
from communaute.domain.structures.numbers import Siret
from communaute.extensions import db, limiter
from communaute.models.accounts import User
from communaute.web.rendering import kept_nowhere, render, wants_fragment
from communaute.web.security import refuse_cross_site
from communaute.wiring import current


ADDRESS = "/outils/changement-siret"


@bp.get("/outils/verifier-siret")
def check() -> ResponseReturnValue:
    """The form; with `siret`, what the number says or what is wrong with it (422)."""
    form = SiretForm(request.args)
    asked = "siret" in request.args
    siret = Siret(form.siret.data or "") if asked and form.validate() else None
    status = HTTPStatus.UNPROCESSABLE_ENTITY if asked and siret is None else HTTPStatus.OK
    tool = current.tools()["verifier-siret"]
    return render("siret/check.html", "tool", status=status, form=form, siret=siret, tool=tool)


@bp.get(ADDRESS)
def change() -> ResponseReturnValue:
    """What the tool does, « S'exercer sans compte », and the way for somebody with an account."""
    return page()


def page(refused: str = "", status: HTTPStatus = HTTPStatus.OK) -> Response:
    """The tool's own page, or its fragment inside another."""
    response = render(
        "siret/change.html",
        "tool",
        status=status,
        tool=current.tools()["changement-siret"],
        level=4 if wants_fragment() else 2,
        running=practising.running(),
        over="fini" in request.args,
        refused=refused,
    )
    # It says whether one's own practice is running.
    return kept_nowhere(response)


@bp.post(f"{ADDRESS}/entrainement/ouvrir")
@limiter.limit("40 per minute; 120 per hour")
def begin() -> ResponseReturnValue:
    """« S'exercer sans compte »: an invented company, for 24 hours. Again: the same one."""
    refuse_cross_site()
    found = practising.opened(page, clock.now())
    if isinstance(found, Response):
        return found
    return redirect(url_for("siret.exercise"), HTTPStatus.SEE_OTHER)


@bp.post(f"{ADDRESS}/entrainement/recommencer")
@limiter.limit("60 per minute; 600 per hour")
@guest_only
def start_again(user: User) -> ResponseReturnValue:
    """Put the invented company back as it was."""
    practice.reset(db.session(), user, clock.now())
    db.session.commit()
    return redirect(url_for("siret.exercise", neuf=1), HTTPStatus.SEE_OTHER)


@bp.post(f"{ADDRESS}/entrainement/quitter")
@limiter.limit("20 per minute; 200 per hour")
@guest_only
def stop(user: User) -> ResponseReturnValue:
    """Erase the practice now, and its cookie."""
    practising.close(user)
    return redirect(url_for("siret.change", fini=1), HTTPStatus.SEE_OTHER)
