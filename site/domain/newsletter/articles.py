"""« Article par article, dès la publication »: each new article leaves by itself, once.

Content is files: an article is published when this site first has it. What it had when it first looked
is older than the feature, and is noted without a word.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from communaute.domain.newsletter import sending
from communaute.domain.newsletter.context import Context
from communaute.domain.newsletter.sending import Letter
from communaute.domain.notifications.choices import by_day
from communaute.models.newsletter import NewArticle, NewArticleState


# Our own rules. An article dated earlier than this, when the site first has it, is an archive.
RECENT = timedelta(days=30)
# What blocks a letter may be mended so long; past it, an editor's button remains.
MENDED_WITHIN = timedelta(days=7)
# Of more articles published at once, the others follow on the next days.
MOST_A_DAY = 3


def announce(
    context: Context, published: Mapping[str, date], letter_of: Callable[[str], Letter | None]
) -> dict[str, int]:
    """Note the articles that are new, and ask for the letters of those that wait; counts.

    `published` gives the day of each article that the site has now, by address; `letter_of` its letter,
    None when something blocks it. Safe to run twice, and on two hosts. Commits.
    """
    noted = _note(context, published)
    counts = Counter(noted=noted, asked=0, blocked=0)
    found = select(NewArticle.id).where(NewArticle.state == NewArticleState.WAITING)
    numbers = context.session.scalars(found.order_by(NewArticle.id)).all()
    context.session.commit()
    for number in numbers:
        counts[_announce(context, number, published, letter_of)] += 1
        context.session.commit()
    return {name: counts[name] for name in ("noted", "asked", "blocked")}


def waiting(session: Session) -> list[str]:
    """The addresses of the articles whose letter has not been asked for yet."""
    found = select(NewArticle.page).where(NewArticle.state == NewArticleState.WAITING)
    return list(session.scalars(found.order_by(NewArticle.id)))


def _note(context: Context, published: Mapping[str, date]) -> int:
    """Note what the site did not have; answers how many articles wait for their letter."""
    session, today = context.session, context.today
    known = set(session.scalars(select(NewArticle.page)))
    fresh = sorted(
        (day, page) for page, day in published.items() if page not in known and day <= today
    )
    first_look = not known
    rows = [
        NewArticle(
            page=page,
            seen_at=context.now,
            state=NewArticleState.KNOWN
            if first_look or day < today - RECENT
            else NewArticleState.WAITING,
        )
        for day, page in fresh
    ]
    try:
        session.add_all(rows)
        session.commit()
    except IntegrityError:  # another host looks at the same moment: it notes them
        session.rollback()
        return 0
    return sum(row.state == NewArticleState.WAITING for row in rows)


def _announce(
    context: Context,
    number: int,
    published: Mapping[str, date],
    letter_of: Callable[[str], Letter | None],
) -> str:
    """Ask for one letter, if it may leave today; answers what was done."""
    wanted = select(NewArticle).where(NewArticle.id == number).with_for_update()
    row = context.session.scalars(wanted, execution_options={"populate_existing": True}).one()
    if row.state != NewArticleState.WAITING:
        return "done elsewhere"
    if row.page not in published:
        row.state = NewArticleState.KNOWN
        return "given up"
    since = context.now - timedelta(days=1)
    lately = select(func.count()).where(NewArticle.asked_at > since)
    if (context.session.scalar(lately) or 0) >= MOST_A_DAY:
        return "later"
    letter = letter_of(row.page)
    if letter is None:
        if row.seen_at < context.now - MENDED_WITHIN:
            row.state = NewArticleState.KNOWN
        return "blocked"
    sending.ask(context, letter, due=by_day(context.now), confirmed_by=row.seen_at)
    row.state, row.asked_at = NewArticleState.ASKED, context.now
    return "asked"
