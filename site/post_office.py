"""Mail, wired to the application: which transport, which templates, who is woken."""

import logging

from flask import Flask, current_app
from sqlalchemy.orm import sessionmaker

from communaute.config import Settings
from communaute.domain import clock
from communaute.extensions import db
from communaute.mailing import outbox
from communaute.mailing.postman import Postman
from communaute.mailing.rendering import Renderer, Writer
from communaute.mailing.sending import Sender
from communaute.mailing.smtp import Server, SmtpTransport
from communaute.mailing.transports import FolderTransport, Transport


log = logging.getLogger(__name__)
KEY = "communaute.postman"
OUTBOX = "outbox"


def init_app(app: Flask, settings: Settings) -> None:
    """Give the application its postman. Raises ValueError for a SMTP_URL that cannot be."""
    transport_of(settings)
    app.extensions[KEY] = Postman(lambda: sender(app, settings), clock.now)


def transport_of(settings: Settings) -> Transport:
    """SMTP when SMTP_URL is set, else files in INSTANCE_PATH/outbox/."""
    if settings.smtp_url:
        return SmtpTransport(Server.from_url(settings.smtp_url))
    return FolderTransport(settings.instance / OUTBOX)


def renderer(app: Flask, settings: Settings) -> Renderer:
    """Makes mails with the application's own templates."""
    writer = Writer(
        base_url=settings.base_url,
        sender=settings.mail_from,
        reply_to=settings.contact_email,
        official=settings.is_official,
    )
    return Renderer(app.jinja_env, writer)


def sender(app: Flask, settings: Settings) -> Sender:
    """A sender for one thread."""
    with app.app_context():
        sessions = sessionmaker(db.engine, expire_on_commit=False)
    return Sender(sessions, renderer(app, settings), transport_of(settings), clock.now)


def send_due() -> int:
    """Send what is due; answers how many mails were handled."""
    postman: Postman = current_app.extensions[KEY]
    return postman.wake()


def wake_worker() -> None:
    """Ask the worker to look now. When the queue does not answer, it looks within a minute."""
    if current_app.testing:
        return
    from communaute import tasks  # imports the application: only once it is made

    try:
        tasks.send_mail()
    except Exception:
        log.warning("the queue does not answer: mails will leave within a minute", exc_info=True)


# Once, whatever the number of applications: the sessions are shared by all of them.
outbox.wake_after_commit(db.session, wake_worker)
