"""What a visitor asked for: the words, the filters, the page, as the address says them."""

from collections.abc import Container
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import quote_plus

from werkzeug.datastructures import MultiDict

from communaute.domain.search import LONGEST_QUERY, clean_query
from communaute.editorial.pages import PUBLICS


PATH = "/recherche"
# Past so many pages of ten results, better words help more than another page.
MOST_PAGES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A search. Whatever the address holds, these values are safe to search and to show."""

    query: str = ""
    kind: str = ""
    public: str = ""
    page: int = 1
    cut: bool = False

    @classmethod
    def of(cls, arguments: MultiDict[str, str], kinds: Container[str] = ()) -> "Asked":
        """Read `q`, `type`, `public` and `page`; what is unknown or unreadable asks nothing."""
        typed = arguments.get("q", "")
        kind, public = arguments.get("type", ""), arguments.get("public", "")
        return cls(
            query=clean_query(typed),
            kind=kind if kind in kinds else "",
            public=public if public in PUBLICS else "",
            page=page_number(arguments.get("page", "")),
            cut=len(typed.strip()) > LONGEST_QUERY,
        )

    @property
    def filtered(self) -> bool:
        """Whether a filter is set."""
        return bool(self.kind or self.public)

    def without_filters(self) -> "Asked":
        """The same words, everything kept."""
        return replace(self, kind="", public="", page=1)

    def url(self, **changed: object) -> str:
        """The address of this search with some of it changed; the first page is not said."""
        asked = replace(self, **{"page": 1, **changed})  # type: ignore[arg-type]
        given = {"q": asked.query, "type": asked.kind, "public": asked.public}
        if asked.page > 1:
            given["page"] = str(asked.page)
        return f"{PATH}?" + "&".join(f"{k}={quoted(value)}" for k, value in given.items() if value)


@lru_cache(maxsize=1_024)  # a page of results holds the same words in some twenty addresses
def quoted(value: str) -> str:
    """A value as an address holds it."""
    return quote_plus(value)


def page_number(typed: str) -> int:
    """A page's number, between 1 and MOST_PAGES; the first for anything else."""
    if typed.isascii() and typed.isdigit() and len(typed) < 4:
        return min(max(int(typed), 1), MOST_PAGES)
    return 1
