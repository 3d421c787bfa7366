"""Queued and periodic work: three lines each, they call domain/.

Periodic tasks run again at each restart and may be late: each must be safe to run twice.
"""

import logging
from functools import cache
from pathlib import Path

from flask import Flask
from huey import crontab

from communaute import create_app
from communaute.domain import clock, retention
from communaute.domain.messages import sending as messages
from communaute.domain.notifications import sending as notifications
from communaute.domain.opinions import readings
from communaute.domain.signatures.results import purge_results
from communaute.domain.structures import practice
from communaute.domain.testimonials import team
from communaute.domain.trainings import reminders
from communaute.extensions import db, queue
from communaute.wiring import (
    booklet_desk,
    current,
    follow_desk,
    indexing,
    letter_desk,
    post_office,
)


log = logging.getLogger(__name__)
# The name that the consumer is started with: `huey_consumer communaute.tasks.huey`.
huey = queue


@huey.on_startup()
@cache
def application() -> Flask:
    """The application tasks run in, made once per process, before the first of them."""
    return create_app()


@huey.periodic_task(crontab(hour="3", minute="30"))
def purge_data() -> None:
    """Carry out the retention rules, daily."""
    with huey.site():
        counts = retention.purge(db.session(), clock.now())
        log.info("data purge: %s", counts)


@huey.periodic_task(crontab(minute="*"))
def attend_to_trainings() -> None:
    """Free the places whose hold is over, serve the waiting lists, ask for what is due."""
    with huey.site():
        reminders.release_expired(current.training_context())
        reminders.send_reminders(current.training_context())


@huey.periodic_task(crontab(minute="*"))
def send_messages() -> None:
    """Send the messages between structures whose ten minutes are over."""
    with huey.site():
        messages.send_due(current.context())


@huey.periodic_task(crontab(minute="*/5"))
def send_digests() -> None:
    """Ask for the digests that are due."""
    with huey.site():
        log.info("digests: %s", notifications.send_due(current.context()))


@huey.periodic_task(crontab(minute="*"))
def send_letters() -> None:
    """Queue the letters that are due; pause what fails too much."""
    with huey.site():
        log.info("letters: %s", letter_desk.run_due())


@huey.periodic_task(crontab(minute="*/5"))
def announce_articles() -> None:
    """Ask for the letters of the articles that this release brings."""
    with huey.site():
        log.info("articles: %s", letter_desk.announce())


@huey.periodic_task(crontab(minute="*/5"))
def tell_changes() -> None:
    """Tell of what the content of this release and the new dates have changed."""
    with huey.site():
        log.info("changes: %s", follow_desk.tell())


@huey.periodic_task(crontab(minute="*/5"))
def erase_signature_results() -> None:
    """Erase the results whose 15 minutes are over: they name people."""
    with huey.site():
        purge_results(db.session(), clock.now())
        db.session.commit()


@huey.periodic_task(crontab(minute="*/15"))
def erase_practices() -> None:
    """Erase the practice accounts whose 24 hours are over."""
    with huey.site():
        log.info("practices erased: %s", practice.purge(db.session(), clock.now()))
        db.session.commit()


@huey.periodic_task(crontab(hour="4", minute="15"))
def refresh_trusted_lists() -> None:
    """Take the trusted lists that were published since yesterday, daily."""
    from communaute.domain.signatures.trust.refresh import refresh_from_publishers

    with huey.site():
        for one in refresh_from_publishers(Path(current.settings().signature_trust_dir)):
            log.info("trusted list %s: %s %s", one.territory, one.outcome, one.reason)


@huey.periodic_task(crontab(hour="0", minute="5"))
def note_page_edits() -> None:
    """Note the pages that say something else than yesterday, daily."""
    with huey.site():
        pages = current.content().pages.values()
        said = {page.url: f"{page.title}\0{page.summary}\0{page.html}" for page in pages}
        log.info("pages changed: %s", readings.note_edits(db.session(), said, clock.today()))
        db.session.commit()


@huey.periodic_task(crontab(hour="9", minute="40"))
def ask_testimonials_again() -> None:
    """Ask whether testimonials of two years are still true, daily."""
    with huey.site():
        log.info("testimonials asked again: %s", team.ask_again(current.context()))
        db.session.commit()


@huey.periodic_task(crontab(hour="0", minute="10"))
def renew_search_index() -> None:
    """Index the content again when it has changed, or a page has passed its truth date."""
    with huey.site():
        count = indexing.build_index(if_older=True)
        log.info("search index: %s", "up to date" if count is None else f"{count} sections")


@huey.periodic_task(crontab(minute="*"))
def send_due_mail() -> None:
    """What no act woke us for: retries, what was due later, what a lost wake left."""
    with huey.site():
        post_office.send_due()


@huey.periodic_task(crontab(minute="*/5"))
def set_booklets() -> None:
    """Set on paper the booklets whose pages have changed."""
    with huey.site():
        log.info("booklets set: %s", booklet_desk.fill())
