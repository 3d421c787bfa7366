"""What every verb is given: where the site stands, the session, the moment, who acts.

A link is signed for one purpose and made of a random reference kept with the registration: it
cannot be guessed, nor turned into another person's, nor used once the registration is erased.
"""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from itsdangerous import BadData
from sqlalchemy.orm import Session

from communaute.domain import tokens
from communaute.domain.trainings.errors import BadLink


PURPOSE = "training-registration"


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Where verbs that write to people stand: the site's address, its secret, who writes."""

    base_url: str
    secret: str
    sender: str = "ne-pas-repondre@localhost"

    @property
    def host(self) -> str:
        """The host that names calendar events."""
        return urlsplit(self.base_url).hostname or "localhost"

    def token(self, reference: str) -> str:
        """The signed form of a registration's reference."""
        return tokens.token_of(self.secret, PURPOSE, reference)

    def reference(self, token: str) -> str:
        """The reference of a token. Raises BadLink when forged, cut short or of another kind."""
        try:
            return str(tokens.value_of(self.secret, PURPOSE, token))
        except BadData:
            raise BadLink(tokens.UNREADABLE) from None

    def registration(self, reference: str) -> str:
        """« Mon inscription » : voir, changer, annuler."""
        return f"{self.base_url}/outils/inscription/{self.token(reference)}"

    def confirmation(self, reference: str) -> str:
        """The page with the button that confirms a place."""
        return f"{self.registration(reference)}/confirmer"

    def offer(self, reference: str) -> str:
        """The page with the two buttons that answer an offer."""
        return f"{self.registration(reference)}/proposition"

    def attestation(self, reference: str) -> str:
        """The attestation as PDF."""
        return f"{self.registration(reference)}/attestation.pdf"

    def satisfaction(self, reference: str) -> str:
        """The three questions."""
        return f"{self.registration(reference)}/avis"

    def training(self, slug: str) -> str:
        """The page of a training."""
        return f"{self.base_url}/formations/{slug}"


@dataclass(frozen=True, kw_only=True)
class Context:
    """One request, one command or one task: made once, given to every verb it calls.

    `actor` is the account of the organiser who acts, for the audit. In a `rehearsal` no mail is
    posted and none withdrawn: what would be sent is only shown.
    """

    session: Session
    desk: Desk
    now: datetime
    actor: int | None = None
    rehearsal: bool = False
