"""« Cette page vous a-t-elle été utile ? »: an anonymous answer, and why not."""

from datetime import datetime

from sqlalchemy.orm import Session

from communaute.domain.errors import DomainError
from communaute.french.personal import what_reaches_somebody
from communaute.models.opinions import PageOpinion


LONGEST_COMMENT = 300
# Our own five, in the order they are shown.
REASONS = {
    "introuvable": "Je n'ai pas trouvé ce que je cherchais",
    "perime": "C'est faux ou périmé",
    "pas-clair": "Ce n'est pas clair",
    "pas-mon-cas": "Ce n'est pas mon cas",
    "autre": "Autre chose",
}


class OpinionRefused(DomainError):
    """An opinion that cannot be kept as it is."""


def give_opinion(
    session: Session, *, page: str, helpful: bool, comment: str, now: datetime, reason: str = ""
) -> PageOpinion:
    """Keep what a visitor thinks of a page: no name, no address, no cookie.

    Raises OpinionRefused: a « non » without one of REASONS, a comment longer than LONGEST_COMMENT,
    or one that holds what reaches somebody.
    """
    comment = " ".join(comment.split())
    if not helpful and reason not in REASONS:
        raise OpinionRefused(
            "Dites ce qui n'a pas marché : choisissez une des cinq réponses.", field="raison"
        )
    if len(comment) > LONGEST_COMMENT:
        raise OpinionRefused(
            f"Votre remarque compte {len(comment)} caractères : {LONGEST_COMMENT} au plus.",
            field="remarque",
        )
    if found := what_reaches_somebody(comment):
        raise OpinionRefused(
            f"Votre remarque semble contenir {found}. Retirez ce passage, puis envoyez de nouveau. "
            "Un SIRET peut rester.",
            field="remarque",
        )
    opinion = PageOpinion(
        page=page,
        helpful=helpful,
        reason="" if helpful else reason,
        comment=comment,
        given_at=now,
    )
    session.add(opinion)
    return opinion
