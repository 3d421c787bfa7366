"""The verifier process as the doors see it: what it answers, and what it has to say of its lists."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from communaute.domain import clock
from communaute.domain.signatures.facts import ListInfo
from communaute.domain.signatures.results import list_of_lists
from communaute.domain.signatures.serve.client import VerifierAbsent, VerifierClient
from communaute.wiring import current


def client() -> VerifierClient:
    """A client of this host's verifier."""
    return VerifierClient(Path(current.settings().verifier_socket))


def largest_document() -> int:
    """The largest document accepted, in bytes."""
    return current.settings().signature_bytes


@dataclass(frozen=True, slots=True)
class Lists:
    """The trusted lists in use, as the page and readiness show them."""

    up: bool
    infos: tuple[ListInfo, ...] = ()

    @property
    def used(self) -> tuple[ListInfo, ...]:
        """The lists that were taken."""
        return tuple(one for one in self.infos if one.refused is None)

    @property
    def refused(self) -> tuple[ListInfo, ...]:
        """The lists that were not taken: the signers of these countries are not recognised."""
        return tuple(one for one in self.infos if one.refused is not None)

    @property
    def top(self) -> ListInfo | None:
        """The European list of lists."""
        return list_of_lists(self.infos)

    def late(self, now: datetime) -> tuple[ListInfo, ...]:
        """The lists in use that announced a newer one for a day that is past."""
        return late(self.infos, now)


def late(infos: tuple[ListInfo, ...], now: datetime) -> tuple[ListInfo, ...]:
    """The lists in use whose next update is past."""
    return tuple(
        one for one in infos if one.refused is None and one.next_update and one.next_update < now
    )


def lists() -> Lists:
    """Ask the verifier which lists it uses; `up` is False when it does not answer."""
    try:
        return Lists(True, tuple(_info(one) for one in client().state()["lists"]))
    except VerifierAbsent:
        return Lists(False)
    except (KeyError, TypeError, ValueError):  # a verifier of another version: it still answers
        return Lists(True)


def _info(wire: dict[str, Any]) -> ListInfo:
    following = wire["next_update"]
    return ListInfo(
        territory=wire["territory"],
        sequence_number=wire["sequence_number"],
        issued_at=datetime.fromisoformat(wire["issued_at"]),
        next_update=datetime.fromisoformat(following) if following else None,
        refused=wire["refused"],
    )


def note() -> dict[str, object]:
    """What readiness says: never a reason to take this web process out, pages do without."""
    found = lists()
    if not found.up:
        return {"verifier": "no answer on VERIFIER_SOCKET: run `flask signatures serve`"}
    return {
        "verifier": "ok",
        "late": len(found.late(clock.now())),
        "lists": [_noted(one) for one in found.infos],
    }


def _noted(one: ListInfo) -> dict[str, object]:
    return {
        "territory": one.territory,
        "number": one.sequence_number,
        "issued_at": one.issued_at.isoformat(),
        "next_update": one.next_update.isoformat() if one.next_update else None,
        "refused": one.refused,
    }
