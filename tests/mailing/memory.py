"""A transport that keeps mails in a list."""

from dataclasses import dataclass, field
from email.message import EmailMessage


@dataclass
class MemoryTransport:
    sent: list[EmailMessage] = field(default_factory=list)

    def send(self, mail: EmailMessage) -> str:
        self.sent.append(mail)
        return "kept in memory"

    def close(self) -> None:
        """Nothing is open."""
