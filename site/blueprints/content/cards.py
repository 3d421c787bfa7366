"""Invoice statuses and glossary terms, as answers above search results."""

from functools import lru_cache

from communaute.domain.structures.statuses import ACTORS, Actor
from communaute.editorial.pages import GlossaryTerm, StatusPage
from communaute.web.cards import Card, CardLink, naming_words
from communaute.wiring import current


def status_card(query: str) -> Card | None:
    """The status typed (« suspendue », « ma facture est rejetée ») and what to do."""
    found = statuses_by_name(current.content().fingerprint).get(naming_words(query))
    return card_of(found) if found else None


@lru_cache(maxsize=2)
def statuses_by_name(_of_content: str) -> dict[tuple[str, ...], StatusPage]:
    """The statuses by the words of their title and of their code."""
    found: dict[tuple[str, ...], StatusPage] = {}
    for page in current.content().pages.values():
        if isinstance(page, StatusPage):
            for name in (page.title, page.code):
                found.setdefault(naming_words(name), page)
    return found


def card_of(page: StatusPage) -> Card:
    """What the status means, who acts next, and where to read what to do."""
    links = [CardLink("Que faire, en détail", page.url)]
    others = (page.guide, *(url for url in page.see_also if url != page.guide.partition("#")[0]))
    found = ((url, current.content().page(url.partition("#")[0])) for url in others)
    links += [CardLink(other.title, url) for url, other in found if other]
    facts = [("Qui agit ensuite", ACTORS[Actor(page.actor)].capitalize())]
    if page.by_when:
        facts.append(("Quand", page.by_when))
    return Card(
        label="Statut de facture",
        title=page.title,
        lines=(page.summary,),
        facts=tuple(facts),
        links=tuple(links[:3]),
    )


def term_card(query: str) -> Card | None:
    """The term, acronym or other name of the glossary typed alone: its definition, and what to read."""
    term = terms_by_name(current.content().fingerprint).get(naming_words(query))
    if term is None:
        return None
    title = term.title
    if term.acronym and term.acronym != term.title:
        title = f"{term.title} ({term.acronym})"
    others = [page for url in term.see_also if (page := current.content().page(url))]
    links = [CardLink("Dans le glossaire", term.url)]
    links += [CardLink(page.title, page.url) for page in others]
    return Card(label="Glossaire", title=title, lines=(term.summary,), links=tuple(links[:3]))


@lru_cache(maxsize=2)
def terms_by_name(_of_content: str) -> dict[tuple[str, ...], GlossaryTerm]:
    """The terms by the words of each of their names, a title before another's other name."""
    terms = current.content().glossary
    titles = [(name, term) for term in terms for name in (term.title, term.acronym)]
    aliases = [(name, term) for term in terms for name in term.aliases]
    found: dict[tuple[str, ...], GlossaryTerm] = {}
    for name, term in (*titles, *aliases):
        if words := naming_words(name):
            found.setdefault(words, term)
    return found
