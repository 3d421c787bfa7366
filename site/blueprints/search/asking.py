"""What a visitor asked for: the words, the filters, the page, as the address says them."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from communaute.domain.search import LONGEST_QUERY, clean_query


PATH = "/recherche"
# Ten pages of ten results: past them, better words help more than another page.
MOST_PAGES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A search. Whatever the address holds, these values are safe to search and to show."""

    query: str = ""
    kind: str = ""
    public: str = ""
    page: int = 1
    cut: bool = False

    @classmethod
    def of(cls, arguments: MultiDict[str, str]) -> "Asked":
        """Read `q`, `type`, `public` and `page`; what is unreadable asks for nothing."""
        typed = arguments.get("q", "")
        return cls(
            query=clean_query(typed),
            kind=clean_query(arguments.get("type", "")),
            public=clean_query(arguments.get("public", "")),
            page=page_number(arguments.get("page", "")),
            cut=len(typed.strip()) > LONGEST_QUERY,
        )

    def url(self, **changed: object) -> str:
        """The address of this search with some of it changed; the first page is not said."""
        asked = replace(self, **{"page": 1, **changed})  # type: ignore[arg-type]
        given = {"q": asked.query, "type": asked.kind, "public": asked.public}
        if asked.page > 1:
            given["page"] = str(asked.page)
        return f"{PATH}?" + urlencode({name: value for name, value in given.items() if value})


def page_number(typed: str) -> int:
    """A page's number, between 1 and MOST_PAGES; the first for anything else."""
    if typed.isascii() and typed.isdigit() and len(typed) < 4:
        return min(max(int(typed), 1), MOST_PAGES)
    return 1
