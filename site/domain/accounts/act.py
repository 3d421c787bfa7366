"""What every verb of accounts is given: the transaction, the moment, the site's address and key."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session


@dataclass(frozen=True, kw_only=True)
class Act:
    """One act on accounts. `base_url` starts every link of a mail; `secret` signs and seals."""

    session: Session
    now: datetime
    base_url: str
    secret: str

    def page(self, path: str) -> str:
        """A page's public address, whatever host the request named."""
        return self.base_url + path
