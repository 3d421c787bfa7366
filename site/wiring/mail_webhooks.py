"""What a webhook of a mail service needs of the world: Amazon's certificates, the tokens already seen."""

import hashlib
import http.client
import ssl
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from threading import Lock
from urllib.parse import urlsplit

from communaute.domain import clock
from communaute.mailing.webhooks import FRESH


LARGEST_FETCHED = 64_000


def fetch_from_amazon(address: str) -> bytes:
    """Read an https address of SNS, whose host was checked; small, soon, without a redirection.

    Raises OSError.
    """
    parts = urlsplit(address)
    line = http.client.HTTPSConnection(
        parts.hostname or "", timeout=5, context=ssl.create_default_context()
    )
    try:
        line.request("GET", f"{parts.path}?{parts.query}" if parts.query else parts.path)
        answer = line.getresponse()
        if answer.status != HTTPStatus.OK:
            raise OSError(f"{answer.status}")
        return answer.read(LARGEST_FETCHED)
    except http.client.HTTPException as fault:
        raise OSError(str(fault)) from fault
    finally:
        line.close()


@dataclass
class SeenTokens:
    """The tokens of webhooks lately seen by this process.

    Told again to another process, a report changes nothing either: each counts once (`returned_mail.key`).
    """

    until: dict[str, datetime] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def is_new(self, token: str) -> bool:
        """Whether it is seen for the first time; remembered as long as it could serve."""
        now, digest = clock.now(), hashlib.sha256(token.encode()).hexdigest()
        with self.lock:
            self.until = {one: at for one, at in self.until.items() if at > now}
            if digest in self.until:
                return False
            self.until[digest] = now + 2 * FRESH
            return True


is_new_token = SeenTokens().is_new
