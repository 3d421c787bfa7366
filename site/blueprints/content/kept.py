"""Pages kept in memory: under which key, and for how long others may show them."""

from flask import Response, render_template

from communaute.blueprints.content import structured
from communaute.domain import clock
from communaute.editorial.pages import Testimonial
from communaute.editorial.travel import FIELD
from communaute.web.page_cache import ASKED_EACH_TIME, CACHE_CONTROL
from communaute.wiring import current
from communaute.wiring.layout import travel


# Pages that say dates of the database: made again after this many seconds.
DATED, DATED_FOR = "/formations/", 300


def key_of(address: str) -> str:
    """The key under which a page is kept, of the address a view answers.

    A step reached from a path is a page of its own; a path that it is not on changes nothing, so that
    nobody fills the memory with names of their own.
    """
    if f"{FIELD}=" not in address and (there := travel()):
        address += f"{'&' if '?' in address else '?'}{FIELD}={there.path.slug}"
    return key_now(address)


def key_now(address: str) -> str:
    """The key of a whole address now: a page past its truth must say so the next morning."""
    if address.startswith(DATED):
        return f"{clock.today()} {clock.now().timestamp() // DATED_FOR} {address}"
    return f"{clock.today()} {address}"


def cached(url: str, template: str, **context: object) -> Response:
    """The page of an address from memory, made by the template the first time on a given day."""
    today = clock.today()

    def make() -> str:
        common = {"today": today, "structured": structured.of_page}
        return render_template(template, **common, **context)

    kept_for = keeping(url, context.get("page"))
    return current.site().pages.respond(key_of(url), make, cache_control=kept_for)


def keeping(url: str, page: object = None) -> str:
    """How long browsers and proxies may show a page without asking.

    What names somebody who may withdraw it is asked for each time: the page, the lists it is in.
    """
    if isinstance(page, Testimonial):
        return ASKED_EACH_TIME if page.submission else CACHE_CONTROL
    lists = url == "/" or url.startswith("/temoignages/") or url.endswith((".atom", ".xml"))
    return ASKED_EACH_TIME if lists and current.content().submissions else CACHE_CONTROL
