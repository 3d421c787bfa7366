"""In development, the mails written to INSTANCE_PATH/outbox/, so that one can follow their links.

Never in production, never with an SMTP server, never to another machine: they open accounts.
"""

from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from http import HTTPStatus
from pathlib import Path

from flask import Response, abort, render_template
from flask.typing import ResponseReturnValue

from communaute.blueprints.backoffice import bp
from communaute.web.client_network import from_this_machine
from communaute.wiring import current
from communaute.wiring.post_office import OUTBOX


LATEST = 50
# A mail's own styles are inline: they are shown apart, where nothing can run or be fetched.
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@bp.get("/boite-d-envoi")
def postbox() -> ResponseReturnValue:
    """The latest mails, with their text."""
    paths = sorted(folder().glob("*.eml"), reverse=True)[:LATEST]
    mails = [(path.stem, read(path)) for path in paths]
    return render_template("backoffice/postbox.html", mails=mails, part=part)


@bp.get("/boite-d-envoi/<name>")
def posted(name: str) -> ResponseReturnValue:
    """One mail's HTML, as its reader would show it."""
    path = folder() / f"{name}.eml"
    if path not in set(folder().glob("*.eml")):
        abort(HTTPStatus.NOT_FOUND)
    response = Response(part(read(path), "html"))
    response.headers["Content-Security-Policy"] = MAIL_POLICY
    return response


def folder() -> Path:
    """The outbox; 404 where it must not be shown."""
    settings = current.settings()
    if not settings.is_for_this_machine or not from_this_machine():
        abort(HTTPStatus.NOT_FOUND)
    return settings.instance / OUTBOX


def read(path: Path) -> EmailMessage:
    """A mail, parsed."""
    return BytesParser(policy=policy.default).parsebytes(path.read_bytes())


def part(mail: EmailMessage, kind: str) -> str:
    """The mail's `plain` or `html` text."""
    body = mail.get_body((kind,))
    return str(body.get_content()) if body is not None else ""
