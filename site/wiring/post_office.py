"""Mail, wired to the application: which transport, which templates, who is woken."""

from flask import Flask, current_app
from sqlalchemy.orm import sessionmaker

from communaute.config import Settings
from communaute.domain import clock
from communaute.extensions import db, queue
from communaute.mailing import outbox
from communaute.mailing.rendering import Renderer, Writer
from communaute.mailing.sending import Postman, Sender
from communaute.mailing.smtp import Server, SmtpTransport
from communaute.mailing.transports import FolderTransport, Transport


KEY = "communaute.postman"
OUTBOX = "outbox"


def init_app(app: Flask, settings: Settings) -> None:
    """Give the application its postman. Raises ValueError for a SMTP_URL that cannot be."""
    transport_of(settings)
    app.extensions[KEY] = postman(app, settings)


def transport_of(settings: Settings) -> Transport:
    """SMTP when SMTP_URL is set, else files in INSTANCE_PATH/outbox/."""
    if settings.smtp_url:
        server = Server.from_url(settings.smtp_url)
        return SmtpTransport(server, return_path=settings.mail_return_path)
    return FolderTransport(settings.instance / OUTBOX)


def writer_of(settings: Settings) -> Writer:
    """Who writes the mails of this site."""
    return Writer(
        base_url=settings.base_url,
        sender=settings.mail_from,
        reply_to=settings.contact_email,
        official=settings.is_official,
        return_path=settings.mail_return_path,
        secret=settings.secret_key,
    )


def renderer(app: Flask, settings: Settings) -> Renderer:
    """Makes mails with the application's own templates."""
    return Renderer(app.jinja_env, writer_of(settings))


def postman(app: Flask, settings: Settings) -> Postman:
    """What sends in one process. Files need no second line."""
    lines = max(1, int(settings.mail_lines)) if settings.smtp_url else 1
    return Postman(lambda: sender(app, settings), clock.now, lines)


def sender(app: Flask, settings: Settings) -> Sender:
    """A sender for one thread."""
    with app.app_context():
        sessions = sessionmaker(db.engine, expire_on_commit=False)
    return Sender(sessions, renderer(app, settings), transport_of(settings), clock.now)


def send_due() -> int:
    """Send what is due; answers how many mails were handled."""
    postman: Postman = current_app.extensions[KEY]
    return postman.wake()


@queue.task()
def send_mail() -> None:
    """In the worker, woken by an act that asks for a mail."""
    with queue.site():
        send_due()


# Once, whatever the number of applications: the sessions are shared by all of them.
outbox.wake_after_commit(
    db.session, lambda: queue.ask(send_mail, "mails will leave within a minute")
)
