"""DNS through dnspython: short, bounded, and « nobody knows » told from « there is nothing »."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import dns.exception
import dns.resolver
import dns.reversename

from communaute.domain.newsletter.sending_domain import NotAsked


SECONDS = 4.0


def _system() -> dns.resolver.Resolver | None:
    try:
        return dns.resolver.Resolver()
    except dns.resolver.NoResolverConfiguration:
        return None


@dataclass
class SystemResolver:
    """The resolver of this machine, or the one given."""

    asks: dns.resolver.Resolver | None = field(default_factory=_system)

    def texts(self, name: str) -> list[str]:
        """The TXT records of a name. Raises NotAsked."""
        return [
            b"".join(record.strings).decode("utf-8", "replace")
            for record in self._asked(name, "TXT")
        ]

    def addresses(self, name: str) -> list[str]:
        """The A and AAAA records of a name. Raises NotAsked."""
        return [str(one) for kind in ("A", "AAAA") for one in self._asked(name, kind)]

    def names(self, address: str) -> list[str]:
        """The names of an address. Raises NotAsked."""
        try:
            reverse = dns.reversename.from_address(address)
        except dns.exception.SyntaxError:
            return []
        return [str(one).rstrip(".") for one in self._asked(str(reverse), "PTR")]

    def _asked(self, name: str, kind: str) -> Iterator[dns.resolver.Answer]:
        if self.asks is None:
            raise NotAsked
        try:
            yield from self.asks.resolve(name, kind, lifetime=SECONDS)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return
        except (dns.exception.DNSException, OSError, UnicodeError) as fault:
            raise NotAsked from fault
