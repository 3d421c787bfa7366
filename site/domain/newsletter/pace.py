"""When each mail of a sending may leave: so many a minute in all, and to each receiving domain."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any


@dataclass(frozen=True)
class Rates:
    """Mails a minute; 0 says no limit. Large mailbox providers slow down senders who write faster."""

    in_all: int = 0
    to_a_domain: int = 0


@dataclass
class Pace:
    """The next free moment, in all and for each domain: nobody waits behind another domain's queue."""

    rates: Rates
    now: datetime
    free: dict[str, float] = field(default_factory=dict)

    @classmethod
    def kept(cls, rates: Rates, now: datetime, kept: Mapping[str, Any]) -> "Pace":
        """Go on from where a batch ended."""
        return cls(rates, now, {name: float(at) for name, at in kept.items()})

    def next(self, recipient: str) -> datetime:
        """When the next mail to this recipient may leave."""
        slots = (
            ("*", self.rates.in_all),
            (recipient.rpartition("@")[2].lower(), self.rates.to_a_domain),
        )
        return max(self.now, *(self._take(name, rate) for name, rate in slots))

    def to_keep(self) -> dict[str, float]:
        """What the next batch must know: the moments that are still to come."""
        start = self.now.timestamp()
        return {name: at for name, at in self.free.items() if at > start}

    def _take(self, name: str, rate: int) -> datetime:
        if rate <= 0:
            return self.now
        at = max(self.now.timestamp(), self.free.get(name, 0.0))
        self.free[name] = at + timedelta(minutes=1).total_seconds() / rate
        return datetime.fromtimestamp(at, UTC)
