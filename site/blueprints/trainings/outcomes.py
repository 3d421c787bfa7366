"""What a sign-up came to, as an address: a page that can be read again, and names nobody."""

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import url_for
from itsdangerous import BadData, URLSafeSerializer

from communaute import current
from communaute.domain.trainings.facing import Told
from communaute.domain.trainings.values import SignUpKind


LONGEST = 300


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A place held until a moment, or a rank in the list, for a pair."""

    pair_id: int
    until: datetime | None
    rank: int


def address_of(told: Told, pair_id: int) -> str:
    """The page that says it. The address tells a script which of the two it was."""
    until = int(told.until.timestamp()) if told.until else 0
    state = signer().dumps([pair_id, until, told.rank or 0])
    held = told.kind is SignUpKind.HELD
    return url_for("trainings.held" if held else "trainings.listed", state=state)


def read(state: str) -> Outcome | None:
    """The outcome of an address; None when it is not one of ours."""
    try:
        if len(state) > LONGEST:
            return None
        pair_id, until, rank = signer().loads(state)
    except (BadData, ValueError):
        return None
    moment = datetime.fromtimestamp(until, UTC) if until else None
    return Outcome(pair_id=pair_id, until=moment, rank=rank)


def signer() -> URLSafeSerializer:
    """Signs what the pages say: nobody can make them say something else."""
    return URLSafeSerializer(current.settings().secret_key, salt="training-outcome")
