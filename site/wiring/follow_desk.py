"""What one may follow on this site, in its words; and what content and dates say has changed."""

from collections.abc import Iterator

from communaute.domain import clock
from communaute.domain.notifications import changes
from communaute.domain.notifications.follows import Subject, SubjectKind
from communaute.domain.trainings import dates, listing
from communaute.editorial.pages import Page, Training
from communaute.extensions import db
from communaute.french.folding import slugify
from communaute.wiring import current


# A term of the glossary is a part of a page; an issue and a testimonial do not change.
NOT_FOLLOWED = frozenset({"glossaire", "newsletter", "temoignages"})
HOME = "/accueil"


def trainings() -> list[Training]:
    """The trainings' pages."""
    section = current.content().sections.get("formations")
    return [page for page in (section.pages if section else ()) if isinstance(page, Training)]


def themes() -> dict[Subject, str]:
    """The themes of trainings, as one follows them, in words."""
    found = {theme_of(page): page.theme for page in trainings()}
    return {
        one: f"les prochaines dates de formation du thème « {name} »" for one, name in found.items()
    }


def theme_of(page: Training) -> Subject:
    """A training's theme, as one follows it."""
    return Subject(SubjectKind.THEME, slugify(page.theme))


def label(subject: Subject) -> str:
    """What one follows, in words; empty for what this site does not have (any more)."""
    if subject.kind is SubjectKind.PAGE:
        page = current.content().page(subject.key)
        if page is None or page.kind in NOT_FOLLOWED or page.url == HOME:
            return ""
        return f"la page « {page.title} », quand elle change"
    if subject.kind is SubjectKind.TRAINING:
        title = next((page.title for page in trainings() if page.slug == subject.key), "")
        return f"les prochaines dates de « {title} »" if title else ""
    return themes().get(subject, "")


def labelled(subjects: list[Subject]) -> dict[Subject, str]:
    """Each with its words; what is gone from the site is said to be."""
    return {one: label(one) or f"{one.key} (n’existe plus)" for one in subjects}


def news() -> Iterator[changes.News]:
    """Every change that is told today: the notes of pages, the dates to come."""
    for page in current.content().pages.values():
        if page.updated_note:
            yield news_of(page)
    by_slug = {page.slug: page for page in trainings()}
    context = current.training_context(reads=True)
    pairs = [one for one in listing.pairs_to_come(context) if one.training in by_slug]
    published = listing.stamps(context.session, pairs)
    for pair in pairs:
        page = by_slug[pair.training]
        for subject in (Subject(SubjectKind.TRAINING, page.slug), theme_of(page)):
            yield changes.News(
                subject=subject,
                mark=f"paire-{pair.id}",
                at=published[pair.id].published_at,
                title=page.title,
                text=" puis ".join(dates.session(each) for each in pair.sessions),
                path=page.url,
            )


def news_of(page: Page) -> changes.News:
    """What a page's note says."""
    return changes.News(
        subject=Subject(SubjectKind.PAGE, page.url),
        mark=changes.mark_of(page.updated_note),
        at=clock.now(),
        title=page.title,
        text=page.updated_note,
        path=page.url,
    )


def note_before_following(subject: Subject) -> None:
    """What a page says already when one begins to follow it is no news to them."""
    page = current.content().page(subject.key)
    if page is not None and page.updated_note:
        changes.note(db.session(), [news_of(page)])


def tell() -> dict[str, int]:
    """Note what has changed, and ask for the mails that say so; answers a count of each outcome."""
    session = db.session()
    found = list(news())
    session.rollback()  # read; what follows writes
    noted = changes.note(session, found)
    return {"noted": noted, **changes.tell(current.context())}
