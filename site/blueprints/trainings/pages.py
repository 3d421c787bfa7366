"""The trainings' own pages: the same for every visitor, kept ready to send; seats are fragments."""

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from communaute.blueprints.content.kept import key_of
from communaute.blueprints.content.machines import section_feed
from communaute.blueprints.content.structured import of_page
from communaute.blueprints.trainings import bp, catalogue, words
from communaute.blueprints.trainings.catalogue import Filters
from communaute.domain import clock
from communaute.domain.trainings.listing import PairView, SessionView, pairs_to_come
from communaute.editorial.content import Section
from communaute.editorial.pages import LEVELS, TocEntry, Training
from communaute.wiring import current
from communaute.wiring.layout import absolute


# What the template adds to a training's text, in the order of the page.
GOALS = TocEntry(2, "page_objectifs", "Ce que vous saurez faire")
PROGRAMME = TocEntry(2, "page_programme", "Programme")
NEEDED = TocEntry(2, "page_necessaire", "Ce qu’il faut avoir")
ONLINE = "https://schema.org/OnlineEventAttendanceMode"
OFFLINE = "https://schema.org/OfflineEventAttendanceMode"
SCHEDULED = "https://schema.org/EventScheduled"


@bp.get("/formations/")
def section() -> ResponseReturnValue:
    """Every training, narrowed by theme, public and month."""
    found = current.content().sections.get("formations") or abort(HTTPStatus.NOT_FOUND)
    filters = Filters.of(request.args)
    return answer(f"{catalogue.SECTION}{filters.query()}", lambda: listed(found, filters))


def listed(found: Section, filters: Filters) -> str:
    """The section's HTML."""
    return render_template(
        "trainings/section.html",
        page=found,
        crumbs=[(found.title, found.url)],
        filters=filters,
        shown=shown_in(filters),
        catalogue=catalogue,
        levels=LEVELS,
        today=clock.today(),
        structured=of_page,
    )


def shown_in(filters: Filters) -> list[Training]:
    """The trainings that the filters keep; for a month, those that have a date in it."""
    pages = filters.pages()
    if not filters.month:
        return pages
    slugs = tuple(page.slug for page in pages)
    found = pairs_to_come(
        current.training_context(reads=True), trainings=slugs, month=filters.month
    )
    dated = {pair.training for pair in found}
    return [page for page in pages if page.slug in dated]


@bp.get("/formations/flux.atom")
def feed() -> ResponseReturnValue:
    """The new trainings; their dates have a feed of their own (`feeds`)."""
    return section_feed("formations")


@bp.get("/formations/<slug>")
def page(slug: str) -> ResponseReturnValue:
    """A training: what one will be able to do, the programme, the dates, how to sign up."""
    found = catalogue.training(slug) or abort(HTTPStatus.NOT_FOUND)
    parent = current.content().sections["formations"]
    return answer(found.url, lambda: written(found, [(parent.title, parent.url)]))


def answer(url: str, make: Callable[[], str]) -> Response:
    """The page of an address from memory, made the first time in a few minutes."""
    return current.site().pages.respond(key_of(url), make)


def written(found: Training, crumbs: list[tuple[str, str]]) -> str:
    """The page's HTML. Its dates are those of a few minutes ago at most (`key_of`)."""
    content = current.content()
    pairs = pairs_to_come(current.training_context(reads=True), trainings=(found.slug,))
    # The parts that the template writes around the text, with those of the text.
    needed = found.prerequisites or found.training_tools or found.virtual_class
    before = [GOALS] * bool(found.goals) + [PROGRAMME] * bool(found.session_1)
    return render_template(
        "trainings/page.html",
        page=replace(found, toc=(*before, *[NEEDED] * bool(needed), *found.toc)),
        crumbs=[*crumbs, (found.title, found.url)],
        pairs=pairs,
        events=[event(found, pair) for pair in pairs],
        levels=LEVELS,
        words=words,
        see_also=[other for url in found.see_also if (other := content.page(url))],
        replacement=content.page(found.replaced_by) if found.replaced_by else None,
        today=clock.today(),
        structured=of_page,
    )


def event(page: Training, pair: PairView) -> dict[str, object]:
    """A pair as schema.org sees it: only what is known, its sessions as sub-events.

    No seat count: it changes sooner than the page is made again.
    """
    value = common(page, pair.sessions[0])
    value |= {
        "@context": "https://schema.org",
        "name": page.title,
        "description": page.summary,
        "endDate": pair.ends_at.isoformat(),
        "url": absolute(page.url),
        "inLanguage": "fr",
        "maximumAttendeeCapacity": pair.capacity,
        "audience": {"@type": "Audience", "audienceType": page.theme},
    }
    if not pair.is_webinar:
        value["subEvent"] = [
            {
                **common(page, session),
                "name": f"{page.title} – séance {session.number}",
                "endDate": session.ends_at.isoformat(),
            }
            for session in pair.sessions
        ]
    return value


def common(page: Training, session: SessionView) -> dict[str, object]:
    """What a pair and a session both say: when, where, that it is free."""
    return {
        "@type": "EducationEvent",
        "startDate": session.starts_at.isoformat(),
        "eventStatus": SCHEDULED,
        "eventAttendanceMode": OFFLINE if session.place else ONLINE,
        "location": place(page, session),
        "isAccessibleForFree": True,
    }


def place(page: Training, session: SessionView) -> dict[str, object]:
    """A room by its words; a virtual class by the page where one signs up, never by its own link."""
    if session.place:
        return {"@type": "Place", "name": session.place, "address": session.place}
    return {"@type": "VirtualLocation", "url": absolute(page.url)}
