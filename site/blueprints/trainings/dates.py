"""The dates to come with seats left: as pages, and for programs, calendars and feed readers.

They change from one minute to the next. No virtual class in any of them.
"""

from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from flask import Response, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from communaute.blueprints.trainings import bp, catalogue, words
from communaute.blueprints.trainings.catalogue import Filters
from communaute.domain.trainings import dates as in_words
from communaute.domain.trainings.calendars import public_calendar
from communaute.domain.trainings.listing import PairView, Stamp, pairs_to_come, stamps
from communaute.extensions import db
from communaute.french.typography import typeset
from communaute.web.rendering import render
from communaute.wiring import current
from communaute.wiring.layout import absolute


# How many the home page shows.
NEXT = 3
# A reader may see seats a few seconds old; signing up never uses the cache.
FRESH = "public, max-age=5"
ATOM = "http://www.w3.org/2005/Atom"
# What an empty feed says: Atom wants a date, and it must not move.
NEVER = datetime(2020, 1, 1, tzinfo=UTC)
TITLE = "Prochaines formations – Communauté Chorus Pro"


@bp.get("/formations/seances")
def dates() -> ResponseReturnValue:
    """Every pair to come, narrowed as the list of trainings is; without a script a page of its own."""
    filters = Filters.of(request.args)
    pairs = to_come(filters)
    response = render(
        "trainings/dates.html",
        "dates",
        pairs=pairs,
        filters=filters,
        catalogue=catalogue,
        words=words,
    )
    return fresh(response)


@bp.get("/formations/prochaines")
def soon() -> ResponseReturnValue:
    """The next pairs, for the home page."""
    pairs = to_come(Filters())
    open_first = sorted(pairs, key=lambda pair: (pair.full, pair.starts_at))[:NEXT]
    shown = sorted(open_first, key=lambda pair: pair.starts_at)
    return fresh(render("trainings/soon.html", "soon", pairs=shown, words=words))


def to_come(filters: Filters, *, twins: bool = False) -> tuple[PairView, ...]:
    """The pairs that the filters keep; the trainings whose page is gone are nobody's."""
    slugs = tuple(page.slug for page in filters.pages())
    return pairs_to_come(
        current.training_context(reads=True), trainings=slugs, month=filters.month, twins=twins
    )


def fresh(response: Response) -> Response:
    """Kept a few seconds: a date shared by mail is opened by many at once."""
    response.headers["Cache-Control"] = FRESH
    return response


@bp.get("/formations/sessions.json")
def as_json() -> ResponseReturnValue:
    """The pairs to come, as scripts read them. Moments with their offset."""
    return fresh(jsonify([row(pair) for pair in to_come(Filters(), twins=True)]))


def row(pair: PairView) -> dict[str, object]:
    """One pair; `waiting` is the length of its training's list."""
    return {
        "id": pair.id,
        "training": pair.training,
        "sessions": [
            {"starts": session.starts_at.isoformat(), "ends": session.ends_at.isoformat()}
            for session in pair.sessions
        ],
        "capacity": pair.capacity,
        "left": pair.left,
        "waiting": pair.waiting,
    }


@bp.get("/formations/seances.ics")
def as_calendar() -> ResponseReturnValue:
    """Every session, as a calendar to follow."""
    text = public_calendar(current.training_context(), to_come(Filters()))
    return fresh(Response(text, mimetype="text/calendar"))


@bp.get("/formations/seances.atom")
def as_feed() -> ResponseReturnValue:
    """One entry a pair, the nearest first. Seats are not said: a reader would show them stale."""
    feed = ET.Element("feed", {"xmlns": ATOM, "xml:lang": "fr"})
    pairs = to_come(Filters())
    here, page = absolute(url_for("trainings.as_feed")), absolute(url_for("trainings.dates"))
    put(feed, "title", TITLE)
    put(feed, "id", here)
    ET.SubElement(feed, "link", rel="self", type="application/atom+xml", href=here)
    ET.SubElement(feed, "link", rel="alternate", type="text/html", href=page)
    known = stamps(db.session(), pairs)
    put(feed, "updated", instant(max((s.published_at for s in known.values()), default=NEVER)))
    put(ET.SubElement(feed, "author"), "name", "Communauté Chorus Pro")
    for pair in pairs:
        entry(feed, pair, known[pair.id])
    text = '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(feed, encoding="unicode")
    return fresh(Response(text, mimetype="application/atom+xml"))


def entry(feed: ET.Element, pair: PairView, stamp: Stamp) -> None:
    """A pair: its dates in the title and in words, the page where one signs up.

    A pair that was moved is another entry: readers would not show it again otherwise.
    """
    url = absolute(f"/formations/{pair.training}")
    item = ET.SubElement(feed, "entry")
    slots = words.slots(pair)
    put(item, "title", typeset(f"{pair.title} : {slots[0]}"))
    put(item, "id", f"{url}#paire-{pair.id}-{stamp.revision}")
    ET.SubElement(item, "link", rel="alternate", type="text/html", href=url)
    put(item, "published", instant(stamp.published_at))
    put(item, "updated", instant(stamp.published_at))
    dates = " puis ".join(in_words.session(session) for session in pair.sessions)
    put(item, "summary", f"{dates[0].upper()}{dates[1:]} (heure de Paris). Gratuit.")
    ET.SubElement(item, "category", term=pair.theme)


def put(parent: ET.Element, name: str, text: str) -> None:
    """A child element that holds text."""
    ET.SubElement(parent, name).text = text


def instant(moment: datetime) -> str:
    """A moment as Atom writes it."""
    return moment.isoformat().replace("+00:00", "Z")
