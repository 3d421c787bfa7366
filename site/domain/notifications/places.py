"""The order in which events are told: numbered once committed, by one process at a time.

A person told up to a place has been told of everything below it: an event committed late gets a
later place than everything told before, whatever its identifier and hour.
"""

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from communaute.models.structures import Event


ONE_GIVER = "SELECT pg_advisory_xact_lock(4190415)"
# At most so many at a time: a first start over years of events must not be one endless transaction.
AT_ONCE = 50_000
GIVE = """
UPDATE event SET place = ranked.place
FROM (
    SELECT id, :last + row_number() OVER (ORDER BY id) AS place
    FROM event WHERE place IS NULL ORDER BY id LIMIT :most
) AS ranked
WHERE event.id = ranked.id
"""


def give_places(session: Session) -> int:
    """Give a place to every committed event that has none; answers the last place. Commits.

    On SQLite a writer is alone already: its transactions begin IMMEDIATE.
    """
    while True:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text(ONE_GIVER))
        last = last_place(session)
        session.execute(text(GIVE), {"last": last, "most": AT_ONCE})
        reached = last_place(session)
        session.commit()
        if reached - last < AT_ONCE:
            return reached


def last_place(session: Session) -> int:
    """The last place given; 0 when none is."""
    return session.scalar(select(func.max(Event.place))) or 0
