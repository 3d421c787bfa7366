"""An anonymous form: no session, no cookie; Sec-Fetch-Site and Origin guard it. What it adds up to, for all."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from http import HTTPStatus

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError
from wtforms import Form, HiddenField, RadioField, StringField
from wtforms.validators import InputRequired

from communaute.blueprints.acting import attempt
from communaute.blueprints.opinions import bp
from communaute.blueprints.search.asking import Asked
from communaute.blueprints.search.finding import Found, find
from communaute.domain import clock
from communaute.domain import search as searches
from communaute.domain.opinions import figures, readings, repairs
from communaute.domain.opinions.giving import REASONS, give_opinion
from communaute.editorial.pages import Page
from communaute.extensions import csrf, db, limiter, reading
from communaute.models.opinions import PageRepair
from communaute.web.rendering import render
from communaute.web.security import refuse_cross_site
from communaute.wiring import current, indexing
from search_index import IndexUnavailable


TEMPLATE = "opinions/give.html"
# What was typed after a « non » may be a question: so many results are offered.
MOST_OFFERED = 3
# The public figures: over so long, so many rows of each list.
PERIOD, MOST = timedelta(days=30), 20


class OpinionForm(Form):
    """Yes or no; for a « non », which of five reasons, and one line if one wishes."""

    page = HiddenField()
    utile = RadioField(
        "Cette page vous a-t-elle été utile ?",
        [InputRequired("Choisissez « Oui » ou « Non ».")],
        choices=[("oui", "Oui"), ("non", "Non")],
    )
    raison = RadioField(
        "Qu'est-ce qui n'a pas marché ?", choices=list(REASONS.items()), validate_choice=False
    )
    remarque = StringField("Ce que vous cherchiez, ou ce qu'il faut corriger")


def judged_page(path: str | None) -> Page:
    """The page spoken of; 404 when there is none."""
    return current.content().page(path or "") or abort(HTTPStatus.NOT_FOUND)


@bp.get("/outils/avis")
def give() -> ResponseReturnValue:
    """The form for one page, and what was mended on it thanks to its readers."""
    page = judged_page(request.args.get("page"))
    form = OpinionForm(page=page.url)
    return render(TEMPLATE, "tool", form=form, page=page, given=False, mended=mended_on(page))


@bp.post("/outils/avis")
@limiter.limit("20 per minute; 200 per day")
def receive() -> ResponseReturnValue:
    """Keep the opinion; what was asked in it is looked for."""
    refuse_cross_site()
    form = OpinionForm(request.form)
    page = judged_page(form.page.data)
    given = form.validate() and keep(form, page)
    status = HTTPStatus.OK if given else HTTPStatus.UNPROCESSABLE_ENTITY
    asked = " ".join((form.remarque.data or "").split()) if given and not is_helpful(form) else ""
    offered = {"asked": asked, "found": elsewhere(asked, page)}
    return render(TEMPLATE, "tool", status=status, form=form, page=page, given=given, **offered)


def is_helpful(form: OpinionForm) -> bool:
    """Whether the answer is « oui »."""
    return bool(form.utile.data == "oui")


def keep(form: OpinionForm, page: Page) -> bool:
    """Call the verb; a refusal stands beside the field."""
    verb = partial(give_opinion, db.session(), page=page.url, helpful=is_helpful(form))
    said = {"reason": form.raison.data or "", "comment": form.remarque.data or ""}
    return attempt(partial(verb, **said, now=clock.now()), form) is not None


def elsewhere(asked: str, page: Page) -> Sequence[Found]:
    """What the search finds for what was typed, the page itself aside."""
    found = find(Asked(query=asked)).found if asked else ()
    return [one for one in found if one.page_url != page.url][:MOST_OFFERED]


def mended_on(page: Page) -> list[PageRepair]:
    """What was mended of late; nothing when the database is away: the form is shown all the same."""
    try:
        return repairs.mended(reading(db.session()), page.url, clock.today())
    except SQLAlchemyError:
        db.session.rollback()
        return []


@bp.post("/lecture")
@csrf.exempt
@limiter.limit("120 per minute; 3000 per day")
def count_read() -> ResponseReturnValue:
    """A browser has opened a page: counted by day, without anything of the visitor."""
    refuse_cross_site()
    page = judged_page(request.form.get("page"))
    try:
        readings.note_read(db.session(), page.url, clock.today())
        db.session.commit()
    except SQLAlchemyError:
        db.session.rollback()  # a count missed is worth no error
    return "", HTTPStatus.NO_CONTENT


@bp.get("/chiffres")
def figures_page() -> ResponseReturnValue:
    """The last thirty days."""
    session, since = reading(db.session()), clock.today() - PERIOD
    content = current.content()
    read = [
        (content.pages[url], count)
        for url, count in readings.most_read(session, since, MOST)
        if url in content.pages
    ]
    asked = searches.found_searches(session, 10 * MOST)
    return render_template(
        "opinions/public.html",
        since=since,
        read=read,
        reads=readings.reads_since(session, since),
        searches=searches.figures(session),
        found=[row for row in asked if is_ours(row[0])][:MOST],
        opinions=figures.overall(session),
        mended=repairs.mended_count(session, since),
    )


def is_ours(text: str) -> bool:
    """Whether every word searched is one that this site says: a name of somebody is not."""
    try:
        return indexing.opened().knows(text)
    except IndexUnavailable:
        return False
