"""What search is given of trainings, and the card that answers with the next dates."""

from collections.abc import Iterator
from datetime import date

from flask import url_for

from communaute.domain.trainings.listing import PairView, pairs_to_come
from communaute.editorial.pages import PUBLICS, Training
from communaute.extensions import db
from communaute.french.typography import typeset
from communaute.web.cards import Card, CardLink, naming_words
from communaute.wiring import current
from search_index import Document


# Words by which people ask for a training, folded as `naming_words` folds them.
ASKING = "formation former cours stage classe virtuelle webinaire atelier apprendre séance inscription inscrire"
ASKED = frozenset(naming_words(ASKING))
# Of a training's name, the words that many pages of the site share say nothing.
COMMON = frozenset(naming_words("chorus pro envoi envoyer gratuit gratuite prochaine date place"))
# How many dates a card shows.
MOST_FACTS = 3


def documents(_today: date) -> Iterator[Document]:
    """What the front matter of each training says: the text of its page is indexed with content."""
    from communaute.blueprints.trainings import catalogue

    for page in catalogue.trainings():
        yield Document(
            id=f"{page.url}#page_programme",
            page=page.url,
            url=f"{page.url}#page_programme",
            title=page.title,
            headings="Programme",
            body=". ".join((*page.goals, *page.session_1, *page.session_2, *page.prerequisites)),
            kind="formations",
            audience=page.publics or tuple(PUBLICS),
            keywords=page.keywords,
            verified=page.verified,
        )


def training_card(query: str) -> Card | None:
    """The next dates of what is asked for; None when the query asks for no training."""
    asked = frozenset(naming_words(query))
    if not asked & ASKED:
        return None
    wanted = meant(asked - ASKED)
    if wanted is None:
        return None
    pairs = pairs_to_come(
        current.training_context(reads=True),
        trainings=tuple(page.slug for page in wanted),
        limit=MOST_FACTS,
    )
    db.session.rollback()  # a search may write after it
    return card_of(wanted, pairs) if pairs else None


def meant(named: frozenset[str]) -> list[Training] | None:
    """The trainings that the other words name; all of them when there are none, None when they name another thing."""
    from communaute.blueprints.trainings import catalogue

    telling = named - COMMON
    pages = list(catalogue.trainings())
    if not telling:
        return pages or None
    found = [page for page in pages if telling & words_of(page)]
    return found or None


def words_of(page: Training) -> frozenset[str]:
    """The words that name a training."""
    said = (page.title, page.theme, *page.keywords, *(PUBLICS[key] for key in page.publics))
    return frozenset(naming_words(" ".join(said))) - COMMON - ASKED


def card_of(wanted: list[Training], pairs: tuple[PairView, ...]) -> Card:
    """The dates with the seats left, and where one signs up."""
    from communaute.blueprints.trainings import words

    one = len(wanted) == 1
    link = (
        CardLink("S’inscrire", url_for("trainings.sign_up", formation=wanted[0].slug))
        if one
        else CardLink("Toutes les dates et les places", url_for("trainings.dates"))
    )
    more = (
        CardLink("Lire le programme", wanted[0].url)
        if one
        else CardLink("Les formations", "/formations/")
    )
    return Card(
        label="Formation gratuite",
        live=True,
        title=wanted[0].title if one else "Prochaines formations",
        facts=tuple(fact(pair, words.slots(pair)[0], words.seats(pair), one=one) for pair in pairs),
        links=(link, more),
    )


def fact(pair: PairView, slot: str, seats: str, *, one: bool) -> tuple[str, str]:
    """A date and its seats; with the training's name when there are several."""
    return (slot, seats) if one else (pair.title, typeset(f"{slot} : {seats}"))
