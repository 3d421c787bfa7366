"""What is asked of the sources of a page: a text or a page, a name for people, a number that is used."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from communaute.editorial.faults import Fault
from communaute.editorial.pages import Page, Source


TEST_HOST_WORDS = frozenset({"testing", "preprod", "qualif", "localhost"})
REPOSITORY_HOSTS = frozenset({"github.com", "gitlab.com"})
REPOSITORY_DEPTH = 2
_HOST_FIRST = re.compile(r"(?:[\w-]+\.)+(?:fr|com|org|net|info|eu|io)\b")


def wrong_address(address: str) -> str:
    """Return what is wrong with the address of a source: it must name a text or a page."""
    parts = urlsplit(address)
    steps = [step for step in parts.path.split("/") if step]
    if parts.scheme != "https" or not parts.hostname:
        return "elle ne commence pas par https"
    if TEST_HOST_WORDS & set(parts.hostname.replace("-", ".").split(".")):
        return "c’est un site d’essai"
    if not steps and not parts.query:
        return "c’est la page d’accueil d’un site"
    if parts.hostname in REPOSITORY_HOSTS and len(steps) <= REPOSITORY_DEPTH:
        return "c’est un dépôt entier"
    return ""


def check_sources(page: Page) -> Iterator[Fault]:
    """Find the sources that a reader could not check."""
    line = page.lines.get("sources", 1)
    for number, source in enumerate(page.sources, 1):
        for message in _wrong(source):
            yield Fault(page.source_path, line, f"Source {number} : {message}")
        if page.cited and number not in page.cited:
            yield Fault(page.source_path, line, f"Source {number} : aucune phrase ne la cite.")


def _wrong(source: Source) -> Iterator[str]:
    if source.url and (problem := wrong_address(source.url)):
        yield f"l’adresse ne nomme ni un texte ni une page ({problem})."
    if not source.url and not source.note:
        yield "sans adresse, elle veut une « note » qui dit pourquoi."
    if _HOST_FIRST.match(source.label):
        yield "nommez l’auteur et la page, pas le site."
