"""What was sent: documents, and the signature of one when that is a file apart. Kept nowhere."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from flask import request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from communaute.blueprints.signatures.verifier import largest_document
from communaute.domain.errors import DomainError
from communaute.domain.signatures.detect import Digests
from communaute.domain.signatures.pairing import paired
from communaute.domain.signatures.samples import samples
from communaute.domain.signatures.serve.engine import Submission
from communaute.domain.signatures.serve.protocol import BATCH_BYTES, DOCUMENTS
from communaute.web.errors import drain


SAMPLES = Path(__file__).resolve().parents[2] / "static" / "exemples-signature"
# Field names, boundaries and headers around two files.
_AROUND = 64 * 1024


TOO_MANY = (
    f"Vous avez choisi plus de {DOCUMENTS} fichiers. Envoyez-les en plusieurs fois : "
    f"{DOCUMENTS} au plus à chaque envoi."
)
TOO_LARGE_TOGETHER = (
    f"Ces fichiers dépassent {BATCH_BYTES // (1024 * 1024)} Mo à eux tous. "
    "Envoyez-les en plusieurs fois."
)
SIGNATURE_OF_SEVERAL = (
    "Un fichier de signature ne vaut que pour un document. Envoyez ce document seul avec sa "
    "signature, ou choisissez la signature parmi les documents, sous le nom de celui qu'elle signe "
    "(contrat.pdf et contrat.pdf.p7s)."
)
DIGEST_ALONE = (
    "Choisissez aussi le fichier de signature : l'empreinte d'un document ne suffit que si sa "
    "signature est à part."
)


class UploadRefused(DomainError):
    """What was sent cannot be verified; `field` is the field to correct."""

    def __init__(self, sentence: str, status: HTTPStatus, field: str = "document") -> None:
        super().__init__(sentence)
        self.status = status
        self.field = field


@dataclass(frozen=True, slots=True)
class Sent:
    """What one request asks to have verified."""

    submissions: tuple[Submission, ...]
    names: tuple[str, ...]
    """The name of each document, only shown when several came together."""
    ticket: str | None = None
    """Whoever waited in line comes back with it."""


def read_upload() -> Sent:
    """The files of this request, in memory or in files without a name. Raises UploadRefused."""
    limit = largest_document()
    request.max_content_length = largest = largest_body(limit)
    if (request.content_length or 0) > largest:
        drain()
        raise too_large(limit)
    try:
        files = [(one.filename or "", content) for one, content in _read("document", limit)]
        apart = [content for _, content in _read("signature", limit)]
        digests = _digests()
    except RequestEntityTooLarge as error:  # sent without saying how long it is
        raise too_large(limit) from error
    detached = apart[0] if apart else None
    ticket = request.form.get("billet") or None
    if len(files) > 1:
        return _together(files, detached, ticket)
    if digests is not None and not files:
        return Sent((_by_digest(digests, detached),), ("",), ticket)
    document = files[0][1] if files else _chosen_sample()
    if document is None:
        raise UploadRefused("Choisissez le document signé.", HTTPStatus.UNPROCESSABLE_ENTITY)
    return Sent((Submission(document, detached),), ("",), ticket)


def _together(
    files: Sequence[tuple[str, bytes]], detached: bytes | None, ticket: str | None
) -> Sent:
    """Several documents, each with its signature when their names say so."""
    if detached is not None:
        raise UploadRefused(SIGNATURE_OF_SEVERAL, HTTPStatus.UNPROCESSABLE_ENTITY, "signature")
    pairs = paired([name for name, _ in files])
    submissions = tuple(
        Submission(files[one][1], None if signature is None else files[signature][1])
        for one, signature in pairs
    )
    if sum(len(one.document) + len(one.detached or b"") for one in submissions) > BATCH_BYTES:
        raise UploadRefused(TOO_LARGE_TOGETHER, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    names = (
        files[one][0] if signature is None else f"{files[one][0]} ({files[signature][0]})"
        for one, signature in pairs
    )
    return Sent(submissions, tuple(names), ticket)


def _by_digest(digests: Digests, detached: bytes | None) -> Submission:
    """A document that stayed in the browser, which computed its digests."""
    if detached is None:
        raise UploadRefused(DIGEST_ALONE, HTTPStatus.UNPROCESSABLE_ENTITY, "signature")
    return Submission(b"", detached, digests=digests)


def _digests() -> Digests | None:
    given = request.form.get("empreintes", "")
    if not given:
        return None
    try:
        return Digests.read(dict(one.split("=", 1) for one in given.split(",")))
    except ValueError as error:
        sentence = "L'empreinte du document n'a pas été calculée. Envoyez le document lui-même."
        raise UploadRefused(sentence, HTTPStatus.UNPROCESSABLE_ENTITY) from error


def largest_body(limit: int) -> int:
    """The largest body of a form: a document and its signature of `limit` bytes each, or several."""
    return max(2 * limit, BATCH_BYTES) + _AROUND


def _chosen_sample() -> bytes | None:
    """The document to try whose button was pressed, when one was."""
    name = request.form.get("exemple", "")
    known = {sample.name for sample in samples()}
    return (SAMPLES / f"{name}.pdf").read_bytes() if name in known else None


def too_large(limit: int, field: str = "document") -> UploadRefused:
    """The refusal of a file above `limit` bytes."""
    which = "Le fichier de signature" if field == "signature" else "Ce fichier"
    return UploadRefused(
        f"{which} dépasse {limit // (1024 * 1024)} Mo, la taille admise. "
        "Demandez au signataire une version plus légère.",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        field,
    )


def _read(field: str, limit: int) -> Iterator[tuple[FileStorage, bytes]]:
    """The files of a field, a bound on their number first; none when no file was chosen."""
    given = [one for one in request.files.getlist(field) if one.filename]
    if len(given) > DOCUMENTS:
        raise UploadRefused(TOO_MANY, HTTPStatus.UNPROCESSABLE_ENTITY)
    for one in given:
        with one.stream as stream:
            content = stream.read(limit + 1)
        if len(content) > limit:
            raise too_large(limit, field)
        yield one, content
