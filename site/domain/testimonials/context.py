"""What every verb of testimonials is given, and the links that it writes."""

from dataclasses import dataclass
from datetime import date

from itsdangerous import BadData
from sqlalchemy import select

from communaute.domain import tokens
from communaute.domain.context import Context as Given
from communaute.domain.testimonials.words import Gone
from communaute.french.dates import in_paris
from communaute.models.testimonials import Testimonial, TestimonialState


PURPOSE = "testimonial"
WITHDRAWN = "Ce témoignage a été retiré : rien n'en est gardé."


@dataclass(frozen=True)
class Context(Given):
    """What every verb of testimonials is given: made once a request, a command or a task."""

    @property
    def today(self) -> date:
        """The day in Paris."""
        return in_paris(self.now).date()

    def link(self, testimonial: Testimonial) -> str:
        """Its author's own page: what it says, and every act on it."""
        return f"{self.base_url}/outils/temoignage/{self.token(testimonial.reference)}"

    def token(self, reference: str) -> str:
        """The signed form of a reference: it cannot be guessed, and outlives the page."""
        return tokens.token_of(self.secret, PURPOSE, reference)

    def of_token(self, token: str) -> Testimonial:
        """The testimonial of a link. Raises Gone."""
        try:
            reference = str(tokens.value_of(self.secret, PURPOSE, token))
        except BadData:
            raise Gone(tokens.UNREADABLE) from None
        found = self.session.scalar(select(Testimonial).where(Testimonial.reference == reference))
        if found is None or found.state == TestimonialState.WITHDRAWN:
            raise Gone(WITHDRAWN)
        return found
