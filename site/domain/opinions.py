"""« Cette page vous a-t-elle été utile ? »: anonymous opinions on pages."""

from datetime import datetime

from sqlalchemy.orm import Session

from communaute.domain.errors import DomainError
from communaute.models.opinions import PageOpinion


LONGEST_COMMENT = 1_000


class CommentTooLong(DomainError):
    """The comment is longer than LONGEST_COMMENT characters."""


def give_opinion(
    session: Session, *, page: str, helpful: bool, comment: str, now: datetime
) -> PageOpinion:
    """Keep what a visitor thinks of a page: no name, no address, no cookie.

    Raises CommentTooLong.
    """
    comment = comment.strip()
    if len(comment) > LONGEST_COMMENT:
        raise CommentTooLong(
            f"Votre remarque compte {len(comment)} caractères\u202f: {LONGEST_COMMENT} au plus."
        )
    opinion = PageOpinion(page=page, helpful=helpful, comment=comment, given_at=now)
    session.add(opinion)
    return opinion
