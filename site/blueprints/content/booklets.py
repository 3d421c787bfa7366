"""The booklet of a path: a tagged PDF to print and tick, an EPUB to read anywhere."""

import re
from collections.abc import Callable
from datetime import date

from flask import Response, abort, render_template
from flask.typing import ResponseReturnValue

from communaute.blueprints.content import bp
from communaute.editorial.booklets import Booklet
from communaute.editorial.epub import Leaf, write_epub
from communaute.editorial.licence import CREDIT, LICENCE
from communaute.editorial.pages import Path
from communaute.extensions import limiter
from communaute.web.errors import NotYet
from communaute.wiring import booklet_desk, current
from communaute.wiring.layout import absolute


# In seconds: the worker looks every five minutes for a booklet that is missing.
SET_IN = 300
INSIDE = re.compile(r'href="#(etape-\d+|debut)([^"]*)"')


def found(slug: str) -> Path:
    """The path of this name; 404 when there is none."""
    page = current.content().page(f"/parcours/{slug}")
    return page if isinstance(page, Path) else abort(404)


@bp.get("/parcours/<slug>.pdf")
@limiter.limit("20 per minute")
def booklet_pdf(slug: str) -> ResponseReturnValue:
    """The booklet as a tagged PDF, made ahead: nobody has one set by asking."""
    path = found(slug)

    def take() -> bytes:
        pdf = booklet_desk.ready(path)
        if pdf is None:
            raise NotYet(
                "Ce livret se prépare",
                "Ses pages viennent de changer, et sa mise en page prend quelques minutes. Revenez "
                "dans cinq minutes ; le même livret au format EPUB est déjà là.",
                SET_IN,
            )
        return pdf

    return kept(f"/parcours/{slug}.pdf", take, "application/pdf")


@bp.get("/parcours/<slug>.epub")
@limiter.limit("20 per minute")
def booklet_epub(slug: str) -> ResponseReturnValue:
    """The booklet as an EPUB, which takes no longer than a page."""
    made = booklet_desk.of_path(found(slug))

    def make() -> bytes:
        return write_epub(
            identifier=absolute(f"/parcours/{slug}"),
            title=made.path.title,
            author=CREDIT,
            rights=f"{LICENCE}, {CREDIT}",
            day=last_day(made),
            css=booklet_desk.sheet("booklet.css"),
            leaves=leaves(made),
        )

    return kept(f"/parcours/{slug}.epub", make, "application/epub+zip")


def kept(key: str, make: Callable[[], bytes], mimetype: str) -> Response:
    """A booklet from memory, to be saved under the path's name."""
    response = current.site().pages.respond(key, make, mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{key.rpartition("/")[2]}"'
    return response


def leaves(made: Booklet) -> list[Leaf]:
    """The booklet's chapters as files: links from one to another name the file."""
    texts: list[tuple[str, str, str, dict[str, object]]] = [
        ("debut", made.path.title, "content/booklet_start.html", {"booklet": made})
    ]
    texts += [
        (chapter.name, chapter.step.title, "content/booklet_chapter.html", {"chapter": chapter})
        for chapter in made.chapters
    ]
    found_leaves = []
    for name, title, template, context in texts:
        body = render_template(template, licence=LICENCE, credit=CREDIT, **context)
        body = INSIDE.sub(r'href="\1.xhtml#\1\2"', body)
        body = booklet_desk.drawn(body).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ')
        found_leaves.append(Leaf(name, title, body, has_drawings="<svg " in body))
    return found_leaves


def last_day(made: Booklet) -> date:
    """The last day that one of its pages was verified."""
    pages = [made.path, *(chapter.page for chapter in made.chapters if chapter.page)]
    return max(page.verified for page in pages if page.verified)
