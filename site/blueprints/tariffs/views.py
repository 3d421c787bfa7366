"""The finder: a GET page, shareable, printable, without a script; errors beside their field."""

from datetime import date
from http import HTTPStatus
from typing import Any

import brotli
from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from communaute import current
from communaute.blueprints.tariffs import bp, presenting, wording
from communaute.blueprints.tariffs.asking import Asked, understand
from communaute.blueprints.tariffs.listing import listing
from communaute.domain import clock
from communaute.domain.tariffs.catalogue import Catalogue
from communaute.domain.tariffs.dates import Days, Offer
from communaute.domain.tariffs.deadlines import FIRST_END, last_day_to_file
from communaute.domain.tariffs.finder import Findings, Query, widened
from communaute.tariff_data import Tariffs, tariffs
from communaute.web.dates import french_date
from communaute.web.rendering import embedded_in_another, render, wants_fragment


TEMPLATE = "tariffs/finder.html"
# Past this many tariffs a table is read more easily than cards.
MOST_CARDS = 6
# Compressing less takes longer than sending it.
SMALLEST = 1_400
BROTLI_QUALITY = 4


@bp.get("/outils/tarifs")
def find() -> ResponseReturnValue:
    """The form; with any key, the tariffs that fit. 422 when a key cannot be understood."""
    known = tariffs()
    asked = understand(known.catalogue, request.args, clock.today())
    found = known.finder.find(asked.query)
    fill_choices(asked, found)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if asked.refused else HTTPStatus.OK
    response = render(TEMPLATE, "tool", status=status, **shown(known, asked, found))
    return keep_address(response)


def fill_choices(asked: Asked, found: Findings) -> None:
    """Give each list its values, with how many tariffs each would leave."""
    for field, counts in (
        (asked.form.categorie, found.categories),
        (asked.form.texte, found.texts),
    ):
        choices = [(c.value, presenting.french(f"{c.label} ({c.count})")) for c in counts]
        field.choices = [("", "Toutes" if field is asked.form.categorie else "Tous"), *choices]
    asked.form.categorie.data = asked.query.category
    asked.form.texte.data = asked.query.text


def shown(known: Tariffs, asked: Asked, found: Findings) -> dict[str, Any]:
    """What the template needs."""
    wanted = asked.anything and not asked.refused
    return {
        "tool": current.tools()["tarifs"],
        "form": asked.form,
        "wanted": wanted,
        "found": found,
        "category": known.catalogue.category_by_slug.get(asked.query.category),
        "deadline": deadline(asked),
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
    return {
        "listing": listing(catalogue, offers),
        "aside": sum(offer.applies is False for offer in offers),
        "listed": sum(offer.applies is not False for offer in offers),
        "with_days": f"&requisition={days.requisition}&prestation={days.service}" if days else "",
    }


def address(query: Query) -> str:
    """The finder's address for a query."""
    days = query.days
    return url_for(
        "tariffs.find",
        q=query.words or None,
        categorie=query.category or None,
        texte=query.text or None,
        code=query.code or None,
        tarif=query.series or None,
        requisition=days.requisition if days else None,
        prestation=days.service if days else None,
    )


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
    for period in found.periods:
        day = period.valid_from or period.valid_until
        if day is None:
            continue
        days = Days(day, day)
        kept = Query(query.text, query.category, days, query.code, query.words, query.series)
        label = wording.period(period.valid_from, period.valid_until)
        named.append((label, address(kept), period.count))
    return named


def deadline(asked: Asked) -> str:
    """Until when the statement may be filed, for the mission's end that was given."""
    if asked.mission_end is None:
        return ""
    last = last_day_to_file(asked.mission_end)
    if last is None:
        day = french_date(FIRST_END)
        return f"Le délai d’un an ne s’applique pas aux missions achevées avant le {day}."
    said = "Vous pouvez déposer votre mémoire jusqu’au"
    if last < clock.today():
        said = "Le délai pour déposer votre mémoire est passé depuis le"
    return f"{said} {french_date(last)}."


def keep_address(response: Response) -> Response:
    """On the tool's own page, an htmx answer changes the address: it can be shared."""
    if wants_fragment() and not embedded_in_another(url_for("tariffs.find")):
        response.headers["HX-Push-Url"] = request.full_path.rstrip("?")
    return response


@bp.after_request
def compress(response: Response) -> Response:
    """Send a large page compressed: the 284 operators' tariffs are half a megabyte plain."""
    response.vary.add("Accept-Encoding")
    if (
        response.mimetype == "text/html"
        and "Content-Encoding" not in response.headers
        and request.accept_encodings.quality("br") > 0
        and len(body := response.get_data()) > SMALLEST
    ):
        response.set_data(brotli.compress(body, mode=brotli.MODE_TEXT, quality=BROTLI_QUALITY))
        response.headers["Content-Encoding"] = "br"
    return response
