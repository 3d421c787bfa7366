"""Finding: from what was asked to results, out of the index or, without it, out of the titles."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from markupsafe import Markup, escape

from communaute.blueprints.search.asking import MOST_PAGES, Asked
from communaute.domain import clock
from communaute.domain.search import has_words
from communaute.editorial.pages import PUBLICS, Page
from communaute.french.folding import STOP_WORDS, stem, words
from communaute.wiring import current, indexing
from search_index import IndexUnavailable
from search_index.results import Hit, Passage, Results


log = logging.getLogger(__name__)
PER_PAGE = 10
# A result is a page; how many of its other sections it shows.
MOST_INSIDE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page found, by its best section: where it leads, and what is said of it.

    A tool has no page of content. `inside` holds other sections of the page that answer.
    """

    url: str
    title: str
    kind: str
    path: tuple[str, ...] = ()
    page: Page | None = None
    expired: bool = False
    inside: Sequence[Passage] = ()
    read_excerpt: Callable[[], Markup]

    @property
    def page_url(self) -> str:
        """The address of the whole page."""
        return self.page.url if self.page else self.url

    @property
    def publics(self) -> tuple[str, ...]:
        """Whom the page names as its readers."""
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
    """One page of results, best first, and how many there are of each kind and for each public.

    `indexed` is false when only titles were read; `task` is the address of the reviewed task that
    the query says, or "".
    """

    found: Sequence[Found] = ()
    total: int = 0
    page: int = 1
    kinds: Mapping[str, int] = field(default_factory=dict)
    publics: Mapping[str, int] = field(default_factory=dict)
    suggestion: str = ""
    unknown: Sequence[str] = ()
    task: str = ""
    indexed: bool = True

    @property
    def pages(self) -> int:
        """How many pages of results can be opened."""
        return min(MOST_PAGES, max(1, -(-self.total // PER_PAGE)))


def find(asked: Asked) -> Answer:
    """Search, whatever the state of the index: the page must always answer."""
    if not has_words(asked.query):
        return Answer()
    try:
        return in_index(asked)
    except IndexUnavailable:
        pass
    except Exception:
        # The files of an index can change under us in ways only reading them shows: a visitor
        # gets the titles, the operator the trace.
        log.exception("the search index failed on a query")
    return in_titles(asked)


def in_index(asked: Asked) -> Answer:
    """What the index answers; a page past the last one is the last one."""
    answer = read(search(asked, asked.page), asked.page)
    if asked.page > answer.pages:
        return read(search(asked, answer.pages), answer.pages)
    return answer


def search(asked: Asked, page: int) -> Results:
    """Ask the index for a page of results, one for each page of content."""
    return indexing.opened().search(
        asked.query,
        limit=PER_PAGE,
        kind=asked.kind or None,
        audience=asked.public or None,
        page=page,
        inside=MOST_INSIDE,
    )


def read(results: Results, page: int) -> Answer:
    """The index's answer as the content is now."""
    return Answer(
        found=found_hits(results.hits),
        total=results.total,
        page=page,
        kinds=results.facets.kinds,
        publics=results.facets.audiences,
        suggestion=results.suggestion,
        unknown=results.unknown,
        task=results.task,
    )


def found_hits(hits: Iterable[Hit]) -> list[Found]:
    """The hits as results, but those whose page has left the content since the index was built."""
    content, today = current.content(), clock.today()
    pages = ((hit, content.page(hit.page)) for hit in hits)
    return [
        found_hit(hit, page, today)
        for hit, page in pages
        if page or hit.kind == indexing.TOOLS_KIND
    ]


def found_hit(hit: Hit, page: Page | None, today: date) -> Found:
    """A hit as a result; a tool has no page of content."""
    return Found(
        url=hit.url,
        title=hit.title,
        kind=hit.kind,
        path=tuple(hit.headings.split(" > ")) if hit.headings else (),
        page=page,
        expired=page is not None and page.is_expired(today),
        inside=hit.inside,
        read_excerpt=lambda: Markup(hit.excerpt) or summary_of(page),  # noqa: S704  # escaped there
    )


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


def summary_of(page: Page | None) -> Markup:
    """What stands for an excerpt when there is none."""
    return escape(page.summary if page else "")


def suggested(typed: str, most: int) -> Sequence[Found]:
    """What may be meant while one types: tasks first, then the results, each page once."""
    try:
        hits = indexing.opened().suggest(typed, most)
    except IndexUnavailable:
        return in_titles(Asked(query=typed)).found[:most]
    return found_hits(hits)


def in_titles(asked: Asked) -> Answer:
    """What a plain scan of titles answers, filtered and counted alike."""
    everything = [
        found_page(page)
        for page in scan(current.content().pages.values(), asked.query, PER_PAGE * MOST_PAGES)
    ]
    of_kind = [result for result in everything if asked.kind in ("", result.kind)]
    for_public = [result for result in everything if is_for(result, asked.public)]
    kept = [result for result in of_kind if is_for(result, asked.public)]
    page = min(asked.page, max(1, -(-len(kept) // PER_PAGE)))
    return Answer(
        found=kept[(page - 1) * PER_PAGE : page * PER_PAGE],
        total=len(kept),
        page=page,
        kinds=dict(Counter(result.kind for result in for_public).most_common()),
        publics={key: sum(is_for(r, key) for r in of_kind) for key in PUBLICS if of_kind},
        indexed=False,
    )


def is_for(result: Found, public: str) -> bool:
    """Whether the result is for a public; a page that names none is for all."""
    return not public or not result.publics or public in result.publics


# A plain scan of titles: what answers when there is no index, and on the 404 page.

TITLE_WEIGHT, KEYWORD_WEIGHT, SUMMARY_WEIGHT = 3, 2, 1
MOST_WORDS = 12


def words_of(text: str) -> set[str]:
    """The stems of the words of a text that name something."""
    return {stem(word) for word in words(text) if len(word) > 1 and word not in STOP_WORDS}


def scan(pages: Iterable[Page], query: str, limit: int) -> Sequence[Page]:
    """The pages whose title, keywords or summary share words with the query, best first."""
    wanted = set(sorted(words_of(query[:200]))[:MOST_WORDS])
    scored = [(score(page, wanted), page) for page in pages] if wanted else []
    kept = [(points, page) for points, page in scored if points]
    kept.sort(key=lambda pair: (-pair[0], pair[1].title))
    return [page for _points, page in kept[:limit]]


def score(page: Page, wanted: set[str]) -> int:
    """How many words are shared, those of the title counting most."""
    return (
        TITLE_WEIGHT * len(wanted & words_of(page.title))
        + KEYWORD_WEIGHT * len(wanted & words_of(" ".join(page.keywords)))
        + SUMMARY_WEIGHT * len(wanted & words_of(page.summary))
    )
