"""The finder: a GET page, shareable, printable, without a script; errors beside their field."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from http import HTTPStatus
from typing import Any, ClassVar, TypeVar
from urllib.parse import urlencode

from flask import Response, current_app, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import Form, SearchField, SelectField, StringField

from communaute.blueprints.acting import blame
from communaute.blueprints.tariffs import bp, calculators, presenting, wording
from communaute.blueprints.tariffs.calculators.calculator import known_day, legible
from communaute.blueprints.tariffs.data import Tariffs, tariffs
from communaute.domain import clock
from communaute.domain.errors import DomainError
from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.dates import Days, Offer, days_of, is_last_known
from communaute.domain.tariffs.finder import Findings, Query, widened
from communaute.domain.tariffs.naming import category_named, text_named
from communaute.web.fields import DayField, QuickInput, QuickSelect
from communaute.web.kept_answers import KeptAnswers
from communaute.web.rendering import embedded_in_another, render, wants_fragment
from communaute.wiring import current


T = TypeVar("T")

KEPT = "communaute tariff answers"
LONGEST = 100
# What makes a search of an address; the end of a mission alone asks only for its deadline.
KEYS = ("q", "categorie", "texte", "requisition", "prestation", "date", "code", "tarif")
MOST_PERIODS = 40
# What Flask leaves as it is in the query of an address.
SAFE = "!$'()*,/:;?@"
# Past this many tariffs a table is read more easily than cards.
MOST_CARDS = 6
NOTHING_ASKED = "Remplissez au moins un champ : des mots, une catégorie, une date ou un code."
NO_END = "Donnez le jour où la mission s’est achevée, par exemple 31/12/2025."


class FinderForm(Form):
    """Three keys, words, a code."""

    FIELDS: ClassVar = {"service": "prestation"}

    q = SearchField("Vos mots", widget=QuickInput("search"))
    categorie = SelectField(
        "Catégorie de prestataires", validate_choice=False, widget=QuickSelect()
    )
    texte = SelectField("Texte de référence", validate_choice=False, widget=QuickSelect())
    requisition = DayField("Date de la réquisition", [known_day])
    prestation = DayField("Date de la prestation", [known_day])
    code = StringField("Code de la prestation", widget=QuickInput())
    fin = DayField("Fin de la mission", [known_day])


@dataclass(frozen=True)
class Asked:
    """What is looked for; `form` holds what was typed and what is wrong with it."""

    form: FinderForm
    query: Query
    anything: bool


@bp.get("/outils/tarifs")
def find() -> ResponseReturnValue:
    """The form; with any key, the tariffs that fit. 422 when a key cannot be understood."""
    state = id(tariffs()), id(current.content()), clock.today()
    own = not embedded_in_another(url_for("tariffs.find"))
    asked = tuple(request.args.items(multi=True)), own
    # The answers that this application keeps: they are the same for everybody.
    kept: KeptAnswers = current_app.extensions.setdefault(KEPT, KeptAnswers())
    response = kept.respond(state, asked, finder_page)
    if own and wants_fragment():  # it can be shared
        response.headers["HX-Push-Url"] = request.full_path.rstrip("?")
    return response


def finder_page() -> tuple[Response, bool]:
    """The page, and whether it may be kept: what could not be understood is not asked again."""
    known = tariffs()
    asked = understand(known.catalogue, request.args)
    found = known.finder.find(asked.query)
    # Each list has its values, with how many tariffs each would leave.
    for field, every, counts, chosen in (
        (asked.form.categorie, "Toutes", found.categories, asked.query.category),
        (asked.form.texte, "Tous", found.texts, asked.query.text),
    ):
        choices = [(c.value, presenting.french(f"{c.label} ({c.count})")) for c in counts]
        field.choices, field.data = [("", every), *choices], chosen
    status = HTTPStatus.UNPROCESSABLE_ENTITY if asked.form.errors else HTTPStatus.OK
    shown = about(known, asked, found)
    return render("tariffs/finder.html", "tool", status=status, **shown), not asked.form.errors


def understand(catalogue: Catalogue, given: Mapping[str, str]) -> Asked:
    """What the address asks; a key that cannot be understood narrows nothing.

    `date` stands for both dates, unless one of them is given.
    """
    given = legible(given, LONGEST)
    both = {name: given["date"] for name in ("requisition", "prestation") if "date" in given}
    typed = {name: value for name, value in given.items() if value}
    form = FinderForm(MultiDict({**both, **typed}))
    form.validate()
    # A button pressed on empty fields has an answer too; an address without them is a first visit.
    if not any(value.strip() for value in given.values()):
        if "fin" in given:
            blame(form, DomainError(NO_END), "fin")
        elif "q" in given:
            blame(form, DomainError(NOTHING_ASKED), "q")
    dates = form.requisition, form.prestation
    unread = any(field.errors for field in dates)
    wanted, row = given.get("tarif", ""), catalogue.by_id.get(given.get("tarif", ""))
    query = Query(
        text=tried(form, "texte", lambda: text_named(catalogue, (form.texte.data or "").strip()))
        or "",
        category=tried(
            form,
            "categorie",
            lambda: category_named(catalogue, (form.categorie.data or "").strip()),
        )
        or "",
        days=None if unread else tried(form, "", lambda: days_of(*(day.data for day in dates))),
        code=form.code.data or "",
        words=form.q.data or "",
        # A row's id stands for its series; an unknown name finds nothing.
        series=row.series if row else wanted,
    )
    return Asked(form, query, any(given.get(key, "").strip() for key in KEYS))


def tried(form: FinderForm, name: str, read: Callable[[], T]) -> T | None:
    """What `read` answers; a refusal stands beside the field of that name, or of its own."""
    try:
        return read()
    except DomainError as refused:
        blame(form, refused, name)
        return None


def about(known: Tariffs, asked: Asked, found: Findings) -> dict[str, Any]:
    """What the template needs."""
    wanted = asked.anything and not asked.form.errors
    # `date` alone is a day looked up, not the end of somebody's mission.
    worked = asked.form.prestation.data if request.args.get("prestation") else None
    end = asked.form.fin.data or worked
    return {
        "tool": current.tools()["tarifs"],
        "form": asked.form,
        "wanted": wanted,
        "found": found,
        "category": known.catalogue.category_by_slug.get(asked.query.category),
        "deadline": wording.deadline(end, clock.today()) if end else None,
        "stay": wording.stay(known.catalogue.parameters, end or clock.today()),
        "calculators": [each for each in calculators.CALCULATORS if each.summary],
        "wording": wording,
        "french": presenting.french,
        "level": 3 if embedded_in_another(url_for("tariffs.find")) else 2,
        **(results(known, asked.query, found) if wanted else {}),
    }


def results(known: Tariffs, query: Query, found: Findings) -> dict[str, Any]:
    """What was found: cards when there are few, else a table; a way out when there is nothing."""
    today, catalogue = clock.today(), known.catalogue
    few = len(found.choices or found.series) <= MOST_CARDS
    choices = found.choices or presenting.latest(catalogue, found.series, today) if few else ()
    return {
        "cards": [presenting.card(catalogue, choice, today, days=query.days) for choice in choices],
        **({} if few else listed(catalogue, found, today)),
        "ways_out": [] if found.rows else ways_out(known, query),
        "periods": periods(query, found),
    }


def listed(catalogue: Catalogue, found: Findings, today: date) -> dict[str, Any]:
    """A table; with dates, only of what applies or may, and how many are left aside."""
    offers = [offer for choice in found.choices for offer in choice.offers]
    if found.query.days is None:
        offers = [
            Offer(row, min(row.valid_until or today, today), applies=None) for row in found.rows
        ]
    days = found.query.days
    shown = [offer for offer in offers if offer.applies is not False]
    return {
        "to_confirm": any(is_last_known(offer.row, offer.day) for offer in shown),
        "verified": min((offer.row.verified_on for offer in shown), default=None),
        "listing": listing(catalogue, offers),
        "aside": sum(offer.applies is False for offer in offers),
        "listed": len(shown),
        "with_days": f"&requisition={days.requisition}&prestation={days.service}" if days else "",
    }


@dataclass(frozen=True)
class Listed:
    """A series in a list: its periods that fit, oldest first, as cells."""

    series: str
    service: Markup
    cells: tuple[Markup, ...]


def listing(catalogue: Catalogue, offers: Iterable[Offer]) -> list[Listed]:
    """What applies, or may, grouped by series: those in force first, the latest period first."""
    grouped: dict[str, list[Offer]] = {}
    for offer in offers:
        if offer.applies is not False:
            grouped.setdefault(offer.row.series, []).append(offer)
    ordered = sorted(grouped.values(), key=lambda found: found[-1].row.valid_until is not None)
    return [
        Listed(
            found[-1].row.series,
            presenting.view(found[-1].row).service,
            tuple(presenting.cells(catalogue, offer.row, offer.day) for offer in reversed(found)),
        )
        for found in ordered
    ]


def address(query: Query) -> str:
    """The finder's address for a query."""
    days = query.days
    given = {
        "q": query.words,
        "categorie": query.category,
        "texte": query.text,
        "code": query.code,
        "tarif": query.series,
        "requisition": days.requisition if days else "",
        "prestation": days.service if days else "",
    }
    asked = urlencode({name: value for name, value in given.items() if value}, safe=SAFE)
    return url_for("tariffs.find") + (f"?{asked}" if asked else "")


KEY_NAMES = {
    "words": "sans les mots",
    "code": "sans le code",
    "text": "sans le texte de référence",
    "category": "sans la catégorie",
    "series": "tous les tarifs",
    "days": "à toutes les dates",
}


def ways_out(known: Tariffs, query: Query) -> list[tuple[str, str, int]]:
    """For an empty answer: each key that could be let go, and what it would leave."""
    offered = (
        (KEY_NAMES[key], address(wider), len(known.finder.find(wider).rows))
        for key, wider in widened(query)
    )
    return [(label, link, count) for label, link, count in offered if count]


def periods(query: Query, found: Findings) -> list[tuple[str, str, int]]:
    """Each period of validity of what is found, and the address that narrows to it."""
    named = []
    for period in found.periods[:MOST_PERIODS]:
        day = period.valid_from or period.valid_until
        if day is None:
            continue
        label = wording.period(period.valid_from, period.valid_until)
        named.append((label, address(replace(query, days=Days(day, day))), period.count))
    return named
