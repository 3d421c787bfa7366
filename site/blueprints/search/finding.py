"""Finding: from what was asked to results, out of the index or, without it, out of the titles."""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from communaute import current, indexing
from communaute.blueprints.search.asking import MOST_PAGES, Asked
from communaute.blueprints.search.results import Found, found_hit, found_page
from communaute.blueprints.search.titles import scan
from communaute.domain.search import has_words
from communaute.editorial import PUBLICS
from search_index import IndexUnavailable
from search_index.results import Results


log = logging.getLogger(__name__)
PER_PAGE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One page of results, best first, and how many there are of each kind and for each public.

    `indexed` is false when only titles were read.
    """

    found: Sequence[Found] = ()
    total: int = 0
    page: int = 1
    kinds: Mapping[str, int] = field(default_factory=dict)
    publics: Mapping[str, int] = field(default_factory=dict)
    suggestion: str = ""
    unknown: Sequence[str] = ()
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
    """Ask the index for a page of results, two of each page of content at most."""
    return indexing.opened().search(
        asked.query,
        limit=PER_PAGE,
        kind=asked.kind or None,
        audience=asked.public or None,
        page=page,
    )


def read(results: Results, page: int) -> Answer:
    """The index's answer as the content is now."""
    found = (found_hit(hit) for hit in results.hits)
    return Answer(
        found=[result for result in found if result],
        total=results.total,
        page=page,
        kinds=results.facets.kinds,
        publics=results.facets.audiences,
        suggestion=results.suggestion,
        unknown=results.unknown,
    )


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
