"""Which addresses and anchors of the site exist."""

from collections.abc import Callable, Iterator
from urllib.parse import unquote

from communaute.editorial.content import Content
from communaute.editorial.kinds import KINDS
from communaute.editorial.pages import Page
from communaute.editorial.slugs import is_slug


KnownUrls = Callable[[str], bool]
"""Says whether the application answers at a path that content does not know."""


class Addresses:
    """Every address that content may link to, with its anchors."""

    def __init__(self, content: Content, known_urls: KnownUrls) -> None:
        self._known_urls = known_urls
        self._anchors: dict[str, set[str]] = {"/": set()}
        self._media = content.media
        for page in every_page(content):
            path, _, term = page.url.partition("#")
            self._anchors.setdefault(path, set()).update(page.anchors, {term} - {""})
        for section in content.sections.values():
            if section.pages and section.url:
                self._anchors.setdefault(section.url, set())

    def problem(self, target: str, page: Page) -> str:
        """Return what is wrong with a link typed in a page, empty when it leads somewhere."""
        path, _, anchor = target.partition("#")
        path = unquote(path.partition("?")[0]) or page.url.partition("#")[0]
        if path in self._anchors:
            return self._anchor_problem(path, unquote(anchor))
        if path in self._media or (not _is_content(path) and self._known_urls(path)):
            return ""
        return f"L’adresse {path} n’existe pas{self._hint(path)}."

    def _anchor_problem(self, path: str, anchor: str) -> str:
        if not anchor or anchor in self._anchors[path]:
            return ""
        known = ", ".join(f"#{name}" for name in sorted(self._anchors[path])) or "aucune"
        return f"La page {path} n’a pas d’ancre #{anchor} (ancres : {known})."

    def _hint(self, path: str) -> str:
        other = path.rstrip("/") if path.endswith("/") else f"{path}/"
        return (
            f" : écrivez {other}" if other in self._anchors else " : corrigez-la ou retirez le lien"
        )


def _is_content(path: str) -> bool:
    """Say whether only a content file can answer there, whatever routes would match."""
    parts = path.strip("/").split("/")
    return len(parts) == 2 and parts[0] in KINDS and is_slug(parts[1])


def every_page(content: Content) -> Iterator[Page]:
    """Return the pages, then the introductions of the sections."""
    yield from content.pages.values()
    for section in content.sections.values():
        if section.index is not None:
            yield section.index
