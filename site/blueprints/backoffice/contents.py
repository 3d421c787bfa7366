"""What is to be verified again, by quarter, and who verified what."""

from functools import partial

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField

from communaute.blueprints.accounts.access import me, role_required, with_token
from communaute.blueprints.accounts.rendering import page
from communaute.blueprints.acting import attempt
from communaute.blueprints.backoffice import bp
from communaute.domain import clock
from communaute.domain import content as reviews
from communaute.editorial.rechecking import by_quarter, quarter_in_words
from communaute.extensions import db, limiter
from communaute.models.accounts import Role
from communaute.web.addresses import asked_page
from communaute.wiring import current


PER_PAGE = 50


class CheckForm(FlaskForm):
    """A page that was read again, and against what."""

    adresse = HiddenField()
    note = StringField("Ce que vous avez comparé")


@bp.get("/contenus")
@role_required(Role.ADMINISTRATOR, Role.EDITOR)
def contents() -> ResponseReturnValue:
    """The pages of one quarter (`trimestre`): the first there is when none is asked for."""
    return contents_page(CheckForm(formdata=None))


def contents_page(form: CheckForm) -> ResponseReturnValue:
    """The list; the form is shown open at the page it is about."""
    checks = reviews.last_checks(db.session())
    quarters = by_quarter(
        current.content().pages.values(), {url: check.on for url, check in checks.items()}
    )
    asked = request.args.get("trimestre", "")
    chosen = asked if asked in quarters else next(iter(quarters), "")
    number = asked_page()
    rows = quarters.get(chosen, [])[(number - 1) * PER_PAGE : number * PER_PAGE]
    if number > 1 and not rows:
        abort(404)
    return page(
        "backoffice/contents.html",
        rows=rows,
        quarters={name: (quarter_in_words(name), len(found)) for name, found in quarters.items()},
        chosen=chosen,
        number=number,
        pages=-(-len(quarters.get(chosen, [])) // PER_PAGE),
        address=lambda n: url_for("backoffice.contents", trimestre=chosen, page=n),
        checks=checks,
        form=form,
    )


@bp.post("/contenus")
@limiter.limit("60 per minute; 600 per hour")
@role_required(Role.ADMINISTRATOR, Role.EDITOR)
@with_token
def verify_content() -> ResponseReturnValue:
    """Note that a page was verified today, by whom and against what."""
    form = CheckForm()
    found = current.content().page(form.adresse.data or "") or abort(404)
    act = partial(reviews.verified, db.session(), me(), found.url, form.note.data or "")
    if not attempt(partial(act, now=clock.now()), form, "note"):
        return contents_page(form)
    flash(f"Vérification notée : {found.title}.", "success")
    return redirect(url_for("backoffice.contents", trimestre=request.args.get("trimestre")))
