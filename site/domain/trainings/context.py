"""What every verb is given: the session, the moment, where the site stands, who acts.

A link is signed for one purpose and made of a random reference kept with the registration: it
cannot be guessed, nor turned into another person's, nor used once the registration is erased.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from itsdangerous import BadData

from communaute.domain import tokens
from communaute.domain.context import Context as Given
from communaute.domain.trainings.errors import BadLink


PURPOSE = "training-registration"


@dataclass(frozen=True, kw_only=True)
class Context(Given):
    """One request, one command or one task: made once, given to every verb it calls.

    `sender` writes the mails. `actor` is the account of the organiser who acts, for the audit. In
    a `rehearsal` no mail is posted and none withdrawn: what would be sent is only shown.
    """

    sender: str = "ne-pas-repondre@localhost"
    actor: int | None = None
    rehearsal: bool = False

    @property
    def host(self) -> str:
        """The host that names calendar events."""
        return urlsplit(self.base_url).hostname or "localhost"

    def token(self, reference: str | None) -> str:
        """The signed form of a registration's reference; that of nothing once it is erased."""
        return tokens.token_of(self.secret, PURPOSE, reference or "")

    def reference(self, token: str) -> str:
        """The reference of a token. Raises BadLink when forged, cut short or of another kind."""
        try:
            return str(tokens.value_of(self.secret, PURPOSE, token))
        except BadData:
            raise BadLink(tokens.UNREADABLE) from None

    def link(self, reference: str | None, page: str = "") -> str:
        """« Mon inscription », or one of the pages under it."""
        return f"{self.base_url}/outils/inscription/{self.token(reference)}{page}"

    def training_link(self, slug: str) -> str:
        """The page of a training."""
        return f"{self.base_url}/formations/{slug}"
