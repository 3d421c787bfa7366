"""Invoice statuses and glossary terms, as answers above search results."""

from communaute import current
from communaute.editorial import ACTORS, GlossaryTerm, StatusPage
from communaute.web.cards import Card, CardLink, naming_words


def status_card(query: str) -> Card | None:
    """The status typed (« suspendue », « ma facture est rejetée ») and what to do."""
    words = naming_words(query)
    for page in current.content().pages.values():
        if isinstance(page, StatusPage) and words in (
            naming_words(page.title),
            naming_words(page.code),
        ):
            return card_of_status(page)
    return None


def card_of_status(page: StatusPage) -> Card:
    """What the status means, who acts next, and where to read what to do."""
    links = [CardLink("Que faire, en détail", page.url)]
    others = (current.content().page(url) for url in page.see_also)
    links += [CardLink(other.title, other.url) for other in others if other]
    return Card(
        label="Statut de facture",
        title=page.title,
        lines=(page.summary,),
        facts=(("Qui agit ensuite", ACTORS[page.actor]),) if page.actor else (),
        links=tuple(links[:3]),
    )


def term_card(query: str) -> Card | None:
    """The term, acronym or other name of the glossary typed alone."""
    words = naming_words(query)
    terms = current.content().glossary
    by_title = [term for term in terms if words in (key(term.title), key(term.acronym))]
    by_alias = [term for term in terms if any(words == key(alias) for alias in term.aliases)]
    found = [term for term in (*by_title, *by_alias) if words]
    return card_of_term(found[0]) if found else None


def key(name: str) -> tuple[str, ...] | None:
    """The words of a name; None for no name, which no query equals."""
    return naming_words(name) or None


def card_of_term(term: GlossaryTerm) -> Card:
    """The definition, and what to read."""
    title = term.title
    if term.acronym and term.acronym != term.title:
        title = f"{term.title} ({term.acronym})"
    others = [page for url in term.see_also if (page := current.content().page(url))]
    links = [CardLink("Dans le glossaire", term.url)]
    links += [CardLink(page.title, page.url) for page in others]
    return Card(label="Glossaire", title=title, lines=(term.summary,), links=tuple(links[:3]))
