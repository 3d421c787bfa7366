"""What every verb of the newsletter is given, and the links that it writes.

Two kinds of links, so that a forwarded letter gives nothing away: the one at the foot of every mail
leaves (or asks for the other), and says nothing; the one to the preferences is only ever sent alone.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import BadData

from communaute.domain import tokens
from communaute.domain.context import Context as Given
from communaute.domain.newsletter.errors import BadLink, PastLink
from communaute.mailing.message import MailingList
from communaute.mailing.tagged import LEAVE, Tagger


LIST = "newsletter"
# Seven days to confirm; the link to the preferences opens personal data: as long, and no more.
CONFIRMED_WITHIN = timedelta(days=7)
PREFERENCES_FOR = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Context(Given):
    """One request, one command or one task: made once, given to every verb it calls.

    `tagger` makes the addresses that machines write to.
    """

    tagger: Tagger

    def confirmation(self, reference: str) -> str:
        """The page with the button that confirms."""
        return f"{self.base_url}/outils/abonnement/confirmer/{self._dated('confirm', reference)}"

    def preferences(self, reference: str) -> str:
        """The page of one's preferences."""
        return f"{self.base_url}/outils/abonnement/preferences/{self.preferences_token(reference)}"

    def preferences_token(self, reference: str) -> str:
        """The key of one's preferences, from now on for PREFERENCES_FOR."""
        return self._dated("preferences", reference)

    def new_address(self, reference: str, address: str) -> str:
        """The page with the button that changes the address; good for that address alone."""
        token = self._token("address", [reference, int(self.now.timestamp()), address])
        return f"{self.base_url}/outils/abonnement/adresse/{token}"

    def leaving(self, reference: str) -> str:
        """The page with the button that leaves: for ever good, and it says nothing of anybody."""
        return f"{self.base_url}/outils/abonnement/quitter/{self._token('leave', reference)}"

    def mailing_list(self, reference: str) -> MailingList:
        """What every mail of the list says of itself."""
        return MailingList(
            name=LIST,
            unsubscribe_url=self.leaving(reference),
            unsubscribe_mail=self.tagger.address(LEAVE, reference),
        )

    def who_confirms(self, token: str) -> str:
        """The reference of a confirmation link. Raises BadLink, PastLink."""
        return self._read_dated("confirm", token, CONFIRMED_WITHIN)

    def who_prefers(self, token: str) -> str:
        """The reference of a link to the preferences. Raises BadLink, PastLink."""
        return self._read_dated("preferences", token, PREFERENCES_FOR)

    def who_moves(self, token: str) -> tuple[str, str]:
        """The reference and the new address of a link. Raises BadLink, PastLink."""
        reference, at, address = self._read("address", token, 600, 3)
        self._refuse_old(int(str(at)), CONFIRMED_WITHIN)
        return str(reference), str(address)

    def who_leaves(self, token: str) -> str:
        """The reference of a leaving link. Raises BadLink."""
        try:
            return str(tokens.value_of(self.secret, "newsletter-leave", token))
        except BadData:
            raise BadLink(tokens.UNREADABLE) from None

    def _dated(self, purpose: str, reference: str) -> str:
        return self._token(purpose, [reference, int(self.now.timestamp())])

    def _read_dated(self, purpose: str, token: str, within: timedelta) -> str:
        reference, at = self._read(purpose, token, tokens.LONGEST, 2)
        self._refuse_old(int(str(at)), within)
        return str(reference)

    def _read(self, purpose: str, token: str, longest: int, parts: int) -> list[object]:
        try:
            read = tokens.value_of(self.secret, f"newsletter-{purpose}", token, longest)
        except BadData:
            raise BadLink(tokens.UNREADABLE) from None
        if not isinstance(read, list) or len(read) != parts:
            raise BadLink(tokens.UNREADABLE)
        return read

    def _refuse_old(self, at: int, within: timedelta) -> None:
        if self.now >= datetime.fromtimestamp(at, UTC) + within:
            raise PastLink(
                f"Ce lien a servi de clé pendant {within.days} jours, et ne s’ouvre plus."
            )

    def _token(self, purpose: str, value: object) -> str:
        return tokens.token_of(self.secret, f"newsletter-{purpose}", value)
