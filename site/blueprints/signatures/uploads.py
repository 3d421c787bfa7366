"""What was sent: one document, and its signature when that is a file apart. Kept nowhere."""

from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from flask import request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from communaute.blueprints.signatures.verifier import largest_document
from communaute.domain.errors import DomainError
from communaute.domain.signatures.samples import samples


SAMPLES = Path(__file__).resolve().parents[2] / "static" / "exemples-signature"
# Field names, boundaries and headers around two files.
_AROUND = 64 * 1024
# What is read of a body that is too large, so that its sender reads the answer: a connection
# closed on an unread body shows an error of the browser's instead.
_DRAINED = 200 * 1024 * 1024
_CHUNK = 1 << 18


class UploadRefused(DomainError):
    """What was sent cannot be verified; `field` is the field to correct."""

    def __init__(self, sentence: str, status: HTTPStatus, field: str = "document") -> None:
        super().__init__(sentence)
        self.status = status
        self.field = field


@dataclass(frozen=True, slots=True)
class Upload:
    """A document, and its detached signature."""

    document: bytes
    detached: bytes | None


def read_upload() -> Upload:
    """The files of this request, in memory or in files without a name. Raises UploadRefused."""
    limit = largest_document()
    request.max_content_length = largest = 2 * limit + _AROUND
    if (request.content_length or 0) > largest:
        _drain()
        raise too_large(limit)
    try:
        document, detached = _read("document", limit), _read("signature", limit)
    except RequestEntityTooLarge as error:  # sent without saying how long it is
        raise too_large(limit) from error
    if document is None:
        document = _chosen_sample()
    if document is None:
        sentence = "Choisissez le document signé."
        raise UploadRefused(sentence, HTTPStatus.UNPROCESSABLE_ENTITY)
    return Upload(document, detached)


def _chosen_sample() -> bytes | None:
    """The document to try whose button was pressed, when one was."""
    name = request.form.get("exemple", "")
    known = {sample.name for sample in samples()}
    return (SAMPLES / f"{name}.pdf").read_bytes() if name in known else None


def too_large(limit: int, field: str = "document") -> UploadRefused:
    """The refusal of a file above `limit` bytes."""
    which = "Le fichier de signature" if field == "signature" else "Ce fichier"
    return UploadRefused(
        f"{which} dépasse {limit // (1024 * 1024)}\u00a0Mo, la taille admise. "
        "Demandez au signataire une version plus légère.",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        field,
    )


def _read(field: str, limit: int) -> bytes | None:
    """A file field's bytes; None when no file was chosen."""
    given: FileStorage | None = request.files.get(field)
    if given is None or not given.filename:
        return None
    with given.stream as stream:
        content = stream.read(limit + 1)
    if len(content) > limit:
        raise too_large(limit, field)
    return content


def _drain() -> None:
    """Read on what is being sent, up to a bound."""
    stream = request.environ["wsgi.input"]
    left = min(request.content_length or 0, _DRAINED)
    while left > 0 and (chunk := stream.read(min(_CHUNK, left))):
        left -= len(chunk)
