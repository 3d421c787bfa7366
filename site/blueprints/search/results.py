"""A result as the page shows it, whatever found it: the index or the scan of titles."""

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup, escape

from communaute import current
from communaute.domain import clock
from communaute.editorial import Page
from search_index.results import Hit


TOOLS_KIND = "outils"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One result: where it leads, and what is said of it. A tool has no page of content."""

    url: str
    title: str
    kind: str
    path: tuple[str, ...] = ()
    page: Page | None = None
    expired: bool = False
    read_excerpt: Callable[[], Markup]

    @property
    def page_url(self) -> str:
        """The address of the whole page: two results of one page share it."""
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


def found_hit(hit: Hit) -> Found | None:
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
