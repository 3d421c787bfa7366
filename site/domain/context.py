"""What a verb that writes to people is given."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from communaute.french.dates import in_paris


@dataclass(frozen=True)
class Context:
    """A session, the moment, the site's address and secret: made once a request, a command or a task."""

    session: Session
    now: datetime
    base_url: str
    secret: str

    @property
    def today(self) -> date:
        """The day in Paris."""
        return in_paris(self.now).date()
