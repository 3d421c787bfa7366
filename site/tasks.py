"""Queued and periodic work: three lines each, they call domain/.

Periodic tasks run again at each restart and may be late: each must be safe to run twice.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from flask import Flask
from huey import Huey, RedisHuey, SqliteHuey, crontab

from communaute import create_app, current, indexing, post_office
from communaute.config import Settings
from communaute.domain import clock, retention
from communaute.domain.signatures.results import purge_results
from communaute.domain.structures import practice
from communaute.extensions import db


log = logging.getLogger(__name__)


def build_queue(settings: Settings) -> Huey:
    """The queue: a SQLite file of its own, Redis when configured."""
    if settings.redis_url:
        return RedisHuey("communaute", url=settings.redis_url)
    settings.instance.mkdir(parents=True, exist_ok=True)
    return SqliteHuey("communaute", filename=str(settings.instance / "queue.sqlite"))


huey = build_queue(Settings.from_environment())


@cache
def application() -> Flask:
    """The application tasks run in, made once per process."""
    return create_app()


@contextmanager
def site() -> Iterator[None]:
    """The application's context: database and settings."""
    with application().app_context():
        yield


@huey.periodic_task(crontab(hour="3", minute="30"))
def purge_data() -> None:
    """Carry out the retention rules, daily."""
    with site():
        counts = retention.purge(db.session(), clock.now())
        log.info("data purge: %s", counts)


@huey.periodic_task(crontab(minute="*/5"))
def erase_signature_results() -> None:
    """Erase the results whose 15 minutes are over: they name people."""
    with site():
        purge_results(db.session(), clock.now())
        db.session.commit()


@huey.periodic_task(crontab(minute="*/15"))
def erase_practices() -> None:
    """Erase the practice accounts whose 24 hours are over."""
    with site():
        log.info("practices erased: %s", practice.purge(db.session(), clock.now()))
        db.session.commit()


@huey.periodic_task(crontab(hour="4", minute="15"))
def refresh_trusted_lists() -> None:
    """Take the trusted lists that were published since yesterday, daily."""
    from communaute.domain.signatures.trust.refresh import refresh_from_publishers

    with site():
        for one in refresh_from_publishers(Path(current.settings().signature_trust_dir)):
            log.info("trusted list %s: %s %s", one.territory, one.outcome, one.reason)


@huey.periodic_task(crontab(hour="0", minute="10"))
def renew_search_index() -> None:
    """Index the content again when it has changed, or a page has passed its truth date."""
    with site():
        count = indexing.build_index(if_older=True)
        log.info("search index: %s", "up to date" if count is None else f"{count} sections")


@huey.task()
def send_mail() -> None:
    """Woken by an act that asks for a mail."""
    with site():
        post_office.send_due()


@huey.periodic_task(crontab(minute="*"))
def send_due_mail() -> None:
    """What no act woke us for: retries, what was due later, what a lost wake left."""
    with site():
        post_office.send_due()
