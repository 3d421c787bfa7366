"""`/metriques`: what a Prometheus reads. For this machine, or for whoever has the token."""

import hmac
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from http import HTTPStatus
from pathlib import Path

from flask import Response, abort, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from redis.exceptions import RedisError
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from communaute.blueprints.health import bp
from communaute.blueprints.signatures import verifier
from communaute.domain import backups, clock
from communaute.extensions import db, queue, reading
from communaute.mailing import outbox
from communaute.mailing.messages.notifications import DIGEST
from communaute.models.mailing import Delivery, DeliveryState
from communaute.models.notifications import NotificationSetting
from communaute.models.signatures import Verification
from communaute.web.client_network import from_this_machine
from communaute.web.rendering import kept_nowhere
from communaute.wiring import current
from search_index import IndexUnavailable
from search_index.generations import current as published_generation


@bp.get("/metriques")
def metrics() -> ResponseReturnValue:
    """Requests of every process of this host, and what the site holds and waits for."""
    if not allowed():
        abort(HTTPStatus.NOT_FOUND)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    registry.register(State())
    return kept_nowhere(Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST))


def allowed() -> bool:
    """Whether this machine asks with no proxy in between, or somebody who has METRICS_TOKEN."""
    token = current.settings().metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and hmac.compare_digest(token.encode(), given.encode("utf-8", "surrogatepass")):
        return True
    return from_this_machine()


class State:
    """What is read when it is asked: the database, the queue, the lists, the index, the backup."""

    def collect(self) -> Iterator[Metric]:
        """The measures; what cannot be read is left out, and `site_part_up` says which."""
        parts = {
            "database": self.database,
            "queue": self.queue,
            "verifier": self.verifier,
            "index": self.index,
            "backup": self.backup,
        }
        up = GaugeMetricFamily("site_part_up", "Whether a part answers.", labels=["part"])
        for name, read in parts.items():
            try:
                found = list(read())
            except (SQLAlchemyError, OSError, sqlite3.Error, RedisError, IndexUnavailable):
                found = []
            up.add_metric([name], float(bool(found)))
            yield from found
        yield up

    def database(self) -> Iterable[Metric]:
        """Mails by state and the age of the oldest that is due; digests; verifications by verdict."""
        now, session = clock.now(), reading(db.session())
        try:
            counts = {str(state): n for state, n in outbox.counts(session).items()}
            yield gauge("mails", "Mails kept, by state.", "state", counts)
            yield alone(
                "mail_oldest_due_seconds", "Age of the oldest mail due.", oldest(session, now)
            )
            digests = {str(state): n for state, n in outbox.counts(session, DIGEST).items()}
            yield gauge("digests", "Digests kept, by state.", "state", digests)
            due = select(func.count()).where(NotificationSetting.next_at <= now)
            yield alone("digests_due", "People whose digest is due.", session.scalar(due) or 0)
            grouped = select(Verification.verdict, func.count()).group_by(Verification.verdict)
            verdicts = {row[0]: row[1] for row in session.execute(grouped)}
            yield gauge("verifications", "Verifications kept, by verdict.", "verdict", verdicts)
        finally:
            db.session.rollback()

    def queue(self) -> Iterable[Metric]:
        """How many tasks wait."""
        yield alone("queue_tasks", "Tasks that wait.", queue.pending_count())

    def verifier(self) -> Iterable[Metric]:
        """When the lists in use announce the next: past, they are not to be relied on."""
        found = verifier.lists()
        if found.up:
            dates = {
                one.territory: one.next_update.timestamp()
                for one in found.used
                if one.next_update is not None
            }
            yield gauge("trusted_list_next_update_timestamp", "Next update.", "territory", dates)

    def index(self) -> Iterable[Metric]:
        """When the index in use was built."""
        generation = published_generation(Path(current.settings().search_index_dir))
        yield alone(
            "index_built_timestamp", "When the index was built.", generation.stat().st_mtime
        )

    def backup(self) -> Iterable[Metric]:
        """When the last backup that opened was made."""
        made = backups.last_good(current.settings().backups)
        if made is not None:
            yield alone("backup_last_timestamp", "When the last one was made.", made.timestamp())


def oldest(session: Session, now: datetime) -> float:
    """Seconds since the oldest mail that waits was due; 0 when none is late."""
    waits = Delivery.state == DeliveryState.WAITING
    due = session.scalar(select(func.min(Delivery.due_at)).where(waits, Delivery.due_at <= now))
    return (now - due).total_seconds() if due else 0.0


def alone(name: str, what: str, value: float) -> Metric:
    """A measure without label."""
    return GaugeMetricFamily(f"site_{name}", what, value=value)


def gauge(name: str, what: str, label: str, values: Mapping[str, float]) -> Metric:
    """A measure by the values of one label."""
    family = GaugeMetricFamily(f"site_{name}", what, labels=[label])
    for value, number in values.items():
        family.add_metric([str(value)], float(number))
    return family
