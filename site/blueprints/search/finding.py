"""Finding: from a query to results, out of the index or, without it, out of the titles."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup, escape

from communaute import current, indexing
from communaute.blueprints.search.asking import MOST_PAGES
from communaute.blueprints.search.titles import scan
from communaute.domain import clock
from communaute.domain.search import has_words
from communaute.editorial import Page
from search_index import IndexUnavailable
from search_index.results import Hit, Results


log = logging.getLogger(__name__)
PER_PAGE = 10
PER_CONTENT_PAGE = 2
MOST_RESULTS = PER_PAGE * MOST_PAGES
# Our own rule: what scores less than a tenth of the best result shares only a common word with
# the question, and is left out.
FLOOR = 0.1
TOOLS_KIND = "outils"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One result: where it leads, and what is said of it."""

    url: str
    title: str
    kind: str
    path: tuple[str, ...] = ()
    page: Page | None = None
    expired: bool = False
    read_excerpt: Callable[[], Markup]

    @property
    def publics(self) -> tuple[str, ...]:
        """Whom the page is for; a tool is for everybody."""
        return self.page.publics if self.page else ()

    @property
    def replacement(self) -> Page | None:
        """The page that tells the truth today, for one that no longer does."""
        if not self.expired or self.page is None:
            return None
        return current.content().page(self.page.replaced_by)

    @property
    def excerpt(self) -> Markup:
        """The passage that answers, made when read."""
        return self.read_excerpt()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """All the results of a query, best first; `indexed` is false when only titles were read."""

    found: tuple[Found, ...] = ()
    suggestion: str = ""
    indexed: bool = True


def find(query: str, limit: int = MOST_RESULTS) -> Answer:
    """Search, whatever the state of the index: the page must always answer."""
    if not has_words(query):
        return Answer()
    try:
        results = indexing.opened().search(query, limit=limit, per_page=PER_CONTENT_PAGE)
        return Answer(found=results_of(results), suggestion=results.suggestion)
    except IndexUnavailable:
        pass
    except Exception:
        # The files of an index can change under us in ways only reading them shows: a visitor
        # gets the titles, the operator the trace.
        log.exception("the search index failed on a query")
    return Answer(found=titles_of(query, limit), indexed=False)


def results_of(results: Results) -> tuple[Found, ...]:
    """What is worth showing of the index's answer, as the content is now."""
    if not results.hits:
        return ()
    floor = FLOOR * results.hits[0].score
    shown = (found_of(hit) for hit in results.hits if hit.score >= floor)
    return tuple(found for found in shown if found)


def found_of(hit: Hit) -> Found | None:
    """A hit as a result; None when its page has left the content since the index was built."""
    page = current.content().page(hit.page)
    if page is None and hit.kind != TOOLS_KIND:
        return None
    return Found(
        url=hit.url,
        title=hit.title,
        kind=hit.kind,
        path=tuple(hit.headings.split(" > ")) if hit.headings else (),
        page=page,
        expired=page is not None and page.is_expired(clock.today()),
        read_excerpt=lambda: Markup(hit.excerpt) or summary_of(page),  # noqa: S704  # escaped there
    )


def summary_of(page: Page | None) -> Markup:
    """What stands for an excerpt when the words are not in the text."""
    return escape(page.summary if page else "")


def titles_of(query: str, limit: int) -> tuple[Found, ...]:
    """The plain scan of titles, as results."""
    pages = scan(current.content().pages.values(), query, limit)
    return tuple(found_page(page) for page in pages)


def found_page(page: Page) -> Found:
    """A whole page as a result."""
    return Found(
        url=page.url,
        title=page.title,
        kind=page.kind,
        page=page,
        expired=page.is_expired(clock.today()),
        read_excerpt=lambda: summary_of(page),
    )
