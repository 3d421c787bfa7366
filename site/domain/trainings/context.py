"""What every verb is given: where the site stands, the session, the moment, who acts.

A link is signed for one purpose and made of a random reference kept with the registration: it
cannot be guessed, nor turned into another person's, nor used once the registration is erased.
"""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy.orm import Session

from communaute.domain.trainings.errors import BadLink


LONGEST_TOKEN = 200


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
        return str(self._signer().dumps(reference))

    def reference(self, token: str) -> str:
        """The reference of a token. Raises BadLink when forged, cut short or of another kind."""
        try:
            if len(token) > LONGEST_TOKEN:
                raise BadData("too long")
            return str(self._signer().loads(token))
        except BadData:
            raise BadLink(
                "Ce lien est incomplet ou abîmé. Ouvrez-le depuis le courriel, ou copiez-le en entier."
            ) from None

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

    def _signer(self) -> URLSafeSerializer:
        return URLSafeSerializer(self.secret, salt="training-registration")


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
