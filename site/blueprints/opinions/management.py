"""What readers say, for editors: the worst pages first, one page's months, what is to be mended."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from markupsafe import Markup
from werkzeug.wrappers import Response
from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import InputRequired

from communaute.blueprints.accounts.access import me, role_required, with_token
from communaute.blueprints.accounts.forms import ButtonForm
from communaute.blueprints.accounts.rendering import page as render_page
from communaute.blueprints.acting import attempt
from communaute.blueprints.opinions import bp
from communaute.blueprints.opinions.views import judged_page
from communaute.domain import clock
from communaute.domain import search as searches
from communaute.domain.opinions import figures, readings, repairs
from communaute.domain.opinions.figures import Rate
from communaute.domain.opinions.giving import REASONS
from communaute.domain.paging import page_among
from communaute.editorial.charts import MAX_LABEL, Chart, ChartData, Point, figure
from communaute.extensions import db, limiter
from communaute.french.dates import MONTHS
from communaute.french.numbers import plural
from communaute.french.typography import typeset
from communaute.models.accounts import Role, User
from communaute.models.opinions import PageOpinion, PageRepair
from communaute.web.addresses import asked_page, row_number
from communaute.wiring import current


HERE, OF_PAGE = "/gestion/avis", "/gestion/avis/page"
PER_PAGE, MOST_REMARKS, MOST_MISSED = 50, 100, 20
editors = role_required(Role.ADMINISTRATOR, Role.EDITOR)
LIMIT = "60 per minute; 600 per hour"


class RepairForm(FlaskForm):
    """Something to mend on a page, and who does it."""

    page = HiddenField()
    avis = HiddenField()
    quoi = StringField("Ce qu'il faut corriger", [InputRequired("Dites ce qu'il faut corriger.")])
    responsable = SelectField("Qui s'en occupe", coerce=int, validate_choice=False)


class MendedForm(FlaskForm):
    """It is mended: what readers are told."""

    dit = StringField("Ce que les lecteurs liront, après « Corrigé le … grâce à vous : »")


@bp.get(HERE)
@editors
def overview() -> ResponseReturnValue:
    """Every page with an answer, the worst first; what is to be mended; what found nothing."""
    session = db.session()
    number, pages = page_among(asked_page(), figures.judged_pages(session), PER_PAGE)
    return render_page(
        "opinions/overview.html",
        all_answers=figures.overall(session),
        rates=figures.worst_pages(session, limit=PER_PAGE, offset=(number - 1) * PER_PAGE),
        number=number,
        address=lambda other: url_for("opinions.overview", page=other),
        pages=pages,
        missed=searches.missed_searches(session, MOST_MISSED),
        waiting=repairs.waiting(session, limit=PER_PAGE),
        to_mend=repairs.waiting_count(session),
        **named(),
    )


def named() -> dict[str, object]:
    """What rows are told with: the pages' titles, the accounts' addresses, the reasons."""
    people: dict[int, User] = {user.id: user for user in repairs.owners(db.session())}
    return {"titles": current.content().pages, "people": people, "reasons": REASONS}


@bp.get(OF_PAGE)
@editors
def of_page() -> ResponseReturnValue:
    """One page: its rate, its months and the days it changed, what was said, what is to be done."""
    judged = judged_page(request.args.get("adresse"))
    return shown(judged.url, repair_form(judged.url))


def repair_form(url: str) -> RepairForm:
    """The form of a new repair; `avis` is the opinion that it comes from, its words to begin with."""
    opinion = opinion_on(url, request.args.get("avis"))
    words = opinion.comment or REASONS.get(opinion.reason, "") if opinion else ""
    known = str(opinion.id) if opinion else ""
    return RepairForm(formdata=None, page=url, avis=known, quoi=words[:300], responsable=me().id)


def opinion_on(url: str, number: str | None) -> PageOpinion | None:
    """The opinion on this page that a number names."""
    found = db.session.get(PageOpinion, row_number(number))
    return found if found and found.page == url else None


def shown(url: str, form: RepairForm, wrong: MendedForm | None = None) -> ResponseReturnValue:
    """One page's page."""
    session = db.session()
    form.responsable.choices = [(user.id, user.email) for user in repairs.owners(session)]
    edits = readings.edits_of(session, url)
    return render_page(
        "opinions/of_page.html",
        judged=judged_page(url),
        found=figures.page_rate(session, url),
        chart=trend(figures.by_month(session, url), edits),
        edits=edits,
        remarks=figures.remarks(session, url, MOST_REMARKS),
        waiting=repairs.waiting(session, url),
        mended=repairs.mended(session, url, clock.today()),
        form=form,
        mending=wrong or MendedForm(formdata=None),
        button=ButtonForm(formdata=None),
        **named(),
    )


@bp.post(OF_PAGE)
@limiter.limit(LIMIT)
@editors
@with_token
def open_repair() -> ResponseReturnValue:
    """An opinion becomes a task with an owner."""
    form = RepairForm()
    url = judged_page(form.page.data).url
    if form.validate_on_submit() and attempt(partial(opened, form, url), form) is not None:
        flash("La tâche est notée.", "success")
        return back_to(url)
    return shown(url, form)


def opened(form: RepairForm, url: str) -> PageRepair:
    """Call the verb."""
    opinion = opinion_on(url, form.avis.data)
    return repairs.open_repair(
        db.session(),
        page=url,
        what=form.quoi.data or "",
        owner=form.responsable.data or 0,
        opinion=opinion.id if opinion else None,
        now=clock.now(),
    )


@bp.post("/gestion/avis/taches/<int:number>")
@limiter.limit(LIMIT)
@editors
@with_token
def close_repair(number: int) -> ResponseReturnValue:
    """It is mended, and readers are told; or it will not be."""
    form = MendedForm()
    repair = db.session.get(PageRepair, number) or abort(404)
    url, dropped = repair.page, request.form.get("acte") == "abandonner"
    verb = partial(repairs.close, db.session(), number, told=form.dit.data or "", dropped=dropped)
    if attempt(partial(verb, today=clock.today(), now=clock.now()), form) is not None:
        flash("La tâche est abandonnée." if dropped else "C’est dit aux lecteurs.", "success")
        return back_to(url)
    return shown(url, repair_form(url), form)


def back_to(url: str) -> Response:
    """The page's page."""
    return redirect(url_for("opinions.of_page", adresse=url))


# The rate of « oui » of a page, month by month, with the days on which it changed.

MOST_MONTHS = 13


def trend(months: Mapping[str, Rate], edits: Sequence[date]) -> Markup:
    """The chart and its table; nothing for a page without an answer."""
    shown = dict(list(months.items())[-MOST_MONTHS:])
    if not shown:
        return Markup()
    points = tuple(point(month, rate, edits) for month, rate in shown.items())
    chart = Chart(
        name="mois",
        title=typeset(finding(shown)),
        description=typeset(
            "La part des réponses « oui », mois par mois, et quand la page a changé."
        ),
        axis=typeset("Réponses « oui »"),
        unit="%",
        shape="points",
        data=ChartData("Mois", "Part de « oui » (%)", points),
    )
    return Markup(figure(chart))  # noqa: S704  # it escapes what it is given


def point(month: str, rate: Rate, edits: Sequence[date]) -> Point:
    """A month: its share, how many answered, the days of its changes."""
    days = sorted({day.day for day in edits if f"{day:%Y-%m}" == month})
    label = name_of(month)
    if days:
        label = f"{label}, modifiée le {' et le '.join(map(str, days))}"
    if len(label) > MAX_LABEL:
        label = f"{name_of(month)}, modifiée {len(days)} fois"
    answers = plural(rate.total, "réponse")
    return Point(typeset(label), str(round(100 * rate.share)), note=typeset(answers))


def finding(months: Mapping[str, Rate]) -> str:
    """What the chart shows, in a sentence."""
    first, *_, last = [next(iter(months)), *months]
    if first == last:
        return f"{round(100 * months[last].share)} % de « oui » en {name_of(last)}"
    before, after = (round(100 * months[month].share) for month in (first, last))
    return f"De {before} % de « oui » en {name_of(first)} à {after} % en {name_of(last)}"


def name_of(month: str) -> str:
    """`novembre 2026`."""
    year, number = month.split("-")
    return f"{MONTHS[int(number) - 1]} {year}"
