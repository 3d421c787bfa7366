"""What notifications keep of a person, and what they are given of it. It goes with the account."""

from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from communaute.domain.keeping import Holding, Rule
from communaute.domain.notifications import follows, settings
from communaute.models.accounts import User
from communaute.models.follows import Follow, Follower


def export_settings(session: Session, user: User) -> dict[str, Any]:
    """The settings, in the words of the page; empty for a person who has chosen nothing."""
    row = settings.row_of(session, user)
    if row is None:
        return {}
    choices = settings.read(row)
    return {
        "recevoir": choices.receives,
        "rythme": choices.rhythm,
        "nouvelles_arretees": sorted(choices.silenced),
        "prochaines_structures": choices.next_structures,
        "structures_a_part": sorted(choices.exceptions),
    }


def export_follows(session: Session, user: User) -> list[str]:
    """What the account follows, and its address alone before it."""
    owned = or_(Follower.user_id == user.id, Follower.email == user.email.lower())
    own = select(Follow.subject).join(Follower, Follower.id == Follow.follower_id).where(owned)
    return list(session.scalars(own.order_by(Follow.id)))


def erase_follows(session: Session, user: User) -> None:
    """The account's rows go with it; those of its address alone go here."""
    session.execute(delete(Follower).where(Follower.email == user.email.lower()))


HOLDINGS = (
    Holding("reglages_des_notifications", export_settings, tables=("notification_setting",)),
    Holding(
        "pages_et_formations_suivies", export_follows, erase_follows, tables=("follower", "follow")
    ),
)
RULES = (
    Rule(
        name="follows",
        what="Les pages et les formations que vous suivez, et l’adresse à prévenir si vous n’avez pas de compte.",
        why="Vous prévenir quand elles changent, parce que vous l’avez demandé et confirmé.",
        legal_basis="Votre consentement, que vous retirez par un lien de chaque courriel.",
        how_long=(
            "Tant que vous les suivez. Une demande sans réponse : {} ; ce que vous arrêtez : {}, pour "
            "pouvoir le remettre."
        ),
        periods=(follows.WITHIN, follows.STOPPED_KEPT),
        purge=follows.purge,
    ),
)
